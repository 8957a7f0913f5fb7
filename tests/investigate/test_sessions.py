"""The story of a day: sessions, pauses, searches and runs, in local times."""

from __future__ import annotations

import numpy as np
import pytest

from onlooker.investigate.sessions import Looks, story
from onlooker.schema.local_clock import HOUR_US, offset_us, zone_in_words

NINE = 20_000 * 24 * HOUR_US + 9 * HOUR_US


def looks(*lines: tuple[int, str | None, str], offset: int = 0) -> Looks:
    """Lines at so many seconds after nine o'clock UTC."""
    us = np.array([NINE + at * 1_000_000 for at, _, _ in lines])
    hour = (us + offset) // HOUR_US % 24
    customers, actions = ([line[i] for line in lines] for i in (1, 2))
    return Looks(us, hour, np.array(customers, dtype=object), np.array(actions, dtype=object))


@pytest.mark.parametrize(
    ("hours", "words"), [(0, "UTC"), (8, "UTC+08:00"), (-5, "UTC-05:00"), (5.5, "UTC+05:30"), (5.75, "UTC+05:45")]
)
def test_the_offset_is_found_by_the_local_hours(hours: float, words: str) -> None:
    offset = int(hours * HOUR_US)
    day = looks(*((60 * minute, "c", "view") for minute in range(0, 480, 7)), offset=offset)
    assert zone_in_words(offset_us(day.us, day.hour)) == words


def test_sessions_pauses_searches_and_runs_are_told_in_their_order() -> None:
    run = [(600 + 10 * n, f"c{n}", "view") for n in range(12)]
    day = looks((0, "a", "view"), (60, None, "search"), (90, "b", "reveal"), *run, (8000, "z", "view"))
    assert list(story(day, HOUR_US)) == [
        "10:00 to 10:11: 14 customers in 15 lines of the log, 1 search, 1 reveal, 12 customers one after the other "
        "within 110 s from 10:10",
        "a pause of 2 h 01 min",
        "12:13 to 12:13: 1 customer in 1 line of the log",
    ]


def test_a_few_quick_looks_are_no_run() -> None:
    (line,) = story(looks(*((5 * n, f"c{n % 4}", "view") for n in range(30))), 0)
    assert "one after the other" not in line
