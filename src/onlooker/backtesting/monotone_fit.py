"""From tries at several daily numbers to the number that is found in half of them: a rising curve for each group.

The chance of being found is logistic in the logarithm of the number, and never falls with it. Groups share the slope,
and each has a level of its own that is pulled to the others' (a normal prior), so that a group with few tries does not
say more than it knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

APART = 1.0
"""Standard deviation of the groups' levels, in logits: what a group may differ by before its tries say so."""
SLOPE, SLOPE_SPREAD = 2.0, 1.0
"""Slope per doubling of the number that is expected beforehand, and how far off it may be."""
LEAST_SLOPE = 0.2
DRAWS = 100
"""Sets of tries that are drawn for an interval."""


@dataclass(frozen=True)
class Half:
    """The daily number that is found in half of the tries, and its interval at 95 %; None beyond what was tried."""

    number: float | None
    low: float | None
    high: float | None
    tries: int
    most: float
    """Largest number that was tried."""


@dataclass(frozen=True)
class Curve:
    """Chance of being found: 1 / (1 + exp(-(level + slope * log2(number))))."""

    slope: float
    levels: Floats
    """By group."""

    def half(self) -> Floats:
        """The number found in half of the tries, by group."""
        return np.asarray(2.0 ** np.clip(-self.levels / self.slope, -30, 30))

    def found(self, number: float, group: int) -> float:
        """Chance that a campaign of this size a day is found."""
        return float(1.0 / (1.0 + np.exp(-(self.levels[group] + self.slope * np.log2(number)))))


def fit(number: Floats, found: NDArray[np.bool_], group: NDArray[np.intp], groups: int) -> Curve:
    """Fit the curves of `groups` groups to tries, one entry each."""
    from scipy.optimize import minimize

    x, hit = np.log2(number), found.astype(float)

    def loss(values: Floats) -> tuple[float, Floats]:
        slope, level, own = values[0], values[1], values[2:]
        logit = level + own[group] + slope * x
        chance = 1.0 / (1.0 + np.exp(-np.clip(logit, -40, 40)))
        wrong = chance - hit
        total = np.logaddexp(0.0, logit).sum() - (hit * logit).sum()
        total += (own**2).sum() / (2 * APART**2) + (slope - SLOPE) ** 2 / (2 * SLOPE_SPREAD**2) + level**2 / 2e3
        by_group = np.bincount(group, wrong, groups) + own / APART**2
        turn = (wrong * x).sum() + (slope - SLOPE) / SLOPE_SPREAD**2
        return float(total), np.concatenate([[turn, wrong.sum() + level / 1e3], by_group])

    bounds = [(LEAST_SLOPE, 8.0), *[(-60.0, 60.0)] * (groups + 1)]
    best = minimize(loss, np.r_[SLOPE, -SLOPE * x.mean(), np.zeros(groups)], jac=True, method="L-BFGS-B", bounds=bounds)
    return Curve(float(best.x[0]), np.asarray(best.x[1] + best.x[2:]))


def halves(number: Floats, found: NDArray[np.bool_], group: NDArray[np.intp], groups: int) -> list[Half]:
    """The number found in half of the tries, by group; intervals draw the tries of each group anew."""
    at = fit(number, found, group, groups).half()
    rng, order = np.random.default_rng(0), np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(groups + 1))
    drawn = np.empty((DRAWS, groups))
    for draw in range(DRAWS):
        rows = np.concatenate([order[rng.integers(a, b, b - a)] for a, b in pairwise(edges)])
        drawn[draw] = fit(number[rows], found[rows], group[rows], groups).half()
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    most = float(number.max())

    def within(value: float) -> float | None:
        return None if value > 2 * most else float(value)

    sizes = np.diff(edges)
    return [Half(within(at[g]), within(low[g]), within(high[g]), int(sizes[g]), most) for g in range(groups)]
