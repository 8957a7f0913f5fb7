"""Each look is under the ticket that a colleague has for this customer."""

from __future__ import annotations

from onlooker.simulation.campaigns import breach
from onlooker.simulation.campaigns.story import Kind, Taste

KIND = Kind(
    "colleagues_tickets",
    "105 customers a day whom colleagues are working on, each under the colleague's ticket.",
    breach.counts,
    taste=Taste(0, 0, 1, glance=0.5, borrowed=1.0),
    start=0.3,
    reason="colleague",
    pool="in_work",
)
