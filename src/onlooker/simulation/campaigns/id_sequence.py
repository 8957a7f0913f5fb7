"""Goes through the customer ids one after the other."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, Taste, gamma


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 50 on average, in bursts."""
    return gamma(50, 5, len(days), rng)


KIND = Kind(
    "id_sequence",
    "Some 50 customers a day in the order of their ids, each day from where the last one ended.",
    counts,
    taste=Taste(glance=0.9),
    pool="sequence",
    traces=("ids", "order"),
)
