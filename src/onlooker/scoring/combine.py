"""From many z-values to one evidence per agent-day, and from a night's p-values to q-values and ranks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

AGAINST, FOR = -2.0, 6.0
"""A statistic counts for or against an alert by at most this many standard deviations: several moderate signals beat
one benign burst."""


def contribution(z: Floats) -> Floats:
    """What a z-value adds to the evidence before it is weighted."""
    return np.asarray(np.clip(z, AGAINST, FOR))


def q_values(p: Floats) -> Floats:
    """Benjamini and Hochberg (1995) within one night."""
    n = len(p)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * n / np.arange(1, n + 1)
    q = np.empty(n)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def ranks(score: Floats) -> NDArray[np.int64]:
    """1 for the highest; ties share a rank."""
    ordered = np.sort(-score)
    return np.searchsorted(ordered, -score, side="left") + 1
