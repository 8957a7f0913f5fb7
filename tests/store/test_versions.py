"""A store that an earlier version made goes on: its next night is judged, it is mended, erased from and merged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.store.days import rows_of
from tests.store.versions.unpacked import ARCHIVES, next_night, unpack

from onlooker.store import Store
from onlooker.store.layout import TABLES

NIGHTS = 18
LATER = 20_600
"""Compaction on a day by which all of the stored months have ended."""


@pytest.fixture(scope="module", params=ARCHIVES, ids=lambda archive: archive.name.removesuffix(".tar.xz"))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an earlier version left; do not write to it."""
    return unpack(request.param, tmp_path_factory.mktemp("made"))


@pytest.fixture
def old(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "copy"))


def test_it_is_whole_and_has_what_was_decided(made: Path) -> None:
    with Store.open(made / "store") as store:
        assert store.verify() == ()
        assert len([night for night in store.nights() if not night.provisional]) == NIGHTS
        assert len(store.alerts()) > 1
        states = {state for (state,) in store.db.execute("SELECT state FROM cases")}
        assert states == {"closed", "open"}


def test_it_waits_until_somebody_agrees_to_the_new_scoring(old: Path) -> None:
    done = next_night(old)
    assert not done.run.vouched
    assert any("until --accept-scoring agrees" in note for note in done.run.notes)
    with Store.open(old / "store") as store:
        assert len(store.nights()) == NIGHTS


def test_its_next_night_is_judged(old: Path) -> None:
    done = next_night(old, accept_scoring=True)
    assert done.run.counts["agents_judged"] == done.run.counts["agents_seen"] > 8
    assert done.run.vouched and not done.run.doubts
    with Store.open(old / "store") as store:
        assert store.verify() == ()
        assert len(store.nights()) == NIGHTS + 1
        assert [night.day for night in store.nights()][-1] == store.alerts()[-1].day


def test_nothing_of_it_is_taken_for_damaged(old: Path) -> None:
    with Store.open(old / "store", "write") as store:
        assert store.repair("b.aldous").set_aside == ()
        assert len(store.nights()) == NIGHTS


def test_a_damaged_night_is_undone_alone(old: Path) -> None:
    with Store.open(old / "store", "write") as store:
        (broken,) = store.files("visits", store.nights()[-1].day)
        broken.write_bytes(broken.read_bytes()[:-1])
        assert store.repair("b.aldous").set_aside == (f"visits/{broken.name}",)
        assert len(store.nights()) == NIGHTS - 1
        assert store.verify() == ()


def test_an_agent_is_erased_from_it(old: Path) -> None:
    with Store.open(old / "store", "write") as store:
        agent = store.alerts()[0].record["agent_id"]
        done = store.forget("agent", agent, "b.aldous", "asked for it")
        assert done.rows and done.files and done.records
        assert store.verify() == ()
        for table in TABLES:
            assert agent not in rows_of(store, table.name)["agent_id"].to_pylist()


def test_its_days_become_months(old: Path) -> None:
    with Store.open(old / "store", "write") as store:
        before = {table.name: rows_of(store, table.name).num_rows for table in TABLES}
        assert {one.table for one in store.compact(LATER)} == set(before)
        assert {table.name: rows_of(store, table.name).num_rows for table in TABLES} == before
        assert all(len(store.files(table.name)) == 1 for table in TABLES)
        assert store.verify() == ()
