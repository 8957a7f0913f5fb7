"""Nights one by one equal one scan of all days: scores, alerts, what is said to be in doubt and why, and the status."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from onlooker.cli.scan_command import ended
from onlooker.scanning.result import Scan
from onlooker.scanning.run import scan
from onlooker.store import Store

from .conftest import BEFORE
from .damaged import damaged_files
from .organisation import SETTINGS, alerts_of, night, same_scores, same_store, scores_of

CANNOT_VOUCH = 6


def in_doubt(store: Path) -> dict[int, Any]:
    """What the nights' records say is missing from them, or too much."""
    with Store.open(store) as opened:
        kept = {one.day: {key: one.record[key] for key in ("doubts", "surges")} for one in opened.nights()}
    return {day: said for day, said in kept.items() if any(said.values())}


def evidence_of(store: Path) -> dict[str, Any]:
    """The kept alerts that were raised when their night was over, in full."""
    with Store.open(store) as opened:
        return {alert.id: alert.record for alert in opened.alerts() if "not over" not in str(alert.record["against"])}


def but_for_rounding(record: Any) -> Any:
    """The same with numbers to nine digits: agents are numbered as they come, and sums go by their numbers."""
    if isinstance(record, dict):
        return {name: but_for_rounding(value) for name, value in record.items()}
    if isinstance(record, list):
        return [but_for_rounding(value) for value in record]
    return float(f"{record:.9g}") if isinstance(record, float) else record


def equal_one_scan(store: Path, nights: Sequence[Scan], files: list[Path], out: Path) -> Scan:
    """The store, whose last nights were judged one by one, equals one scan of all the files; the scan, closed."""
    with scan(files, SETTINGS, out=out, closed=True) as at_once:
        same_scores(at_once.scores, scores_of(store))
        alerts = {alert.id: json.loads(json.dumps(alert.record_to_keep())) for alert in at_once.alerts}
    assert {(name, one["agent_id"], "raised") for name, one in alerts.items()} == alerts_of(store)
    assert alerts
    early = evidence_of(store)
    for name, record in early.items():
        assert but_for_rounding(alerts[name]) == but_for_rounding(record)
    assert in_doubt(store) == in_doubt(out / "store")
    assert list(dict.fromkeys(doubt for one in nights for doubt in one.run.doubts)) == list(at_once.run.doubts)
    assert max(ended(one, None) for one in nights) == ended(at_once, None)
    return at_once


def one_by_one(store: Path, files: list[Path]) -> list[Scan]:
    return [night(store, file, closed=file == files[-1]) for file in files]


@pytest.mark.soak
def test_twenty_five_nights_one_by_one_equal_one_scan(files, whole, tmp_path):
    nights = one_by_one(tmp_path / "store", files)
    equal_one_scan(tmp_path / "store", nights, files, tmp_path / "out")
    same_store(tmp_path / "store", whole)


def test_nights_in_doubt_are_so_one_by_one_and_in_one_scan_and_for_the_same_reasons(store, tmp_path):
    files = damaged_files(tmp_path, 25, first=BEFORE + 1)
    nights = one_by_one(store, files[BEFORE:])
    assert {ended(one, None) for one in nights} == {0, CANNOT_VOUCH}
    at_once = equal_one_scan(store, nights, files, tmp_path / "out")
    thin, silent, *cut_short = at_once.run.doubts
    assert thin.startswith("2026-01-27: the log has 37 events")
    assert silent.startswith("2026-01-28: nothing from site altura")
    assert cut_short and all(doubt.startswith("2026-01-30: ") for doubt in cut_short)
    assert any(note.startswith("2026-01-29: the log has 407 events") for note in at_once.run.notes)


@pytest.mark.full
@pytest.mark.parametrize(("number", "first"), [(40, 28), pytest.param(60, 45, marks=pytest.mark.soak)])
def test_many_nights_some_of_them_in_doubt_one_by_one_equal_one_scan(tmp_path, number, first):
    files = damaged_files(tmp_path, number, first=first)
    nights = one_by_one(tmp_path / "store", files)
    assert {ended(one, None) for one in nights} == {0, CANNOT_VOUCH}
    equal_one_scan(tmp_path / "store", nights, files, tmp_path / "out")


def test_missed_nights_are_caught_up_in_order(store, files, whole):
    night(store, *reversed(files[21:]), closed=True)
    same_store(store, whole)
