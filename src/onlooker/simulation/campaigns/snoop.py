"""Looks around on every other day."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, some_days


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 30 % of the usual number, at least 4, on half of the days."""
    return some_days(0.5, max(4, 0.3 * days.usual), len(days), rng)


KIND = Kind("snoop", "On every other day some customers more than usual.", counts)
