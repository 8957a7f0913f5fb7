"""Each call of writing of a real night fails once: the night is whole or absent, and the next run ends equal."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.store.faults_on_purpose import failing_at, sites_of

from onlooker.errors import OnlookerError
from onlooker.store import Store

from .conftest import BEFORE
from .organisation import night, same_store


def all_survive(begun: Path, file: Path, expected: Path, place: Path, every: int) -> None:
    counted = Path(shutil.copytree(begun, place / "counted"))
    sites = sites_of(lambda: night(counted, file))
    assert len(sites) > 25
    for site in sites[::every]:
        store = Path(shutil.copytree(begun, place / "store"))
        with failing_at(site) as met, contextlib.suppress(OnlookerError, OSError, sqlite3.Error):
            night(store, file)
        assert met.met, site
        with Store.open(store) as opened:
            assert opened.verify() == (), site
            assert len(opened.nights()) - len(nights(begun)) in (0, len(nights(expected)) - len(nights(begun))), site
        night(store, file)
        same_store(store, expected)
        shutil.rmtree(store)


def nights(store: Path) -> list[int]:
    with Store.open(store) as opened:
        return [one.day for one in opened.nights()]


@pytest.mark.full
def test_some_calls_of_writing_of_a_night(begun, files, grown_by, tmp_path):
    all_survive(begun, files[BEFORE], grown_by(1), tmp_path, every=9)


@pytest.mark.soak
def test_each_call_of_writing_of_a_night(begun, files, grown_by, tmp_path):
    all_survive(begun, files[BEFORE], grown_by(1), tmp_path, every=1)
