"""Whether the log is whole is one question: a closed set of logs and a store get the same answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onlooker.checks.completeness import in_doubt
from onlooker.cli.scan_command import ended
from onlooker.config import Settings
from onlooker.nightly import scan_into
from onlooker.scanning.run import scan
from onlooker.store import Store

from .organisation import write

pytestmark = pytest.mark.full  # minutes of nights on a store
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAYS = 23
THIN = 21
LAST = DAYS - 1
USUAL = {"north": 5, "south": 5}
FIFTH = {"north": 1, "south": 1}
SETTINGS = Settings(threads=2, combinations=0)
CANNOT_VOUCH = 6
CUT_SHORT = "The last day may be cut short by the export: "


def log(folder: Path, changed: Mapping[int, Mapping[str, int]], unreadable: int = 0) -> list[Path]:
    """A file for each day: five agents of each site look at as many customers each as `changed`, or USUAL, says."""
    files = []
    for number in range(DAYS):
        at, visits = MONDAY + timedelta(days=number), changed.get(number, USUAL)
        lines = [
            f"{(at + timedelta(hours=i)).isoformat()},{site}{agent},C{customer},view,T{name},t,q,{site},r,human,E{name}"
            for site, many in visits.items() for agent in range(5) for i in range(many)
            for customer in [f"{site}-{agent}-{i}"] for name in [f"{number}-{customer}"]
        ]  # fmt: skip
        bad = ["no time at all,,,,,,,,,,"] * (unreadable if number == DAYS // 2 else 0)
        if lines or bad:
            files.append(write(folder / f"{at:%Y-%m-%d}.csv", [*lines, *bad]))
    return files


def both_ways(folder: Path, files: list[Path]) -> list[tuple[int, list[str], list[str], list[str]]]:
    """Exit status, doubts, notes on the last day and doubts of the stored nights: of a closed set, and of a store."""
    found = []
    with scan(files, SETTINGS, out=folder / "out") as closed:
        found.append((closed, folder / "out" / "store"))
    with scan_into(folder / "store", files, SETTINGS, closed=True) as nightly:
        found.append((nightly, folder / "store"))
    answers = []
    for done, place in found:
        with Store.open(place) as store:
            nights = [text for texts in in_doubt(store.nights()).values() for text in texts]
        notes = [note for note in done.run.notes if note.startswith(CUT_SHORT)]
        answers.append((ended(done, None), list(done.run.doubts), notes, nights))
    return answers


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({THIN: FIFTH}, "2026-01-26: the log has 10 events where 50 are usual on that weekday (20%)."),
        ({THIN: {}}, "2026-01-26: nothing from the log, where 50 events are usual on that weekday."),
        (
            {THIN: USUAL | {"south": 0}},
            "2026-01-26: nothing from site south, where 25 events are usual on that weekday.",
        ),
    ],
    ids=["a fifth", "nothing", "a site without events"],
)
def test_a_day_that_is_not_whole_has_one_status_both_ways(tmp_path: Path, changed, said: str) -> None:
    closed, nightly = both_ways(tmp_path, log(tmp_path / "logs", changed))
    assert closed[:3] == nightly[:3] == (CANNOT_VOUCH, [said], [])
    assert closed[3] == nightly[3]


def test_the_last_day_of_a_closed_set_is_noted_and_that_of_a_store_is_not_vouched_for(tmp_path: Path) -> None:
    said = "2026-01-27: the log has 10 events where 50 are usual on that weekday (20%)."
    closed, nightly = both_ways(tmp_path, log(tmp_path / "logs", {LAST: FIFTH}))
    assert closed == (0, [], [f"{CUT_SHORT}{said}"], [said])
    assert nightly == (CANNOT_VOUCH, [said], [], [said])
    with scan([*(tmp_path / "logs").iterdir()], SETTINGS, closed=True) as complete:
        assert (ended(complete, None), list(complete.run.doubts)) == (CANNOT_VOUCH, [said])


def test_a_whole_log_is_vouched_for_both_ways(tmp_path: Path) -> None:
    assert both_ways(tmp_path, log(tmp_path / "logs", {})) == [(0, [], [], [])] * 2


def test_a_file_that_is_much_unreadable_has_one_status_both_ways(tmp_path: Path) -> None:
    closed, nightly = both_ways(tmp_path, log(tmp_path / "logs", {}, unreadable=40))
    assert closed == nightly
    assert closed[0] == CANNOT_VOUCH and "lines of" in closed[1][0]
