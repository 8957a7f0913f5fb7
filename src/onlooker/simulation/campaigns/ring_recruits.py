"""A team lead and the people whom the lead recruits, one after the other."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, gamma


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 45 on average, in bursts."""
    return gamma(45, 4, len(days), rng)


KIND = Kind(
    "ring_recruits",
    "A team lead begins, and four people of the team follow one by one; 45 customers a day each.",
    counts,
    agents=5,
    start=0.3,
    who="lead_and_team",
    team=True,
    stagger=0.12,
)
