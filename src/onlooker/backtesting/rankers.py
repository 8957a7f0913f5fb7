"""Generic rankers to stand beside: counts, z-scores, IForest and ECOD on sums of 1, 7 and 28 days, lone glances.

Each sees what a user would take from the log in a day. What is fitted is fitted on the log before the first campaign,
so no ranker has seen what it is to find; the score of a day depends on that day and earlier ones alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.backtesting.honest_log import FACTS

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

SPANS = (1, 7, 28)
LEAST_PAST = 5
"""Own days before a z-score says anything."""
FITTED = 20_000
"""Most agent-days that a model is fitted on."""
RANKERS = (*(f"{name} {span}" for span in SPANS for name in ("count", "z", "iforest", "ecod")), "glance z")


@dataclass(frozen=True)
class Models:
    """What was fitted before the first campaign, by span."""

    forests: dict[int, object]
    tails: dict[int, Tails]
    tickets: bool


@dataclass(frozen=True)
class Tails:
    """Empirical tails of each feature: ECOD (Li et al. 2022) whose scores do not depend on the rows they come with."""

    ordered: Floats
    """Shape (features, rows), each feature sorted."""
    skew: Floats

    @classmethod
    def of(cls, rows: Floats) -> Tails:
        """From a sample, shape (rows, features)."""
        centred = rows - rows.mean(axis=0)
        spread = np.maximum(rows.std(axis=0), 1e-9)
        return cls(np.sort(rows, axis=0).T, (centred**3).mean(axis=0) / spread**3)

    def scores(self, rows: Floats) -> Floats:
        """The largest of the sums of -log tails: left, right, and by the side of the skew."""
        size = self.ordered.shape[1]
        left, right = np.zeros(rows.shape), np.zeros(rows.shape)
        for place, ordered in enumerate(self.ordered):
            below = np.searchsorted(ordered, rows[:, place], side="right")
            above = size - np.searchsorted(ordered, rows[:, place], side="left")
            left[:, place] = -np.log((below + 1) / (size + 1))
            right[:, place] = -np.log((above + 1) / (size + 1))
        by_skew = np.where(self.skew < 0, left, right)
        return np.asarray(np.max([left.sum(axis=1), right.sum(axis=1), by_skew.sum(axis=1)], axis=0))


def sums(agent: Ints, day: NDArray[np.int64], values: Floats, span: int) -> Floats:
    """Sums over the last `span` days of each agent; rows are sorted by agent, then day."""
    if span == 1:
        return values
    key = agent * 100_000 + day
    first = np.searchsorted(key, key - span + 1)
    first = np.maximum(first, np.searchsorted(agent, agent))
    total = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return np.asarray(total[np.arange(len(day)) + 1] - total[first])


def features(agent: Ints, day: NDArray[np.int64], facts: Floats, span: int, tickets: bool) -> Floats:
    """Events, customers, off-hours visits, customers an hour and visits without a ticket, as logarithms."""
    summed = sums(agent, day, facts, span)
    events, hours, customers, off, untold = (
        summed[:, FACTS.index(name)] for name in ("events", "hours", "customers", "off_hours", "no_ticket")
    )
    columns = [events, customers, off, customers / np.maximum(hours, 1.0), *([untold] if tickets else [])]
    return np.log1p(np.stack(columns, axis=1))


def past(agent: Ints, values: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each agent's rows before; not a number where there are too few."""
    start = np.searchsorted(agent, agent)
    number = np.arange(len(agent)) - start
    total, squares = (np.insert(np.cumsum(v), 0, 0.0) for v in (values, values**2))
    here = np.arange(len(agent))
    n = np.where(number >= LEAST_PAST, number, np.nan)
    mean = (total[here] - total[start]) / n
    variance = (squares[here] - squares[start] - n * mean**2) / np.maximum(n - 1, 1)
    return mean, np.sqrt(np.maximum(variance, 0.0))


def fit(agent: Ints, day: NDArray[np.int64], facts: Floats, until: int, tickets: bool) -> Models:
    """Fit on the days before `until`; rows are sorted by agent, then day."""
    from onlooker.scoring.outliers import isolation_forest

    forests: dict[int, object] = {}
    tails: dict[int, Tails] = {}
    for span in SPANS:
        rows = features(agent, day, facts, span, tickets)[day < until]
        rows = rows[np.linspace(0, len(rows) - 1, min(FITTED, len(rows))).astype(np.intp)]
        forests[span], tails[span] = isolation_forest(rows), Tails.of(rows)
    return Models(forests, tails, tickets)


def scores(models: Models, agent: Ints, day: NDArray[np.int64], facts: Floats) -> Floats:
    """Scores of all rankers, shape (rows, RANKERS), high where suspicious; rows sorted by agent, then day."""
    columns = []
    for span in SPANS:
        count = sums(agent, day, facts[:, [FACTS.index("customers")]], span)[:, 0]
        mean, deviation = past(agent, count)
        rows = features(agent, day, facts, span, models.tickets)
        z = np.nan_to_num((count - mean) / np.maximum(deviation, 1.0))
        forest = models.forests[span]
        columns += [count, z, forest.isolation(rows), models.tails[span].scores(rows)]  # type: ignore[attr-defined]
    lone = facts[:, FACTS.index("lone_glances")]
    mean, _ = past(agent, lone)
    columns.append(np.nan_to_num((lone - mean) / np.sqrt(mean + 0.5)))
    return np.stack(columns, axis=1)
