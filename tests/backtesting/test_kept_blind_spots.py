"""Blind spots are a manual for thieves: who may read them, and that each reading is on record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onlooker.backtesting import kept_blind_spots
from onlooker.backtesting.blind_spots import BlindSpots, Spot, Trial
from onlooker.backtesting.honest_log import HonestLog
from onlooker.backtesting.monotone_fit import Half
from onlooker.config import Settings
from onlooker.errors import UsageError
from onlooker.store import Store

HALF = Half(12.0, 8.0, None, 80, 128.0)
FOUND = BlindSpots(
    "2026-01-05", "2026-03-05", 5, {"looks": "looks"}, (Spot("all", "everybody", 40, "looks", HALF),), (), ()
)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_blind_spots, "find_blind_spots", lambda *_args, **_how: FOUND)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    Store.open(tmp_path / "store", "write", create=True).close()
    return tmp_path / "store"


@pytest.mark.usefixtures("measured")
def test_measuring_and_each_reading_stand_in_the_history(store: Path) -> None:
    kept_blind_spots.measure_into_store(store, ["log.csv"], Settings())
    assert kept_blind_spots.read_blind_spots(store, "yearly review")["spots"][0]["half"]["number"] == 12.0
    with Store.open(store) as opened:
        told = [(entry.what, dict(entry.about), entry.why) for entry in opened.history()]
    assert ("blind spots", {"measured from": ["log.csv"]}, "") in told
    assert ("blind spots", {"read": "blind_spots.json"}, "yearly review") in told


@pytest.mark.usefixtures("measured")
def test_the_file_is_readable_as_the_store_is(store: Path) -> None:
    kept_blind_spots.measure_into_store(store, ["log.csv"], Settings())
    assert (store / "blind_spots.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("measured")
def test_without_a_store_only_the_owner_may_open_the_folder(tmp_path: Path) -> None:
    kept_blind_spots.measure_into_folder(tmp_path / "out", ["log.csv"], Settings())
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert json.loads((tmp_path / "out" / "blind_spots.json").read_text())["budget"] == 5


def test_a_store_without_blind_spots_says_how_to_measure_them(store: Path) -> None:
    with pytest.raises(UsageError, match="has no blind spots yet"):
        kept_blind_spots.read_blind_spots(store)


@pytest.mark.full
def test_many_records_a_day_are_found_more_often_than_few(honest: HonestLog) -> None:
    trial = Trial(honest, 1, lambda _what, _share: None)
    few, many = (trial.tries("looks", [number], 6) for number in (1.0, 100.0))
    assert sum(one.found[5] for one in many) > sum(one.found[5] for one in few)
    assert sum(one.found[5] for one in many) >= 5
