"""The same few customers again and again."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, Taste


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw one to four looks on three days of five."""
    size = len(days)
    return np.where(rng.random(size) < 0.6, rng.integers(1, 5, size), 0)


KIND = Kind(
    "same_victims",
    "One to four glances at the same six customers on three days of five.",
    counts,
    taste=Taste(glance=1.0),
    victims=6,
)
