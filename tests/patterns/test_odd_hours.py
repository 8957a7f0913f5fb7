"""Activity at hours that a person has not worked for months: what passes, and what moves a shift, a team or a clock."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.patterns.people import ALL, FIRST, days_of, found

from onlooker.patterns import odd_hours
from onlooker.patterns.hour_habits import connected, named
from onlooker.patterns.people_days import HOURS, LOOK_BACK_DAYS, PeopleDays

PATTERN = odd_hours.pattern(ALL)
PEOPLE, DAYS = 12, 140
NIGHT = 1 << 2 | 1 << 3


def shifts(seed: int = 0, days: int = DAYS) -> NDArray[np.int64]:
    """Hours of people who work from 8 or 9 to 16 or 17, five days in seven; -1 on days off."""
    rng = np.random.default_rng(seed)
    first, last = rng.integers(8, 10, (PEOPLE, days)), rng.integers(16, 18, (PEOPLE, days))
    hours = np.array([[sum(1 << h for h in range(a, b + 1)) for a, b in zip(*row, strict=True)]
                      for row in zip(first, last, strict=True)])  # fmt: skip
    hours[rng.random((PEOPLE, days)) > 5 / 7] = -1
    return hours


def panel(hours: NDArray[np.int64], lines: NDArray[np.float64] | float = 60.0) -> PeopleDays:
    customers = np.where(hours < 0, np.nan, 30.0)
    return days_of({"customers": customers, HOURS: hours.astype(float), "events": np.broadcast_to(lines, hours.shape)})


def at_night(hours: NDArray[np.int64], since: int = 100, share: float = 0.4) -> NDArray[np.int64]:
    rng = np.random.default_rng(5)
    comes = (hours[0] >= 0) & (np.arange(hours.shape[1]) >= since) & (rng.random(hours.shape[1]) < share)
    hours[0, comes] |= NIGHT
    return hours


def test_ordinary_shifts_never_pass() -> None:
    assert all(found(PATTERN, panel(shifts(seed))) == [] for seed in range(10))


def test_who_begins_to_come_at_night_beside_the_day_passes_within_two_weeks() -> None:
    passed = found(PATTERN, panel(at_night(shifts())))
    assert {name for name, *_ in passed} == {"agent 000"}
    assert 100 <= passed[0][1] <= 114
    assert passed[0][3].startswith("Active at 02:00-03:59 on ")
    assert "; at such hours on 0 of the " in passed[0][3]


def test_who_always_came_at_night_does_not_pass() -> None:
    assert found(PATTERN, panel(at_night(shifts(), since=0))) == []


def test_a_few_lines_on_a_day_off_pass_and_a_whole_shift_at_night_does_not() -> None:
    hours = shifts()
    lines = np.full(hours.shape, 60.0)
    for day in (101, 104, 107, 110):
        hours[0, day] = NIGHT
        lines[0, day] = 3
    assert {name for name, *_ in found(PATTERN, panel(hours, lines))} == {"agent 000"}
    assert found(PATTERN, panel(hours)) == []


def test_overtime_that_follows_the_shift_does_not_pass() -> None:
    hours = shifts()
    there = (hours[0] >= 0) & (np.arange(DAYS) >= 100)
    hours[0, there] |= sum(1 << h for h in range(16, 23))
    assert found(PATTERN, panel(hours)) == []


@pytest.mark.parametrize("moved", ["shift", "clock", "queue"])
def test_a_shift_a_clock_and_a_queue_that_move_do_not_pass(moved: str) -> None:
    hours = shifts()
    later = np.arange(DAYS) >= 100
    if moved == "shift":
        hours[0, later & (hours[0] >= 0)] = sum(1 << h for h in range(16, 24))
    elif moved == "clock":
        hours[:, later] = np.where(hours[:, later] < 0, -1, hours[:, later] << 1)
    else:
        rng = np.random.default_rng(2)
        comes = (hours >= 0) & later & (rng.random(hours.shape) < 0.5)
        hours[comes] |= NIGHT
    assert found(PATTERN, panel(hours)) == []


def test_a_night_depends_on_nothing_later_and_on_no_day_that_is_not_kept() -> None:
    hours = at_night(shifts(days=LOOK_BACK_DAYS + 30), LOOK_BACK_DAYS + 10)
    whole = found(PATTERN, panel(hours))
    until = LOOK_BACK_DAYS + 25
    assert found(PATTERN, panel(hours[:, :until])) == [one for one in whole if one[1] < until] != []
    night = whole[-1][1]
    kept = np.where(np.arange(hours.shape[1])[None, :] >= night - LOOK_BACK_DAYS, hours, -1)
    assert found(PATTERN, panel(kept), FIRST + night) == [one for one in whole if one[1] >= night] != []


def test_names_and_the_order_of_people_change_nothing() -> None:
    hours = at_night(shifts())
    order = np.random.default_rng(1).permutation(PEOPLE)
    plain, moved = found(PATTERN, panel(hours)), found(PATTERN, panel(hours[order]))
    assert [rest for _, *rest in moved] == [rest for _, *rest in plain] != []


def test_hours_hang_together_across_one_idle_hour_and_midnight() -> None:
    def bits(*hours: int) -> int:
        return sum(1 << hour for hour in hours)

    active = np.array([bits(0, 1, 9, 11, 15, 23)])
    assert connected(np.array([bits(9)]), active) == bits(9, 11)
    assert connected(np.array([bits(0)]), active) == bits(0, 1, 23)
    assert named(bits(0, 1, 9, 15)) == "00:00-01:59, 09:00-09:59 and 15:00-15:59"
