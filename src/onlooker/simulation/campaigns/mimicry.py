"""Never passes the own busy days."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Fill up to a number between the own mean and the own 90 % point."""
    goal = rng.uniform(min(days.usual, days.high), days.high, len(days))
    return np.asarray(np.maximum(goal.astype(np.int64) - days.today, 0), np.int64)


KIND = Kind(
    "mimicry",
    "Fills every day up to a number that the insider reaches on one day of ten anyway.",
    counts,
    start=0.4,
)
