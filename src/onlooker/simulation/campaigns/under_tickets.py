"""Slow theft, each look under a ticket of somebody else."""

from __future__ import annotations

from onlooker.simulation.campaigns import slow
from onlooker.simulation.campaigns.story import Kind, Taste

KIND = Kind(
    "under_tickets",
    "30 % more customers than usual, nine in ten under a ticket that the insider has for another customer.",
    slow.counts,
    taste=Taste(0.5, 0.3, 0.2, glance=0.5, borrowed=0.9),
)
