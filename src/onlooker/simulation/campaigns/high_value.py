"""A few rich customers each, over months."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, Taste


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 18 in all, however long it lasts."""
    return rng.poisson(18 / max(1, len(days)), len(days))


KIND = Kind(
    "high_value",
    "Three people look at 18 customers of high tiers each, over months; the customers are robbed later.",
    counts,
    taste=Taste(glance=0.3),
    agents=3,
    start=0.4,
    pool="high_tier",
)
