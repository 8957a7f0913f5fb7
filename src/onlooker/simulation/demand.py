"""How much work there is: week, growth, surges and noise per queue and day; and which customers call."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from onlooker.simulation.arrays import Floats, Ints, stream
from onlooker.simulation.mechanics import Mechanics, Shape


@dataclass(frozen=True)
class Demand:
    """Factors on the usual pace; rows are queues, columns days. On a holiday half of the people are off."""

    factors: Floats
    holidays: Ints  # days of the log


def demand(mechanics: Mechanics, days: int, first_weekday: int, rng: np.random.Generator) -> Demand:
    """Draw how much work there is: week, growth, surges and noise per queue and day, holidays."""
    shape = mechanics.shape
    weekday = (first_weekday + np.arange(days)) % 7
    growth = 1 + shape.growth * np.arange(days) / 90
    size = (len(mechanics.queues), days)
    noise = np.exp(rng.normal(0, shape.common, days) + rng.normal(0, shape.noise, size))
    surge = np.where(rng.random(size) < shape.surges, rng.uniform(1.25, 1.6, size), 1.0)
    factors = np.asarray(np.array(shape.week)[weekday] * growth * noise * surge)
    holidays = np.zeros(0, np.int64)
    if shape.holidays:
        holidays = np.flatnonzero((rng.random(days) < shape.holidays / 365) & (weekday < 5))
        factors[:, holidays] *= 0.5
    return Demand(factors, holidays)


def levels(agents: int, days: int, shape: Shape, rng: np.random.Generator) -> Floats:
    """Return each agent's own slow ups and downs (weekly, correlated), drift and short days, as factors."""
    weeks = days // 7 + 1
    log_level = np.zeros((agents, weeks))
    shock = rng.normal(0, shape.level, (agents, weeks))
    log_level[:, 0] = shock[:, 0]
    for week in range(1, weeks):
        log_level[:, week] = 0.8 * log_level[:, week - 1] + 0.6 * shock[:, week]
    short = np.where(rng.random((agents, days)) < 0.05, rng.uniform(0.25, 0.8, (agents, days)), 1.0)
    if shape.drift:
        log_level += rng.normal(0, shape.drift, (agents, 1)) * np.arange(weeks) / 52
    return np.asarray(np.exp(log_level)[:, np.arange(days) // 7] * short)


class Customers:
    """The customer base. Most customers hardly ever call: the k-th of n is drawn as n * u^2.5."""

    def __init__(self, count: int, seed: int, mechanics: Mechanics) -> None:
        self.count, self.seed, self.exponent = count, seed, mechanics.callers
        self.words, shares = zip(*mechanics.tiers, strict=True)
        self.edges = np.cumsum(shares)

    def callers(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw who calls."""
        return (self.count * rng.random(size) ** self.exponent).astype(np.int64)

    def anybody(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw from all customers alike, dormant or not."""
        return rng.integers(0, self.count, size)

    @cached_property
    def tier(self) -> Ints:
        """The tier of each customer, as a place in `words`; the last one is the highest."""
        draw: Floats = stream(self.seed, "tiers").random(self.count) * self.edges[-1]
        return np.asarray(np.minimum(np.searchsorted(self.edges, draw, side="right"), len(self.words) - 1), np.int64)

    def high_tier(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw from the customers of the highest tier."""
        high = np.flatnonzero(self.tier == len(self.words) - 1)
        return high[rng.integers(0, len(high), size)] if len(high) else self.anybody(size, rng)

    @cached_property
    def number(self) -> Ints:
        """The number in each customer's id: scattered, so it says nothing."""
        low = 10_000
        while 9 * low < self.count:
            low *= 10
        return low + stream(self.seed, "ids").permutation(9 * low)[: self.count]

    def in_id_order(self) -> Ints:
        """Return the customers in the order of their ids."""
        return np.argsort(self.number)

    def household(self, customer: Ints) -> Ints:
        """Return the other member of each customer's household of two."""
        return np.asarray(np.minimum(customer ^ 1, self.count - 1), np.int64)
