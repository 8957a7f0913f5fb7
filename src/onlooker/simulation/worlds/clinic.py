"""A clinic: few patients, each looked at many times, no tickets, shifts round the clock."""

from __future__ import annotations

from onlooker.simulation.campaigns import Campaign
from onlooker.simulation.mechanics import Habits, Mechanics, Queue, Shape, Shifts
from onlooker.simulation.nuisances import Nuisance
from onlooker.simulation.organisation import Site
from onlooker.simulation.worlds.world import COLUMNS, World


def nuisances(agents: int, days: int) -> tuple[Nuisance, ...]:
    """Ward leads, students, a record audit, people who change the ward."""
    few, some = max(1, agents // 40), max(1, agents // 20)
    return (
        Nuisance("team_lead", some, start=0.0),
        Nuisance("qa_reviewer", few, start=0.0),
        Nuisance("hiring_wave", some, start=0.4),
        Nuisance("queue_change", some, start=0.6),
        Nuisance("leave", some, start=0.5),
        Nuisance("leaver", few, start=0.7),
        Nuisance("audit", few, start=0.65),
        Nuisance("training", few, start=0.3),
        Nuisance("surge", start=0.55, days=10, where="emergency"),
        Nuisance("logging_gap", start=0.75),
    )


WORLD = World(
    "clinic",
    "Wards of a clinic: few patients, each looked at many times a day, no tickets, rotating shifts.",
    agents=120,
    days=120,
    sites=(Site("hospital", "Europe/Warsaw", (6, 14, 22)),),
    mechanics=Mechanics(
        shape=Shape(week=(1.05, 1.05, 1.0, 1.0, 1.0, 0.85, 0.8), growth=0.0, holidays=10, level=0.2),
        shifts=Shifts(rotating_weekends=True, rotating_shifts=True, vacation=26, swapped=0.05),
        habits=Habits(
            returning=0.85, further=0.7, own=0.3, taken_over=0.4, again_today=1.5, tickets=False, dispersion=0.2,
            named_searches=0.6,
        ),
        queues=(Queue("medicine", 1.0), Queue("surgery", 0.9), Queue("emergency", 1.5), Queue("paediatrics", 0.8)),
        roles=("nurse", "physician", "ward_lead", "record_auditor", "assistant", "student"),
        team_size=15,
        pace=12,
        depth=1.6,
        customers=40,
        callers=1.5,
        tiers=(("standard", 0.97), ("vip", 0.03)),
    ),
    nuisances=nuisances,
    campaigns=(Campaign("stalked", 2), Campaign("snoop"), Campaign("high_value")),
    columns=tuple(c for c in COLUMNS if c != "ticket_id"),
    side_tables=("agents", "roster", "leave", "customers", "calendar", "identities"),
)  # fmt: skip
