"""The organisation of the demonstration log in sample_logs/demo."""

from __future__ import annotations

from onlooker.simulation.campaigns import Campaign, Taste
from onlooker.simulation.mechanics import Mechanics
from onlooker.simulation.nuisances import Nuisance
from onlooker.simulation.worlds.world import COLUMNS, World

CAMPAIGNS = (
    Campaign("loud", ("f.arceneau",), start=0.57, taste=Taste(0.6, 0.2, 0.2, glance=0.7, borrowed=0.12)),
    Campaign("slow", ("n.castellan",), start=0.53, taste=Taste(0.5, 0.2, 0.3, glance=0.8, borrowed=0.15)),
    Campaign("off_hours", ("z.hartl",), start=0.61, taste=Taste(0.5, 0.3, 0.2, glance=0.6)),
)
NUISANCES = (
    Nuisance("ai_agent", start=0.0, strength=0.9),
    Nuisance("qa_reviewer", start=0.0),
    Nuisance("team_lead", 3, start=0.0),
    Nuisance("new_hire", start=0.45),
    Nuisance("leave", 2, start=0.6, days=12),
    Nuisance("leave", 1, start=0.3, days=9),
    Nuisance("surge", start=0.4, days=3, where="billing"),
    Nuisance("outage", start=0.79, strength=0.7),
)


def nuisances(agents: int, days: int) -> tuple[Nuisance, ...]:
    """A little of everything, whatever the numbers."""
    return NUISANCES


WORLD = World(
    "demo",
    "The demonstration log: 42 agents at two sites over 90 days, three of whom look at records without a reason.",
    agents=42,
    days=90,
    seed=7,
    mechanics=Mechanics(pace=29, depth=0.75),
    nuisances=nuisances,
    campaigns=CAMPAIGNS,
    apart=False,
    # A log as most have it: what it lacks, `onlooker check` names.
    columns=tuple(c for c in COLUMNS if c not in {"record_type", "session_id", "event_id"}),
    side_tables=("agents",),
    agents_columns=("agent_id", "team", "site", "zone", "role", "hire_date", "actor_type", "vendor"),
)
