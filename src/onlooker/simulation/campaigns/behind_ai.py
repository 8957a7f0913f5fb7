"""A person uses the account of an AI agent."""

from __future__ import annotations

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns.story import Days, Kind, Taste, gamma


def counts(days: Days, rng: np.random.Generator) -> Ints:
    """Draw 120 on average on three days of four."""
    return np.where(rng.random(len(days)) < 0.75, gamma(160, 8, len(days), rng), 0)


KIND = Kind(
    "behind_ai",
    "In office hours a person at the account of an AI agent looks at 120 customers a day, among all that it handles.",
    counts,
    taste=Taste(0.6, 0.3, 0.1, glance=0.5),
    who="assistant",
    traces=("hours",),
)
