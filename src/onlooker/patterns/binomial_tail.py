"""The upper tail of the binomial law, without scipy.stats, whose import takes longer than a night's patterns."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def at_least(successes: ArrayLike, trials: ArrayLike, rate: ArrayLike) -> NDArray[np.float64]:
    """P(X >= `successes`) of `trials` at `rate`, between 0 and 1, by the regularised incomplete beta function.

    (Abramowitz and Stegun 1964, 26.5.24.) The arguments are broadcast.
    """
    from scipy.special import betainc

    seen, number = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    possible = np.clip(seen, 1.0, np.maximum(number, 1.0))
    tail = betainc(possible, np.maximum(number, possible) - possible + 1.0, rate)
    return np.asarray(np.where(seen <= 0, 1.0, np.where(seen > number, 0.0, tail)))
