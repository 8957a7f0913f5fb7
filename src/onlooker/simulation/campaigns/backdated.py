"""The lines come days later than they say."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, Taste


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw some 300 on eight days."""
    chosen = rng.permutation(len(days)) < 8
    return np.where(chosen, rng.poisson(300, len(days)), 0)


KIND = Kind(
    "backdated",
    "On eight days some 300 records each are exported, and the lines reach the log five days late.",
    counts,
    taste=Taste(glance=1.0),
    action="export",
    late=5,
    traces=("actions", "order"),
)
