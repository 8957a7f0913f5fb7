"""How much work there is: week, growth, surges and noise per queue and day; and which customers call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onlooker.simulation.arrays import Floats, Ints
from onlooker.simulation.organisation import QUEUES

WEEK = np.array([1.15, 1.05, 1.0, 1.0, 0.97, 0.85, 0.8])


def factors(days: int, first_weekday: int, rng: np.random.Generator) -> Floats:
    """Return the demand per queue and day as a factor on the usual pace; rows are queues."""
    weekday = (first_weekday + np.arange(days)) % 7
    growth = 1 + 0.08 * np.arange(days) / 90
    shape = (len(QUEUES), days)
    noise = np.exp(rng.normal(0, 0.05, days) + rng.normal(0, 0.07, shape))
    surge = np.where(rng.random(shape) < 0.012, rng.uniform(1.25, 1.6, shape), 1.0)
    return np.asarray(WEEK[weekday] * growth * noise * surge)


def levels(agents: int, days: int, rng: np.random.Generator) -> Floats:
    """Return each agent's own slow ups and downs (weekly, correlated) and short days, as factors."""
    weeks = days // 7 + 1
    log_level = np.zeros((agents, weeks))
    shock = rng.normal(0, 0.08, (agents, weeks))
    log_level[:, 0] = shock[:, 0]
    for week in range(1, weeks):
        log_level[:, week] = 0.8 * log_level[:, week - 1] + 0.6 * shock[:, week]
    short = np.where(rng.random((agents, days)) < 0.05, rng.uniform(0.25, 0.8, (agents, days)), 1.0)
    return np.asarray(np.exp(log_level)[:, np.arange(days) // 7] * short)


@dataclass(frozen=True)
class Customers:
    """The customer base. Most customers hardly ever call: the k-th of n is drawn as n * u^2.5."""

    count: int

    def callers(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw who calls."""
        return (self.count * rng.random(size) ** 2.5).astype(np.int64)

    def anybody(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw from all customers alike, dormant or not."""
        return rng.integers(0, self.count, size)
