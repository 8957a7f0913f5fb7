"""Slow theft among customers whom colleagues are working on."""

from __future__ import annotations

from onlooker.simulation.campaigns import slow
from onlooker.simulation.campaigns.story import Kind, Taste

KIND = Kind(
    "only_live",
    "30 % more customers than usual, all of them in work with colleagues, so none of them is a stranger to the house.",
    slow.counts,
    taste=Taste(0, 0, 1, 0.5),
)
