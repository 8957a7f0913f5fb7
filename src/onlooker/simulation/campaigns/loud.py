"""105 records a day on average whatever the own work, up to 200 on the loudest days."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Fill the day up to a total that is drawn, never above 200."""
    size = len(days)
    total = np.where(rng.random(size) < 0.15, rng.integers(180, 201, size), rng.gamma(8, 90 / 8, size))
    return np.asarray(np.maximum(np.minimum(total, 200).astype(np.int64) - days.today, 0))


KIND = Kind(
    "loud",
    "Photographs records all day: with the own work about 105 customers a day, at times 200 and never more.",
    counts,
)
