"""What is planted: visits of many patterns, sizes and tastes, by some people, on days on which they worked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

RECENT = 14
"""Days for which a customer counts as in work."""
WARM_UP = 16
"""First days of the past on which nothing is planted."""
LEAST, MOST = 4, 60
"""Days worked that misuse goes on for."""
SMALLEST, LARGEST = 0.15, 3.0
"""Planted visits of a day as parts of the usual number."""
ODD_HOURS = 0.2
"""Share of those who come at hours of their own."""
WITH_TICKETS = 0.4
"""Share of those who name tickets for some of their visits, in a log that has tickets."""
KEPT_WORK = 0.2
"""Part of the day's own customers that somebody who steals in place of work still visits."""


@dataclass(frozen=True)
class Own:
    """What one person did in the past: a row for each customer and day, by day."""

    day: Ints
    customer: Ints
    """Number of the customer; -1 for those who are not in the sample."""
    events: Ints


@dataclass(frozen=True)
class Sample:
    """Customers whom a planted visit may go to: who visited them, and when, by day."""

    customers: int
    customer: Ints
    agent: Ints
    """Number of the visitor; -1 for those who are not planted on."""
    day: Ints
    first: Ints
    """Day of the first visit to each customer."""

    def live(self, agent: int, day: int) -> Ints:
        """Customers whom others visited that day or in the days before."""
        rows = slice(*np.searchsorted(self.day, [day - RECENT, day + 1]))
        return np.unique(self.customer[rows][self.agent[rows] != agent])

    def known(self, day: int) -> Ints:
        """Customers whom somebody had visited before that day."""
        return np.flatnonzero(self.first < day)


@dataclass(frozen=True)
class Drawn:
    """Planted visits, one row each, and what is left undone for them."""

    agent: Ints
    day: Ints
    customer: Ints
    events: Ints
    odd_hour: Bools
    ticketed: Bools
    undone_agent: Ints
    undone: Ints
    """Row of `Own` of a visit that is left out."""


def draw(own: list[Own], sample: Sample, first: int, last: int, rng: np.random.Generator) -> Drawn:
    """Plant on each person of `own`; `first` and `last` are the days of the past."""
    planted, undone = [], []
    for agent, mine in enumerate(own):
        visits, left_out = of_one(agent, mine, sample, first, last, rng)
        planted.append(np.column_stack([np.full(len(visits), agent), visits]))
        undone.append(np.column_stack([np.full(len(left_out), agent), left_out]))
    rows, left = np.concatenate(planted).astype(np.int64), np.concatenate(undone).astype(np.int64)
    agent, day, customer, events, odd, ticketed = rows.T
    return Drawn(agent, day, customer, events, odd > 0, ticketed > 0, left[:, 0], left[:, 1])


def of_one(agent: int, own: Own, sample: Sample, first: int, last: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Visits (day, customer, events, odd hour, ticketed) of one person, and rows of `own` left undone."""
    days, each = np.unique(own.day, return_counts=True)
    begin = rng.uniform(WARM_UP, max(0.85 * (last - first), WARM_UP + 1)) + first
    chosen = days[days >= begin][: int(log_uniform(LEAST, MOST, rng))]
    share, growing, burst = rng.choice([1.0, 0.5, 0.25]), rng.random() < 0.25, rng.choice([0.0, 0.3, 1.0])
    size = max(2.0, each.mean() * log_uniform(SMALLEST, LARGEST, rng))
    mix, glancing, odd, in_place = rng.dirichlet([1, 1, 1]), rng.random(), rng.random() < ODD_HOURS, rng.random() < 0.5
    tickets = rng.random() if rng.random() < WITH_TICKETS else 0.0
    chosen = chosen[rng.random(len(chosen)) < share]
    visits, undone = [np.zeros((0, 5), dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for place, day in enumerate(chosen):
        mean = size * (2.0 * (place + 1) / len(chosen) if growing else 1.0)
        number = int(rng.poisson(mean * (rng.gamma(1.0 / burst, burst) if burst else 1.0)))
        pools = np.arange(sample.customers), sample.known(int(day)), sample.live(agent, int(day))
        parts = rng.multinomial(number, mix)
        customers = np.concatenate(
            [rng.choice(pool if len(pool) else pools[0], part) for pool, part in zip(pools, parts, strict=True)]
        )
        today = np.flatnonzero(own.day == day)
        customers = np.setdiff1d(customers, own.customer[today])
        size_of_day = len(customers)
        deep = np.where(rng.random(size_of_day) < glancing, 1, rng.choice(own.events, size_of_day))
        named = rng.random(size_of_day) < tickets
        visits.append(np.column_stack([np.full(size_of_day, day), customers, deep, np.full(size_of_day, odd), named]))
        if in_place:
            undone.append(rng.permutation(today)[: min(size_of_day, int((1.0 - KEPT_WORK) * len(today)))])
    return np.concatenate(visits), np.concatenate(undone)


def log_uniform(low: float, high: float, rng: np.random.Generator) -> float:
    """Draw a number whose logarithm is uniform."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
