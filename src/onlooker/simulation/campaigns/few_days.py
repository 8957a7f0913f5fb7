"""Three to five days in all."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw one and a half times the usual number, on three to five days."""
    size = len(days)
    chosen = rng.permutation(size) < rng.integers(3, 6)
    return np.where(chosen, rng.poisson(1.5 * days.usual, size), 0)


KIND = Kind("few_days", "Three to five single days with two and a half times the usual number of customers.", counts)
