"""Since when: the day from which counts ran above what was expected, and how sure that is.

The model has one change: the counts are Poisson with means `expected` before it, and with means that are larger by one
factor from it on. For each day as the first of the change, the log likelihood ratio at the most likely factor is
seen * ln(seen / expected) - (seen - expected), of the sums from that day on (M. Kulldorff, 1997, "A spatial scan
statistic"). All days are equally likely beforehand, so that the likelihoods, made to sum to 1, say how likely each is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

SURE = 0.9
"""How likely it is that the change lies between `earliest` and `latest`."""
RISE = 0.01
"""How often a rise may be seen by chance."""
LEAST_DAYS = 10
"""With fewer days there is no telling a rise from chance."""


@dataclass(frozen=True)
class Onset:
    """Since when, as day numbers."""

    day: int
    """The most likely first day; of several that are equally likely the last."""
    earliest: int
    latest: int
    """The change lies between these with probability SURE."""


def find_onset(days: NDArray[np.int64], seen: NDArray[np.float64], expected: NDArray[np.float64]) -> Onset | None:
    """The onset of counts `seen` on `days` (ascending) beside those `expected`; None where no days run above that."""
    above = np.cumsum(seen[::-1])[::-1]
    usual = np.cumsum(expected[::-1])[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where((above > usual) & (usual > 0), above * np.log(above / usual) - (above - usual), 0.0)
    return _of_gain(days, gain) if len(days) and gain.max() > 0 else None


def find_rise(days: NDArray[np.int64], seen: NDArray[np.float64]) -> Onset | None:
    """The onset of a rise in daily counts beside those of the agent's own days before; None where chance would do.

    As `find_onset`, but the level before is not known either. Likelihoods are divided by the dispersion of the counts
    around the two levels (at least 1), since real days stray further than a Poisson distribution lets them, and a rise
    has to be significant at RISE after a correction for the number of days on which it could have begun (Bonferroni).
    """
    number = len(days)
    if number < LEAST_DAYS:
        return None
    after, left = np.cumsum(seen[::-1])[::-1], np.arange(number, 0, -1.0)
    before, gone = np.maximum(after[0] - after, 0.0), np.arange(0.0, number)
    high, low = after / left, before / np.maximum(gone, 1)
    gain = np.where((gone > 0) & (high > low), _log_likely(after, high) + _log_likely(before, low), -np.inf)
    gain -= _log_likely(after[:1], high[:1])
    best = int(np.argmax(gain))
    if not np.isfinite(gain[best]):
        return None
    means = np.where(np.arange(number) < best, low[best], high[best])
    strays = np.divide((seen - means) ** 2, means, out=np.zeros(number), where=means > 0)
    gain /= max(1.0, float(strays.sum()) / (number - 2))
    # Twice the gain against chi-squared with one degree of freedom, whose upper tail at x is erfc(sqrt(x / 2)).
    chance = erfc(sqrt(max(float(gain[best]), 0.0)))
    return _of_gain(days, gain) if chance * number <= RISE else None


def _log_likely(counts: NDArray[np.float64], level: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of a Poisson log likelihood that depends on the level, at the level that fits best."""
    part: NDArray[np.float64] = counts * np.log(np.where(counts > 0, level, 1.0))
    return part


def _of_gain(days: NDArray[np.int64], gain: NDArray[np.float64]) -> Onset:
    """The onset of which each day is as likely as its log likelihood `gain` says."""
    likely = np.exp(gain - gain.max())
    until = np.cumsum(likely) / likely.sum()
    best = int(np.flatnonzero(gain == gain.max())[-1])
    low = int(np.searchsorted(until, (1 - SURE) / 2))
    high = min(int(np.searchsorted(until, (1 + SURE) / 2)), len(days) - 1)
    return Onset(int(days[best]), int(days[min(low, best)]), int(days[max(high, best)]))
