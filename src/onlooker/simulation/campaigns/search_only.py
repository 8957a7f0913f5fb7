"""Reads the lists of results and opens nothing."""

from __future__ import annotations

from onlooker.simulation.campaigns import breach
from onlooker.simulation.campaigns.story import Kind, Taste

KIND = Kind(
    "search_only",
    "Searches for 105 customers a day by name and opens none of them: what the result shows is enough.",
    breach.counts,
    taste=Taste(glance=1.0),
    start=0.5,
    action="search",
    traces=("actions",),
)
