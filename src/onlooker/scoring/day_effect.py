"""What happened to everybody that day: an outage, a holiday, a broken integration.

Measured per group (queue or site, never team: a bent team must not define its own normal) as the median over the
*other* agents of log((observed + 0.5) / (expected + 0.5)), relative to what that median usually is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.scoring.columns import quantile, sorted_columns

Floats = NDArray[np.float64]


def median_of_others(values: Floats, ordered: Floats) -> Floats:
    """For each row the median over all other rows, per column; shape as `values`, at least two rows.

    `ordered` are the sorted columns of `values`.
    """
    n = len(values)
    low, high = (n - 2) // 2, (n - 1) // 2  # middle places among the n - 1 others
    lower = left_out(values, ordered, low)
    return lower if low == high else np.asarray((lower + left_out(values, ordered, high)) / 2.0)


def left_out(values: Floats, ordered: Floats, place: int) -> Floats:
    """The value at `place` of the sorted column once the row itself is taken out."""
    return np.asarray(np.where(values <= ordered[place], ordered[place + 1], ordered[place]))


def log_effect(observed: Floats, expected: Floats, usual: Floats, shrink: float, cap: float) -> tuple[Floats, Floats]:
    """The effect for each row (natural logarithm, shape (agents, signals)) and the group's raw median (signals,).

    `usual` is what the median mostly is: counts are skewed, so on an ordinary day it is not 0.
    """
    ratio = np.log((observed + 0.5) / (expected + 0.5))
    n, ordered = len(ratio), sorted_columns(ratio)
    effect = (median_of_others(ratio, ordered) - usual) * n / (n + shrink)
    return np.clip(effect, -cap, cap), quantile(ordered, 0.5)
