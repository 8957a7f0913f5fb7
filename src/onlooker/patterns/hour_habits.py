"""Which hours of the day are rare and usual for each person: habits of 84 days, which end 14 days before each night."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.patterns.people_days import HOURS, PeopleDays

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LATELY, HABIT = 14, 84
RARE, USUAL = 0.02, 0.1
"""Shares of the days worked with activity at an hour, give or take one: below, it is rare; from there on, usual."""
FEWEST_DAYS = 20
"""Fewest days worked from which a habit is known; with fewer, no hour is rare."""
BITS = 24


@dataclass(frozen=True)
class HourHabits:
    """Days of people, sorted by person and day; arrays have one entry per day. Hours are bits of a number."""

    row: NDArray[np.intp]
    """Row of PeopleDays."""
    person: NDArray[np.intp]
    day: Ints
    hours: Ints
    """Hours with activity."""
    rare: Ints
    usual: Ints
    begin: NDArray[np.intp]
    """Place of the first day of the habit."""
    end: NDArray[np.intp]
    """Place of the first of the last 14 days, with which the habit ends."""


def hour_habits(people: PeopleDays) -> HourHabits:
    """The habits of all people; days whose hours were not counted are left out."""
    known = np.flatnonzero(~np.isnan(people.counts[HOURS]))
    row = known[np.lexsort((people.day[known], people.person[known]))]
    person, day = people.person[row], people.day[row]
    hours = people.counts[HOURS][row].astype(np.int64)
    span = int(day.max(initial=0) - day.min(initial=0)) + 2 * (LATELY + HABIT)
    key = person * span + (day - day.min(initial=0)) + LATELY + HABIT
    begin, end = (np.searchsorted(key, key - days + 1) for days in (LATELY + HABIT, LATELY))
    rare, usual = np.zeros_like(hours), np.zeros_like(hours)
    worked = np.maximum(end - begin, 1)
    for hour in range(BITS):
        near = sum(((hours >> ((hour + step) % BITS)) & 1) for step in (-1, 0, 1)) > 0
        counted = np.append(0, np.cumsum(near))
        share = (counted[end] - counted[begin]) / worked
        enough = end - begin >= FEWEST_DAYS
        rare |= np.where(enough & (share < RARE), 1 << hour, 0)
        usual |= np.where(enough & (share >= USUAL), 1 << hour, 0)
    return HourHabits(row, person, day, hours, rare, usual, begin, end)


def connected(begin: Ints, hours: Ints) -> Ints:
    """The hours with activity that hang together with those of `begin`, across one idle hour at most and midnight."""
    reached = begin
    while True:
        near = reached
        for step in (1, 2):
            near = (
                near | (reached << step) | (reached >> step) | (reached >> (BITS - step)) | (reached << (BITS - step))
            )
        further = (near & hours) | reached
        if (further == reached).all():
            return reached
        reached = further


def named(bits: int) -> str:
    """Hours as an analyst writes them: `2 to 4 h and 22 h`."""
    spans: list[tuple[int, int]] = []
    for hour in (hour for hour in range(BITS) if bits >> hour & 1):
        if spans and spans[-1][1] == hour - 1:
            spans[-1] = spans[-1][0], hour
        else:
            spans.append((hour, hour))
    texts = [f"{first:02}:00-{last:02}:59" for first, last in spans]
    return ", ".join(texts[:-1]) + " and " + texts[-1] if len(texts) > 1 else "".join(texts)
