"""Activity at hours that the person has not worked for months, on several days of two weeks, beside the usual ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.patterns.binomial_tail import at_least
from onlooker.patterns.hour_habits import LATELY, HourHabits, connected, hour_habits, named
from onlooker.patterns.pattern import Given, Passed, Pattern
from onlooker.patterns.people_days import PeopleDays

Bools = NDArray[np.bool_]

FEW_LINES = 3
"""A longer day that lies in rare hours as a whole is another shift."""
LEAST = 2
"""Days with rare hours, of the last 14."""
CHANCE = 3e-4
"""Largest probability of the number of such days, by the person's own past."""
PRIOR_DAYS, PRIOR_RATE = 20, 0.02
"""The person's own rate of such days is shrunk: 20 days at a rate of 2 % are added to the own ones."""
MOVED, MOVED_LEAST = 0.25, 3
"""A queue has moved its hours when this share of its people, and at least three, are active at hours rare for them."""


def pattern(_given: Given) -> Pattern:
    """The pattern; every log has hours."""
    return Pattern("odd_hours", judge, "days with activity at rare hours", high=4, short="days with odd hours")


def judge(people: PeopleDays, since: int) -> list[Passed]:
    """Who passes on the nights from `since` on; somebody who was not active at a rare hour that night does not."""
    habits = hour_habits(people)
    few = people.counts["events"][habits.row] <= FEW_LINES
    whole = np.arange(len(habits.row))
    now = odd(habits, few, whole, whole)
    still = ~moved(people, habits, now)
    tonight = np.flatnonzero(now & still & (habits.day >= since))
    found = (_passed(habits, few, still, int(place)) for place in tonight)
    return sorted((one for one in found if one is not None), key=lambda one: one.row)


def odd(habits: HourHabits, few: Bools, place: NDArray[np.intp], by: NDArray[np.intp]) -> Bools:
    """Whether the days at `place` have activity at an hour that is rare by the habit of the day at `by`.

    There must be few lines that day, or activity at usual hours as well from which hours without any divide it: where
    it hangs together, the shift was longer, or another one.
    """
    hours = habits.hours[place]
    rare, usual = hours & habits.rare[by], hours & habits.usual[by]
    apart = rare & ~connected(usual, hours)
    return np.asarray(((usual != 0) & (apart != 0)) | ((rare != 0) & few[place]))


def moved(people: PeopleDays, habits: HourHabits, now: Bools) -> Bools:
    """Days on which the person's queue was active at rare hours altogether: the shift moved, or the clock."""
    places = int(people.place.max(initial=0)) + 1
    _, group = np.unique(habits.day * places + people.place[habits.row], return_inverse=True)
    odd_ones, all_ones = np.bincount(group, weights=now), np.bincount(group)
    return np.asarray(((odd_ones >= MOVED_LEAST) & (odd_ones >= MOVED * all_ones))[group])


def _passed(habits: HourHabits, few: Bools, still: Bools, place: int) -> Passed | None:
    lately = np.arange(habits.end[place], place + 1)
    before = np.arange(habits.begin[place], habits.end[place])
    days = lately[odd(habits, few, lately, np.full_like(lately, place)) & still[lately]]
    earlier = int(odd(habits, few, before, np.full_like(before, place)).sum())
    rate = (earlier + PRIOR_DAYS * PRIOR_RATE) / (len(before) + PRIOR_DAYS)
    if len(days) < LEAST or at_least(len(days), len(lately), rate) > CHANCE:
        return None
    seen = int(np.bitwise_or.reduce(habits.hours[days] & habits.rare[place]))
    text = (
        f"Active at {named(seen)} on {len(days)} of {len(lately)} worked days of the last {LATELY}; at such hours on "
        f"{earlier} of the {len(before)} worked days before."
    )
    return Passed(int(habits.row[place]), float(len(days)), float(len(days)), rate * len(lately), text)
