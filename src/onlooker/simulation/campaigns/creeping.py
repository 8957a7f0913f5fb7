"""Begins with nothing and grows slowly."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw a share of the usual number that grows from nothing to all of it."""
    return rng.poisson(days.usual * days.progress)


KIND = Kind("creeping", "Nothing at first, and in the end as many customers again as the own work.", counts)
