"""Gig workers: irregular days and hours, short histories, no roster."""

from __future__ import annotations

from onlooker.simulation.campaigns import Campaign
from onlooker.simulation.mechanics import Habits, Mechanics, Queue, Shape
from onlooker.simulation.nuisances import Nuisance
from onlooker.simulation.organisation import Site
from onlooker.simulation.worlds.world import World


def nuisances(agents: int, days: int) -> tuple[Nuisance, ...]:
    """Half of the people come and go as it suits them, others join and leave all the time."""
    some = max(1, agents // 10)
    return (
        Nuisance("gig", agents // 2, start=0.0),
        Nuisance("team_lead", max(1, agents // 25), start=0.0),
        Nuisance("qa_reviewer", max(1, agents // 50), start=0.0),
        Nuisance("new_hire", some, start=0.25),
        Nuisance("new_hire", some, start=0.5),
        Nuisance("leaver", some, start=0.45),
        Nuisance("leaver", some, start=0.75),
        Nuisance("surge", start=0.55, days=4, where="riders"),
        Nuisance("late_tickets", start=0.65),
        Nuisance("duplicates", start=0.7),
    )


WORLD = World(
    "gig_market",
    "Gig workers who answer for a market place: irregular days and hours, short histories, no roster.",
    agents=150,
    days=120,
    sites=(
        Site("remote-east", "Asia/Jakarta", (6, 9, 12, 16, 20), 1.0, "Quillhand Gigs"),
        Site("remote-west", "America/Sao_Paulo", (7, 10, 14, 18), 1.0, "Quillhand Gigs"),
    ),
    mechanics=Mechanics(
        shape=Shape(
            week=(0.9, 0.9, 0.95, 1.0, 1.15, 1.25, 1.15), surges=0.03, noise=0.12, growth=0.2, level=0.3, drift=0.2
        ),
        habits=Habits(dispersion=0.3, own=0.3, further=0.25, ticket_gap=2, status_calls=0.03),
        queues=(Queue("riders"), Queue("sellers", 0.8), Queue("payouts", 0.7)),
        team_size=20,
        pace=18,
        depth=1.0,
        customers=3000,
        callers=1.8,
    ),
    nuisances=nuisances,
    campaigns=(
        Campaign("gig_insider", 2),
        Campaign("few_unexplained"),
        Campaign("before_leaving"),
    ),
    side_tables=("agents", "tickets", "customers", "calendar"),
)
