"""The theft that a volume rule misses on most of its days."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, gamma


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 105 on average, and 180 to 200 on one day of ten; never more than 200 with the own work."""
    size = len(days)
    loud = rng.random(size) < 0.1
    planted = np.where(loud, rng.integers(180, 201, size), gamma(98, 6, size, rng))
    return np.clip(planted, 0, np.maximum(200 - days.today, 0))


KIND = Kind(
    "breach",
    "Photographs 105 records a day beside the own work, for months; at times it is close to 200.",
    counts,
    start=0.3,
)
