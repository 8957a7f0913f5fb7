"""Hoards before the last day."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 10 on the first day and 80 on the last."""
    return rng.poisson(10 + 70 * days.progress)


KIND = Kind(
    "before_leaving",
    "In the last weeks of employment more customers from day to day, up to 80; then the insider is gone.",
    counts,
    start=0.8,
    end=0.93,
    leaves=True,
)
