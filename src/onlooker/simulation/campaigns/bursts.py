"""Bursts of one and a half times the own work on top of it."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw one and a half times the usual number, in bursts."""
    return rng.gamma(3, 1.5 * days.usual / 3, len(days)).astype(np.int64)


KIND = Kind(
    "bursts", "Two and a half times the usual number of customers, much on some days and little on others.", counts
)
