"""Each call of writing fails once: what was written is whole or absent, and the next run ends as if nothing had."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.store.days import FIRST, content, rows_of, scan
from tests.store.faults_on_purpose import failing_at, sites_of

from onlooker.errors import OnlookerError
from onlooker.store import Store

NIGHTS = 3


def night(place: Path) -> None:
    scan(place, range(FIRST, FIRST + NIGHTS), run_id="night", rows=60)


def again(place: Path) -> None:
    scan(place, range(FIRST, FIRST + NIGHTS), run_id="again", rows=60)


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("before") / "store"
    scan(place, range(FIRST, FIRST + NIGHTS - 1), rows=60)
    return place


def whole(place: Path) -> int:
    """How many nights a sound store has."""
    with Store.open(place) as store:
        assert store.verify() == ()
        return len(store.nights())


def test_a_night_survives_the_failing_of_each_call_of_writing(before, tmp_path):
    undisturbed = Path(shutil.copytree(before, tmp_path / "undisturbed"))
    sites = sites_of(lambda: night(undisturbed))
    with Store.open(undisturbed) as store:
        expected = content(store)
    assert {name for name, _ in sites} >= {"fsync", "replace", "mkstemp", "INSERT", "UPDATE", "BEGIN", "COMMIT"}
    assert len(sites) > 25
    for site in sites:
        place = Path(shutil.copytree(before, tmp_path / "place"))
        with failing_at(site) as met, contextlib.suppress(OnlookerError, OSError, sqlite3.Error):
            night(place)
        assert met.met, site
        assert whole(place) in (NIGHTS - 1, NIGHTS), site
        again(place)
        with Store.open(place) as store:
            assert store.verify() == (), site
            assert content(store) == expected, site
        assert len(list((place / "visits").iterdir())) == NIGHTS, site
        shutil.rmtree(place)


def tidy(place: Path) -> None:
    with Store.open(place, "write") as store:
        store.compact(FIRST + 60)
        store.prune(FIRST + 25, "ana", {"visits": 20})
        store.forget("customer", "C00077", "ana", "asked for it")
        store.forget("agent", "agent-3", "ana", "asked for it")


def left(place: Path) -> tuple[list[dict], int]:
    with Store.open(place) as store:
        assert store.verify() == ()
        order = [(name, "ascending") for name in ("day", "customer_id", "agent_id", "first_us")]
        return rows_of(store, "visits").sort_by(order).to_pylist(), len(store.alerts())


@pytest.mark.full
def test_compacting_pruning_and_erasing_survive_the_failing_of_each_call_of_writing(tmp_path):
    template = tmp_path / "template"
    scan(template, range(FIRST, FIRST + 20), rows=200)
    tidied = Path(shutil.copytree(template, tmp_path / "tidied"))
    sites = sites_of(lambda: tidy(tidied))
    expected = left(tidied)
    assert len(sites) > 25
    for site in sites:
        place = Path(shutil.copytree(template, tmp_path / "place"))
        with failing_at(site) as met, contextlib.suppress(OnlookerError, OSError, sqlite3.Error):
            tidy(place)
        assert met.met, site
        with Store.open(place) as store:
            assert store.verify() == (), site
        tidy(place)
        assert left(place) == expected, site
        shutil.rmtree(place)
