"""Local times: which offset the hours of a log agree on."""

from __future__ import annotations

import pytest

from onlooker.schema.local_clock import HOUR_US, QUARTER_US, local_clock, offsets_by_day

H = HOUR_US


def spans(offset: int, minutes: list[int]) -> tuple[int, int]:
    """Lowest and highest LEAST_OFFSET of visits that begin so many minutes after a full local hour."""
    least = [offset - minute * 60_000_000 for minute in minutes]
    return min(least), max(least)


@pytest.mark.parametrize("offset", [0, H, -8 * H, 5 * H + 2 * QUARTER_US, 5 * H + 3 * QUARTER_US])
def test_the_offset_of_a_day_is_found_from_its_hours(offset: int) -> None:
    assert offsets_by_day([(1, *spans(offset, [0, 10, 20, 30, 40, 50]))]) == {1: offset}


def test_a_day_with_one_visit_has_the_offset_of_the_days_around_it() -> None:
    india = 5 * H + 2 * QUARTER_US
    days = [(1, *spans(india, [2, 25, 58])), (2, *spans(india, [50])), (3, *spans(india, [1, 44]))]
    assert offsets_by_day(days) == dict.fromkeys((1, 2, 3), india)


def test_summer_time_is_another_offset_and_a_day_that_agrees_on_none_has_none() -> None:
    many = [0, 15, 30, 45, 59]
    days = [(1, *spans(H, many)), (2, *spans(2 * H, many)), (3, spans(0, many)[0], spans(9 * H, many)[1])]
    assert offsets_by_day(days) == {1: H, 2: 2 * H}


def test_what_is_no_instant_stays_as_it_is() -> None:
    assert local_clock("2026-11-20T23:31:07Z", H) == "00:31:07"
    assert local_clock("<b>", H) == "<b>"
