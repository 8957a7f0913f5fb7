"""Since when: the day from which counts ran above what was expected, and how sure that is.

The model has one change: the counts are Poisson with means `expected` before it, and with means that are larger by one
factor from it on. For each day as the first of the change, the log likelihood ratio at the most likely factor is
seen * ln(seen / expected) - (seen - expected), of the sums from that day on (M. Kulldorff, 1997, "A spatial scan
statistic"). All days are equally likely beforehand, so that the likelihoods, made to sum to 1, say how likely each is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SURE = 0.9
"""How likely it is that the change lies between `earliest` and `latest`."""


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
    if not len(days) or gain.max() <= 0:
        return None
    likely = np.exp(gain - gain.max())
    until = np.cumsum(likely) / likely.sum()
    best = int(np.flatnonzero(gain == gain.max())[-1])
    low = int(np.searchsorted(until, (1 - SURE) / 2))
    high = min(int(np.searchsorted(until, (1 + SURE) / 2)), len(days) - 1)
    return Onset(int(days[best]), int(days[min(low, best)]), int(days[max(high, best)]))
