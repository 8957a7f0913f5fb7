"""A third more than usual, for weeks."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 30 % of the usual number."""
    return rng.poisson(0.3 * days.usual, len(days))


KIND = Kind("slow", "30 % more customers than usual on every day, never a loud day.", counts)
