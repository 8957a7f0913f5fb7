"""Steals instead of working."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw what is left undone."""
    return rng.binomial(days.today, 0.5)


KIND = Kind(
    "in_place_of_work",
    "Leaves half of the own work undone and looks at other customers instead: the number a day is as ever.",
    counts,
    instead=0.5,
)
