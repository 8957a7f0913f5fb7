"""Comes back at night."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, some_days


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 30 % of the usual number, at least 3, on two days of five."""
    return some_days(0.4, max(3, 0.3 * days.usual), len(days), rng)


KIND = Kind(
    "off_hours",
    "On two days of five one sitting of up to an hour and a half, far from the own shifts.",
    counts,
    off_hours=True,
    traces=("hours",),
)
