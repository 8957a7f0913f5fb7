"""An old system: minutes only, no identities of lines, searches by name, files that come twice."""

from __future__ import annotations

from onlooker.simulation.campaigns import Campaign
from onlooker.simulation.mechanics import Habits, Mechanics, Shape, Shifts
from onlooker.simulation.nuisances import Nuisance
from onlooker.simulation.organisation import Site
from onlooker.simulation.worlds.world import World


def nuisances(agents: int, days: int) -> tuple[Nuisance, ...]:
    """People as everywhere; the log itself is what is bad."""
    few, some = max(1, agents // 40), max(1, agents // 20)
    return (
        Nuisance("team_lead", some, start=0.0),
        Nuisance("qa_reviewer", few, start=0.0),
        Nuisance("new_hire", some, start=0.4),
        Nuisance("leave", some, start=0.6),
        Nuisance("leaver", few, start=0.7),
        Nuisance("project", few, start=0.66),
        Nuisance("lost_ids", start=0.3, days=3),
        Nuisance("file_doubled", start=0.42),
        Nuisance("file_lost", start=0.52),
        Nuisance("clock_skew", start=0.62, days=4),
        Nuisance("broken_tickets", start=0.72, days=2),
        Nuisance("late_tickets", start=0.8),
    )


WORLD = World(
    "legacy",
    "An old system: its clock shows minutes, in UTC, its lines have no roles and no ids, and files come twice.",
    agents=60,
    days=150,
    sites=(Site("mainhall", "Europe/Bucharest", (7, 8, 14)),),
    mechanics=Mechanics(
        shape=Shape(hours=(0.7, 1.3, 1.2, 0.9, 0.8, 1.1, 1.2, 0.8), holidays=12, level=0.2),
        shifts=Shifts(vacation=22),
        habits=Habits(search_first=0.6, named_searches=0.5, dispersion=0.2, status_calls=0.04),
        depth=1.8,
        minutes=True,
    ),
    nuisances=nuisances,
    campaigns=(
        Campaign("search_only"),
        Campaign("breach"),
        Campaign("under_tickets"),
    ),
    columns=("timestamp", "agent_id", "customer_id", "action", "ticket_id", "record_type", "team"),
    side_tables=("agents", "tickets", "customers", "calendar"),
    agents_columns=("agent_id", "team", "site", "zone", "hire_date", "leave_date"),
    local=False,
)
