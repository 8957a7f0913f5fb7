"""One customer, looked at again and again."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, Taste


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw one to three looks on two days of three."""
    return np.where(rng.random(len(days)) < 2 / 3, rng.integers(1, 4, len(days)), 0)


KIND = Kind(
    "stalked",
    "One to three glances at the same customer on two days of three.",
    counts,
    taste=Taste(0, 1, 0, glance=1.0),
    start=0.5,
    victims=1,
)
