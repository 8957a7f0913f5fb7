"""Began before the log."""

from __future__ import annotations

from onlooker.simulation.campaigns import breach
from onlooker.simulation.campaigns.story import Kind

KIND = Kind(
    "from_day_one",
    "105 records a day on every day of the log: there is no time before to compare with.",
    breach.counts,
    start=0.0,
)
