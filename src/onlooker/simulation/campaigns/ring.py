"""Several people of one team at once."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 60 % of the usual number."""
    return rng.poisson(0.6 * days.usual, len(days))


KIND = Kind("ring", "60 % more customers than usual, in three people of one team at once.", counts, team=True, agents=3)
