"""Nights on which everybody is further from the expected than usual: a surge, a month's end.

A median effect takes out what moved everybody alike. What remains when half of the house is drowned in work is a wider
spread, and with it a crop of large z-values. They are divided by the night's spread where it is larger than usual. And
where the effect was larger than may be taken out, everybody has evidence: its middle is taken off.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.scoring.column_statistics import quantile, sorted_columns

Floats = NDArray[np.float64]

QUANTILE = 0.84
"""One standard deviation above the median of a normal distribution."""
FEWEST = 8
SHRINK = 30.0
"""This many agents of the usual spread are added to those of the night."""
EVIDENCE_SHRINK = 100.0
LEAST = 0.3


def night_spread(z: Floats) -> tuple[Floats, Floats]:
    """Median and upper spread of each signal over the agents of a night, shape (signals,)."""
    ordered = sorted_columns(z)
    middle = quantile(ordered, 0.5)
    return middle, np.maximum(quantile(ordered, QUANTILE) - middle, LEAST)


def evidence_scale(evidence: Floats, usual: float) -> tuple[float, float]:
    """What to divide a night's evidence by, and the night's own upper spread.

    It is the night's spread, pulled to the `usual` one (0: unknown) on a geometric scale while agents are few. So a
    night counts by how far somebody stands out from the others of that night.
    """
    _, spread = night_spread(evidence[:, None])
    own = float(spread[0])
    trust = len(evidence) / (len(evidence) + EVIDENCE_SHRINK) if usual else 1.0
    return (own**trust * usual ** (1.0 - trust) if usual else own), own


def what_moved_everybody(evidence: Floats) -> float:
    """How far the middle of a night's people lies above 0, by more than chance: a ticket system that broke, an outage.

    Evidence is skewed, so that the middle mostly lies below 0, and then nothing is taken off. The standard error of a
    median is 1.25 times that of a mean (Kendall and Stuart 1977).
    """
    if len(evidence) < FEWEST:
        return 0.0
    middle, spread = night_spread(evidence[:, None])
    return float(np.maximum(middle - 1.25 * spread / np.sqrt(len(evidence)), 0.0)[0])


def steadied(z: Floats, middle: Floats, spread: Floats, usual: Floats) -> Floats:
    """`z` (agents, signals) about the night's middle, narrowed where the night is wider than `usual`."""
    n = len(z)
    trust = n / (n + SHRINK)
    return np.asarray((z - trust * middle) / np.maximum((spread / usual) ** trust, 1.0))
