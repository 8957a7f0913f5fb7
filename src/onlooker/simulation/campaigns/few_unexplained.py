"""Thirty customers in a month, without a reason."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, Taste


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 30 in 21 days worked."""
    return rng.poisson(30 / 21, len(days))


KIND = Kind(
    "few_unexplained",
    "Some 30 customers a month, one or two on a day, without a ticket; no volume rule can see it.",
    counts,
    taste=Taste(0.7, 0.3, 0.0, glance=0.6),
)
