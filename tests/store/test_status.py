"""What monitoring is told."""

import json

from tests.store.days import FIRST, scan

from onlooker.store import Store


def test_the_last_night_missing_days_and_sizes_are_told(place):
    scan(place, range(FIRST, FIRST + 2), "one")
    scan(place, range(FIRST + 4, FIRST + 5), "two")
    with Store.open(place) as store:
        told = json.loads(json.dumps(store.status().record()))
    assert told["first_night"] == "2026-02-16"
    assert told["last_night"] == "2026-02-20"
    assert told["missing_nights"] == ["2026-02-18", "2026-02-19"]
    assert told["last_run"]["id"] == "two"
    assert told["last_run"]["outcome"] == "done"
    assert told["rows"]["visits"] == 900
    assert told["bytes"]["visits"] > 0
    assert (told["open_cases"], told["holds"]) == (0, 0)


def test_an_empty_store_has_a_status(place):
    with Store.open(place, "write", create=True) as store:
        assert store.status().last_night is None
        assert store.status().last_run is None
