"""Every look has a ticket, and is no glance."""

from __future__ import annotations

from onlooker.simulation.campaigns import breach
from onlooker.simulation.campaigns.story import Kind, Taste

KIND = Kind(
    "made_up_tickets",
    "105 records a day, each under a ticket that does not exist and opened a second time some minutes later.",
    breach.counts,
    taste=Taste(glance=0.5, borrowed=1.0),
    start=0.5,
    reason="made_up",
    twice=True,
    traces=("ids",),
)
