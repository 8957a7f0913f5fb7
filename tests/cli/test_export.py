"""`onlooker export`, as installed, from a store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.delivery.stores import store_with
from tests.outputs.test_alerts_ecs import check
from tests.outputs.test_alerts_ocsf import faults

import onlooker as onlooker_package
from onlooker.cases import CaseDesk
from onlooker.store import Store

from .command import onlooker

FORMATS = ("ocsf", "ecs", "cef", "markdown", "csv")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return store_with(tmp_path / "store", {}, 3)


@pytest.mark.parametrize("form", FORMATS)
def test_exported_twice_it_is_the_same(form: str, place: Path) -> None:
    one, two = (onlooker_package.export(place, form, "2026-02-01") for _ in range(2))
    assert one.lines == two.lines and one.noted and one.held_back == 0
    assert sum(f"{n:012x}" in line for n in range(3) for line in one.lines) == 3


def test_a_file_has_what_the_screen_has_and_the_history_says_so(place: Path, tmp_path: Path) -> None:
    one = onlooker("export", "--format", "cef", "--store", place, "--since", "2026-02-01", cwd=tmp_path)
    two = onlooker("export", "--format", "cef", "--store", place, "--out", "file", "--reason", "siem", cwd=tmp_path)
    assert (one.status, two.status, two.out) == (0, 0, "")
    assert (tmp_path / "file").read_text() == one.out and len(one.out.splitlines()) == 3
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    with Store.open(place) as store:
        entry = store.history()[-1]
    assert (entry.what, entry.why, entry.about["format"], entry.about["written to"]) == (
        "export",
        "siem",
        "cef",
        "file",
    )


def test_a_closed_case_is_an_update_under_the_same_id(place: Path) -> None:
    before = onlooker_package.export(place, "ocsf").lines
    with Store.open(place, "decide") as store:
        desk = CaseDesk(store)
        case = desk.cases()[0]
        desk.close(case.id, "confirmed", "ana", "seen")
    after = onlooker_package.export(place, "ocsf").lines
    changed = [(json.loads(a), json.loads(b)) for a, b in zip(before, after, strict=True) if a != b]
    ((first, second),) = changed
    assert first["finding_info"]["uid"] == second["finding_info"]["uid"] and first["unmapped"]["case"] == case.id
    assert [(one["status"], one["activity_name"]) for one in (first, second)] == [
        ("New", "Create"),
        ("Resolved", "Update"),
    ]


def test_dates_bound_it_and_a_foreign_file_is_not_overwritten(place: Path, tmp_path: Path) -> None:
    assert len(onlooker_package.export(place, "csv", "2026-02-17").lines) == 1
    (tmp_path / "letter").write_text("to somebody")
    refused = onlooker("export", "--format", "ocsf", "--store", place, "--out", "letter", cwd=tmp_path)
    assert refused.status == 2 and (tmp_path / "letter").read_text() == "to somebody"
    assert onlooker("export", "--format", "ocsf", "--store", place, "--since", "soon", cwd=tmp_path).status == 2


@pytest.mark.full
@pytest.mark.parametrize("number", [2_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_thousands_of_alerts_are_exported_and_valid_in_each_format(tmp_path: Path, number: int) -> None:
    place = store_with(tmp_path / "store", {}, number)
    for form in FORMATS:
        lines = onlooker_package.export(place, form).lines
        assert lines == onlooker_package.export(place, form).lines
        assert len(lines) == number + {"markdown": 2, "csv": 1}.get(form, 0)
        if form == "ocsf":
            assert [fault for line in lines for fault in faults(json.loads(line))] == []
        if form == "ecs":
            for line in lines:
                check(json.loads(line))
        assert all(f"{n:012x}" in line for n, line in enumerate(lines[-number:]))
