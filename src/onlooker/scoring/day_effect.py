"""What happened to everybody that day: an outage, a holiday, a broken integration.

Measured per group (queue or site, never team: a bent team must not define its own normal) as the median over the
*other* agents of log((observed + 0.5) / (expected + 0.5)), relative to what that median usually is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def median_of_others(values: Floats, ordered: Floats) -> Floats:
    """For each of some rows the median over all other rows, per column; shape as `values`.

    `ordered` are the sorted columns of all rows, at least two.
    """
    n = len(ordered)
    low, high = (n - 2) // 2, (n - 1) // 2  # middle places among the n - 1 others
    lower = left_out(values, ordered, low)
    return lower if low == high else np.asarray((lower + left_out(values, ordered, high)) / 2.0)


def left_out(values: Floats, ordered: Floats, place: int) -> Floats:
    """The value at `place` of the sorted column once the row itself is taken out."""
    return np.asarray(np.where(values <= ordered[place], ordered[place + 1], ordered[place]))


def log_ratio(observed: Floats, expected: Floats) -> Floats:
    """How far counts are from what was expected, as a natural logarithm."""
    return np.asarray(np.log((observed + 0.5) / (expected + 0.5)))


def log_effect(ratio: Floats, ordered: Floats, usual: Floats, shrink: float, cap: float) -> Floats:
    """The effect for some agents of a group (natural logarithm, shape (agents, signals)).

    `ratio` is how far they are from the expected, `ordered` the sorted columns of the whole group's. `usual` is what
    the median mostly is: counts are skewed, so on an ordinary day it is not 0.
    """
    n = len(ordered)
    return np.clip((median_of_others(ratio, ordered) - usual) * n / (n + shrink), -cap, cap)
