"""What a world file says: the people and places, how work is done there, what happens, and what its log keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from onlooker.simulation.campaigns import Campaign
from onlooker.simulation.mechanics import Mechanics
from onlooker.simulation.nuisances import Nuisance
from onlooker.simulation.organisation import SITES, Site

COLUMNS = (
    "timestamp",
    "agent_id",
    "customer_id",
    "action",
    "ticket_id",
    "record_type",
    "team",
    "queue",
    "site",
    "role",
    "actor_type",
    "session_id",
    "event_id",
)
"""What a log of a simulated organisation can hold."""
SIDE_TABLES = ("agents", "tickets", "roster", "leave", "customers", "calendar", "identities")


def nothing_happens(agents: int, days: int) -> tuple[Nuisance, ...]:
    """No nuisance."""
    return ()


@dataclass(frozen=True)
class World:
    """A kind of organisation. `agents` and `days` are what it has unless told otherwise.

    `nuisances` are what happens in it, by its numbers of agents and days; `campaigns` what is planted unless told
    otherwise; `columns` those of its log; `agents_columns` those of its agents table (empty: all of them).
    """

    name: str
    story: str
    agents: int
    days: int
    mechanics: Mechanics = field(default_factory=Mechanics)
    sites: tuple[Site, ...] = SITES
    nuisances: Callable[[int, int], tuple[Nuisance, ...]] = nothing_happens
    campaigns: tuple[Campaign, ...] = (
        Campaign("breach"),
        Campaign("off_hours"),
        Campaign("few_unexplained"),
    )
    apart: bool = True  # no customer is planted twice
    columns: tuple[str, ...] = COLUMNS
    side_tables: tuple[str, ...] = SIDE_TABLES
    agents_columns: tuple[str, ...] = ()
    start: str = "2026-01-05"
    seed: int = 0
    local: bool = True  # timestamps with the offset of the site, else with a Z
