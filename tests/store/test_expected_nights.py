from __future__ import annotations

from datetime import date, timedelta

import pytest

from onlooker.schema.days import EPOCH
from onlooker.store.expected_nights import SATURDAY, SUNDAY, missing_days

MONDAY = (date(2026, 3, 2) - EPOCH).days


def weekdays(weeks: int) -> list[int]:
    """The nights of an office: Monday to Friday."""
    return [MONDAY + 7 * week + day for week in range(weeks) for day in range(5)]


def test_saturday_and_sunday_are_what_the_calendar_says():
    assert [(EPOCH + timedelta(day)).weekday() for day in (SATURDAY, SUNDAY)] == [5, 6]


@pytest.mark.parametrize("weeks", [1, 2, 3, 20])
def test_the_weekends_of_an_office_are_no_missing_nights(weeks):
    assert missing_days(weekdays(weeks)) == []


def test_a_lost_night_is_missing_and_so_is_a_lost_week():
    nights = weekdays(12)
    lost = [MONDAY + 7 * 5 + day for day in range(5)]
    assert missing_days([day for day in nights if day not in lost]) == lost
    assert missing_days([day for day in nights if day != MONDAY + 1]) == [MONDAY + 1]


def test_where_every_day_has_a_night_a_lost_sunday_is_missing():
    nights = [MONDAY + day for day in range(60)]
    assert missing_days([day for day in nights if day != MONDAY + 20]) == [MONDAY + 20]


def test_a_saturday_that_was_worked_once_is_expected_no_other_time():
    assert missing_days(sorted([*weekdays(8), MONDAY + 7 * 3 + 5])) == []


def test_nothing_is_missing_from_nothing():
    assert missing_days([]) == missing_days([MONDAY]) == []
