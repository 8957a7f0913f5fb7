"""Counts far above the busiest tenth of the peers, summed over the best days worked of two weeks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.patterns.binomial_tail import at_least
from onlooker.patterns.busiest_tenth import Peers
from onlooker.patterns.pattern import Passed
from onlooker.patterns.people_days import PeopleDays
from onlooker.schema.days import BEFORE_ALL

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

TIMES = 2.0
"""The limit of a day, as a multiple of what the busiest tenth of the peers reaches. Counts above it are summed."""
WINDOW, BEST = 14, 10
"""Of the days of a window the best ones are summed."""
CHANCE = 1e-4
"""Largest probability of the count under a Poisson law whose mean is the limit, and of the number of days above it."""
PRIOR_DAYS, PRIOR_RATE = 20, 0.02
"""Days that are added to those of the others, and the share of these that lies above the limit."""
WHOSE = ("of the same role and queue", "of the same queue", "of the same role", "of all people")
"""Whose busiest tenth it is: the first of these with enough peers."""


@dataclass(frozen=True)
class AbovePeers:
    """Judges one count; called with the days of people and the first night to judge."""

    counts: tuple[str, ...]
    """Columns of PeopleDays, which are added up."""
    floor: float
    """The least that must lie beyond the limit."""
    sentence: str
    """With {observed}, {days}, {whose} and {usual}; the numbers are of the days summed."""
    lasting: bool = False
    """Whether the number of days above the limit must be unlikely as well, at the rate of everybody else: for what
    everybody does daily, and now and then a lot of. What most people never do counts from its first day."""

    def __call__(self, people: PeopleDays, since: int) -> list[Passed]:
        """Who passes on the nights from `since` on."""
        count = np.add.reduce([people.known(name) for name in self.counts])
        standing = Standing(people, count)
        found: list[Passed] = []
        for day, rows in people.nights():
            standing.take(day, rows)
            if day >= since:
                found += self._passed(standing, day, rows)
        return found

    def _passed(self, standing: Standing, day: int, rows: slice) -> Iterator[Passed]:
        person = standing.people.person[rows]
        observed, usual, days = standing.best(day, person)
        size = observed - TIMES * usual
        large = (size > self.floor) & (days > 0)
        if self.lasting and large.any():
            large &= standing.chance_of_days(day, person) <= CHANCE
        for i in np.flatnonzero(large):
            if chance(float(observed[i]), TIMES * float(usual[i])) <= CHANCE:
                whose = WHOSE[int(standing.level[day % WINDOW, person[i]])]
                text = self.sentence.format(
                    observed=f"{observed[i]:,.0f}", usual=f"{usual[i]:,.0f}", whose=whose,
                    days=summed(int(days[i])),
                )  # fmt: skip
                yield Passed(rows.start + int(i), float(size[i]), float(observed[i]), float(usual[i]), text)


class Standing:
    """Each person's counts of the last 14 days beside what was the busiest tenth of the peers on each of them."""

    def __init__(self, people: PeopleDays, count: Floats) -> None:
        self.people, self.count = people, count
        values, self._place = np.unique(count, return_inverse=True)
        self._groups = divisions(people)
        self._peers = [Peers(people.people, int(g.max(initial=0)) + 1, values) for g in self._groups]
        shape = (WINDOW, people.people)
        self._day = np.full(shape, BEFORE_ALL)
        self._observed, self._usual = np.zeros(shape), np.zeros(shape)
        self.level = np.zeros(shape, dtype=np.intp)
        """Place in WHOSE."""

    def take(self, day: int, rows: slice) -> None:
        """Add a day; where there are too few peers at all, the day says nothing."""
        person, slot = self.people.person[rows], day % WINDOW
        for group, peers in zip(self._groups, self._peers, strict=True):
            peers.take(day, person, group[rows], self._place[rows])
        usual, level = np.full(len(person), np.nan), np.zeros(len(person), dtype=np.intp)
        for place, (group, peers) in enumerate(zip(self._groups, self._peers, strict=True)):
            left = np.flatnonzero(np.isnan(usual))
            usual[left] = peers.busiest(person[left], group[rows][left])
            level[left] = place
        known = ~np.isnan(usual)
        self._day[slot, person] = np.where(known, day, BEFORE_ALL)
        self._observed[slot, person], self._usual[slot, person] = self.count[rows], np.nan_to_num(usual)
        self.level[slot, person] = level

    def chance_of_days(self, day: int, person: Ints) -> Floats:
        """P(at least as many days above the limit as a person has, of the days worked in the window), for each person.

        The rate of such days is that of everybody else: the own past never raises it.
        """
        lately = self._day > day - WINDOW
        worked = lately.sum(axis=0)
        above = (lately & (self._observed > TIMES * self._usual)).sum(axis=0)
        others, theirs = worked.sum() - worked[person], above.sum() - above[person]
        rate = (theirs + PRIOR_DAYS * PRIOR_RATE) / (others + PRIOR_DAYS)
        return at_least(above[person], worked[person], rate)

    def best(self, day: int, person: Ints) -> tuple[Floats, Floats, Ints]:
        """Of the up to ten days with most beyond the limit: what was counted, what is usual, and how many they are."""
        lately = self._day[:, person] > day - WINDOW
        observed, usual = self._observed[:, person], self._usual[:, person]
        beyond = np.where(lately, observed - TIMES * usual, 0.0)
        order = np.argsort(-beyond, axis=0, kind="stable")[:BEST]
        summed = np.take_along_axis(beyond, order, 0) > 0
        return (
            (np.take_along_axis(observed, order, 0) * summed).sum(axis=0),
            (np.take_along_axis(usual, order, 0) * summed).sum(axis=0),
            np.asarray(summed.sum(axis=0)),
        )


def summed(days: int) -> str:
    """Which days the numbers of a sentence are of."""
    if days == 1:
        return f"on one of the last {WINDOW} days"
    which = "the most" if days == BEST else "those"
    return f"summed over {days} of the last {WINDOW} days ({which} above twice the usual)"


def divisions(people: PeopleDays) -> tuple[Ints, ...]:
    """The groups of peers, by role and queue, queue, role, and all; one entry per row."""
    roles = int(people.role.max(initial=0)) + 1
    _, both = np.unique(people.place * roles + people.role, return_inverse=True)
    return np.asarray(both, dtype=np.intp), people.place, people.role, np.zeros_like(people.place)


def chance(observed: float, mean: float) -> float:
    """P(X >= observed) for a Poisson law of that mean."""
    from scipy.special import gammainc

    return float(gammainc(observed, mean)) if mean > 0 else 0.0
