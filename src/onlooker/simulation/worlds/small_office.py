"""A small office: few people, a few records a day each, for two years."""

from __future__ import annotations

from onlooker.simulation.campaigns import Campaign
from onlooker.simulation.mechanics import Habits, Mechanics, Queue, Shape, Shifts
from onlooker.simulation.nuisances import Nuisance
from onlooker.simulation.organisation import Site
from onlooker.simulation.worlds.world import COLUMNS, World


def nuisances(agents: int, days: int) -> tuple[Nuisance, ...]:
    """Somebody joins, somebody leaves, the head looks at everybody's cases."""
    return (
        Nuisance("team_lead", 1, start=0.0),
        Nuisance("new_hire", 1, start=0.35),
        Nuisance("leaver", 1, start=0.55),
        Nuisance("leave", 1, start=0.45, days=90),
        Nuisance("outage", start=0.3),
        Nuisance("audit", 1, start=0.5),
        Nuisance("logging_gap", start=0.7, days=3),
    )


WORLD = World(
    "small_office",
    "A small office over two years: about three lines a day and person, closed at weekends.",
    agents=12,
    days=730,
    sites=(Site("office", "Europe/Dublin", (8, 9)),),
    mechanics=Mechanics(
        shape=Shape(week=(1.1, 1.0, 1.0, 1.0, 0.9, 0.0, 0.0), holidays=9, level=0.2, drift=0.15, surges=0.005),
        shifts=Shifts(vacation=25, swapped=0.0, overtime=0.02, sick=0.015),
        habits=Habits(returning=0.4, further=0.5, dispersion=0.15, households=0.05, reopened=0.05),
        queues=(Queue("permits"), Queue("payments", 1.2)),
        team_size=6,
        pace=1.9,
        depth=0.6,
        customers=400,
    ),
    nuisances=nuisances,
    campaigns=(Campaign("snoop", start=0.7), Campaign("stalked", start=0.7)),
    columns=tuple(c for c in COLUMNS if c not in {"session_id", "actor_type"}),
    side_tables=("agents", "tickets", "leave", "calendar"),
    start="2024-01-08",
)
