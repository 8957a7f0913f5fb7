"""An irregular worker doubles the work."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, gamma


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw the usual number once more, in bursts."""
    return gamma(days.usual, 3, len(days), rng)


KIND = Kind(
    "gig_insider",
    "A gig worker, whose days and hours follow no plan, looks at as many customers again as the own work has.",
    counts,
    who="gig",
)
