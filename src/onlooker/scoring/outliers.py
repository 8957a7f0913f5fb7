"""Unusual combinations: a PyOD detector on the statistics of an agent-day, as one more signal.

The only module that knows PyOD and scikit-learn. The detector is fitted on fixed days of the log's calendar, from
agent-days before them, and seeded. It is kept as plain numbers, so that a night that fits none imports neither; what it
was fitted on is kept as well, for a state without its trees. Its score of a row depends on that row alone. Low counts
are no misuse, so only what is above the expected enters.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from onlooker.scoring.column_statistics import rows_where
from onlooker.scoring.forest import CUTS, LEAVES, Forest, forest_of_fitted

Floats = NDArray[np.float64]

FIRST_FIT = 42
EVERY = 28
"""Days of the log between fits."""
NIGHTLY, KEPT = 150, 4096
"""Agent-days that a night gives to the next fit, and that a fit is made of."""
FEWEST = 500
HIGHEST = 6.0
TREES = 100


def load_ahead(days: int) -> None:
    """Begin to import PyOD, which takes seconds, if a log of `days` days has a fit: engines work outside of Python."""
    if days >= FIRST_FIT:
        Thread(target=import_module, args=("pyod.models.iforest",), daemon=True).start()


class Combinations:
    """A detector and the agent-days for its next fit. `vectors` are (agents, statistics).

    A column is NaN in the agent-days before its signal came: the detector in force does not look at it, and the next
    fit takes it for 0, as a statistic of which nothing is known yet.
    """

    def __init__(self, statistics: int) -> None:
        self.waiting = np.full((KEPT, statistics), np.nan)
        """Agent-days for the next fit, oldest overwritten first."""
        self.taken = np.array(0)
        self.sample = np.full((KEPT, statistics), np.nan)
        """What the detector in force was fitted on; nothing but NaN before the first fit."""
        self.fitted_on = np.array(-1)
        self.forget_trees()

    def forget_trees(self) -> None:
        """Have the detector in force made anew from its sample when it is needed: columns moved, or it is another."""
        self.tree_column = np.zeros((TREES, CUTS), np.int16)
        """The detector's trees (see Forest), whose columns are those of the sample that it looks at, counted from 0."""
        self.tree_cut = np.zeros((TREES, CUTS), np.float32)
        self.tree_depth = np.zeros((TREES, LEAVES))
        self.tree_levels = np.full(3, np.nan)
        """Usual depth of the trees; median and upper deviation of the sample's scores. NaN where there are no trees."""

    def scores(self, vectors: Floats) -> Floats:
        """How unusual each row is, in robust deviations of the sample, cut to [-2, 6]; 0 before the first fit."""
        if int(self.fitted_on) < 0 or not len(vectors):
            return np.zeros(len(vectors))
        columns = rows_where(~np.isnan(self.sample).all(axis=0))
        if np.isnan(self.tree_levels).any():
            self._fit(columns)
        usual, centre, scale = self.tree_levels.tolist()
        forest = Forest(self.tree_column, self.tree_cut, self.tree_depth, usual)
        raw = forest.isolation(np.maximum(vectors[:, columns], 0.0))
        return np.asarray(np.clip((raw - centre) / scale, -2.0, HIGHEST))

    def take(self, vectors: Floats) -> None:
        """Keep some of a night's rows, spread evenly over their sums: neither names nor order decide which."""
        order = by_sum(vectors)
        chosen = order[np.unique(np.linspace(0, len(order) - 1, min(NIGHTLY, len(order))).astype(np.intp))]
        places = (int(self.taken) + np.arange(len(chosen))) % KEPT
        self.waiting[places] = np.maximum(vectors[chosen], 0.0)
        self.taken += len(chosen)

    def refit(self, age: int) -> None:
        """Fit anew if `age`, the log's day from 0, is the first at or after a day for it."""
        due = (age - FIRST_FIT) // EVERY
        if age < FIRST_FIT or due <= int(self.fitted_on):
            return
        if held(self.waiting).sum() >= FEWEST:
            self.sample, self.fitted_on = self.waiting.copy(), np.array(due)
            self.forget_trees()

    def _fit(self, columns: NDArray[np.intp] | slice) -> None:
        known = np.nan_to_num(self.sample[held(self.sample)][:, columns])
        rows = known[np.lexsort(known.T)]
        forest = forest_of(rows.tobytes(), rows.shape[1])
        raw = forest.isolation(rows)
        centre = float(np.median(raw))
        self.tree_column, self.tree_cut, self.tree_depth = forest.column, forest.cut, forest.depth
        self.tree_levels = np.array([forest.usual, centre, max(float(np.quantile(raw, 0.84)) - centre, 1e-9)])


def held(sample: Floats) -> NDArray[np.bool_]:
    """Which places of a sample hold an agent-day."""
    return np.asarray(~np.isnan(sample).all(axis=1))


@lru_cache(maxsize=4)
def forest_of(sample: bytes, columns: int) -> Forest:
    """The forest of a sample given as bytes: many copies of a log may go on from one state, and it is fitted once."""
    return isolation_forest(np.frombuffer(sample).reshape(-1, columns))


def isolation_forest(rows: Floats) -> Forest:
    """PyOD's IForest fitted on `rows` (rows, features), seeded."""
    from pyod.models.iforest import IForest

    return forest_of_fitted(IForest(n_estimators=TREES, random_state=0, n_jobs=1).fit(rows).detector_)


def by_sum(vectors: Floats) -> NDArray[np.intp]:
    """Order of the rows by their sums; the rows themselves decide only between equal sums."""
    sums = vectors.sum(axis=1)
    order = np.argsort(sums, kind="stable")
    same = np.diff(sums[order]) == 0
    tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
    rows = order[tied]
    order[tied] = rows[np.lexsort((*vectors[rows].T, sums[rows]))]
    return order
