"""What was to be expected: an agent's own rate, shrunk to the peers', with the agent's own dispersion.

Credibility: with n days of own history the expected level is (sum + k * peers) / (n + k), where k is the variance
within agents over the variance between them (Buehlmann 1967), estimated anew each night in each peer group. Counts have
the negative-binomial variance m + phi * m^2, where phi is the agent's own, shrunk to the peers'.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.scoring.column_statistics import Rows, median_where, sums

Floats = NDArray[np.float64]

MIN_DAYS = 5
"""Own days that an agent needs before it says something about the spread between agents."""


class Window:
    """Sums over a sliding window of days, per agent and signal: days, counts, squared counts, visits.

    The window holds the `length` days that end `lag` days before the night to be judged.
    """

    def __init__(self, agents: int, signals: int) -> None:
        self.days = np.zeros((agents, signals))
        self.total = np.zeros((agents, signals))
        self.squares = np.zeros((agents, signals))
        self.visits = np.zeros((agents, signals))

    def add(self, counts: Floats, counted: Floats, visits: Floats, sign: int = 1) -> None:
        """Take a day in (or out, with sign -1); `counted` is 1 where the day may teach the baseline, else 0.

        `visits` (agents, 1) are all visits of the day.
        """
        take = np.add if sign > 0 else np.subtract
        taught = counts * counted
        take(self.days, counted, out=self.days)
        take(self.total, taught, out=self.total)
        take(self.squares, np.multiply(counts, taught, out=taught), out=self.squares)
        take(self.visits, visits * counted, out=self.visits)


@dataclass(frozen=True)
class Habits:
    """What the days of a window show of each agent; arrays of shape (agents, signals)."""

    days: Floats
    total: Floats
    mean: Floats
    variance: Floats
    """Unbiased variance of the days."""
    dispersion: Floats
    """phi that they show by themselves."""

    @classmethod
    def of(cls, window: Window) -> Habits:
        """The habits of all agents of a window."""
        n = np.maximum(window.days, 1.0)
        mean = window.total / n
        square = mean**2
        variance = window.squares / n
        variance -= square
        np.maximum(variance, 0.0, out=variance)
        variance *= n
        n -= 1.0
        variance /= np.maximum(n, 1.0, out=n)
        dispersion = variance - mean
        np.maximum(dispersion, 0.0, out=dispersion)
        dispersion /= np.maximum(square, 0.05, out=square)
        return cls(window.days, window.total, mean, variance, dispersion)


@dataclass(frozen=True)
class Peers:
    """A peer group's level: arrays of shape (signals,)."""

    level: Floats
    """Mean daily count."""
    credibility: Floats
    """k: how many days of own history the peers' level is worth."""
    dispersion: Floats
    """phi of a typical agent."""
    spread: Floats
    """Variance between agents, relative to the squared level."""
    known: NDArray[np.bool_]
    """Whether anybody has a history in this signal."""


def peers_of(habits: Habits, members: Rows) -> Peers | None:
    """The level of the agents `members`, or None when nobody has a history yet."""
    days = habits.days[members]
    known_days = np.minimum(days, 20.0)
    weight = np.where(days >= MIN_DAYS, known_days, 0.0)
    early = (weight > 0).sum(axis=0) < 3
    if early.any():
        weight[:, early] = known_days[:, early]
    weights = sums(weight)
    known = weights > 0
    if not known.any():
        return None
    mean, variance = habits.mean[members], habits.variance[members]
    weight_sum = np.maximum(weights, 1e-9)
    level = sums(mean, weight) / weight_sum
    within = sums(variance, weight) / weight_sum + 0.05 * level + 1e-3
    noise = sums(within / np.maximum(days, 1.0), weight) / weight_sum
    between = np.maximum(sums((mean - level) ** 2, weight) / weight_sum - noise, 0.02 * level**2 + 1e-4)
    typical = median_where(habits.dispersion[members], weight > 0, otherwise=1.0)
    return Peers(
        level=level,
        credibility=np.clip(within / between, 0.5, 20.0),
        dispersion=np.clip(typical, 0.02, 5.0),
        spread=between / np.maximum(level, 0.05) ** 2,
        known=known,
    )


def expect(
    habits: Habits, agents: Rows, peers: Peers, dispersion_prior: float, likeness: Floats | float = 1.0
) -> tuple[Floats, Floats, Floats]:
    """Expected daily count of `agents`, their dispersion, and the doubt of the level, each of shape (agents, signals).

    The doubt is the variance of the level given the own days, relative to its square: the spread between peers where
    there are none, and less with each. `likeness` (agents, 1) is below 1 for those whose role few others have: the
    peers say less about them.
    """
    days, total, own = habits.days[agents], habits.total[agents], habits.dispersion[agents]
    k = peers.credibility * likeness
    all_days = days + k
    level = (total + k * peers.level) / all_days
    dispersion = own * days
    dispersion += peers.dispersion * dispersion_prior
    dispersion /= days + dispersion_prior
    np.clip(dispersion, 0.02, 10.0, out=dispersion)
    return level, dispersion, peers.spread * peers.credibility / all_days


def stabilised(count: Floats, expected: Floats, dispersion: Floats | float) -> Floats:
    """z of a negative-binomial count, about N(0, 1) without misuse: the transform of Anscombe (1948)."""
    root = np.sqrt(dispersion)
    z = stable(count, root)
    z -= stable(expected, root)
    z *= 2.0 / root
    return z


def stable(count: Floats, root: Floats | float) -> Floats:
    """A count on a scale on which its noise is even; `root` is that of its dispersion."""
    scaled = np.asarray(count + 0.375)
    np.sqrt(scaled, out=scaled)
    scaled *= root
    return np.arcsinh(scaled, out=scaled)
