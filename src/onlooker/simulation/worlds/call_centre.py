"""Outsourced telephone sites in three zones."""

from __future__ import annotations

from onlooker.simulation.mechanics import QUEUES, Habits, Mechanics, Queue, Shape, Shifts
from onlooker.simulation.nuisances import Nuisance
from onlooker.simulation.organisation import Site
from onlooker.simulation.worlds.world import World


def nuisances(agents: int, days: int) -> tuple[Nuisance, ...]:
    """Everything that a large house sees in half a year."""
    few, some = max(1, agents // 60), max(1, agents // 20)
    return (
        Nuisance("ai_agent", max(1, agents // 150), start=0.0),
        Nuisance("qa_reviewer", max(1, agents // 40), start=0.0),
        Nuisance("team_lead", max(2, agents // 12), start=0.0),
        Nuisance("hiring_wave", min(60, max(2, agents // 4)), start=0.45),
        Nuisance("new_hire", some, start=0.2),
        Nuisance("leaver", some, start=0.7),
        Nuisance("leave", some, start=0.3, days=21),
        Nuisance("role_change", few, start=0.6),
        Nuisance("queue_change", few, start=0.35),
        Nuisance("reorganisation", start=0.62),
        Nuisance("new_queue", some, start=0.75),
        Nuisance("project", few, start=0.55),
        Nuisance("audit", few, start=0.66),
        Nuisance("call_backs", few, start=0.8),
        Nuisance("training", some, start=0.5),
        Nuisance("migration", 1, start=0.85),
        Nuisance("surge", start=0.4, where="billing"),
        Nuisance("outage", start=0.72),
        Nuisance("late_tickets", start=0.5, where="elvira"),
        Nuisance("lost_ids", start=0.58),
        Nuisance("duplicates", start=0.33),
        Nuisance("file_doubled", start=0.64),
        Nuisance("file_lost", start=0.48, where="brunnhof"),
        Nuisance("clock_skew", start=0.78, where="pereda"),
        Nuisance("broken_tickets", start=0.9),
    )


WORLD = World(
    "call_centre",
    "Outsourced telephone sites in three time zones, with every nuisance of a large house.",
    agents=300,
    days=180,
    sites=(
        Site("elvira", "Asia/Manila", (6, 9, 14, 22), 1.4, "Norvane Contact"),
        Site("pereda", "America/Bogota", (6, 8, 13), 1.0, "Lumbre Servicios"),
        Site("brunnhof", "Europe/Vienna", (7, 9, 12), 0.6),
    ),
    mechanics=Mechanics(
        shape=Shape(holidays=9, hours=(0.9, 1.2, 1.25, 1.0, 0.8, 1.0, 1.1, 0.75), level=0.25, drift=0.12),
        shifts=Shifts(rotating_weekends=True, swapped=0.04, overtime=0.05, vacation=18),
        habits=Habits(
            dispersion=0.25, reopened=0.04, transferred=0.08, status_calls=0.05, households=0.02, ticket_gap=3,
            named_searches=0.3,
        ),
        queues=(*QUEUES, Queue("returns", 0.9, later=True)),
    ),
    nuisances=nuisances,
)  # fmt: skip
