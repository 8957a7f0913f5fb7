"""A chat desk at which AI agents touch most customers first."""

from __future__ import annotations

from onlooker.simulation.campaigns import Campaign
from onlooker.simulation.mechanics import Habits, Mechanics, Queue, Shape
from onlooker.simulation.nuisances import Nuisance
from onlooker.simulation.organisation import Site
from onlooker.simulation.worlds.world import World


def nuisances(agents: int, days: int) -> tuple[Nuisance, ...]:
    """One AI agent for fifteen people, and more of them in the middle of the log."""
    few, some = max(1, agents // 50), max(1, agents // 20)
    return (
        Nuisance("ai_agent", max(4, agents // 12), start=0.0, strength=1.6),
        Nuisance("ai_agent", few, start=0.5, strength=1.6),
        Nuisance("team_lead", some, start=0.0),
        Nuisance("qa_reviewer", few, start=0.0),
        Nuisance("new_hire", some, start=0.4),
        Nuisance("leaver", few, start=0.8),
        Nuisance("leave", some, start=0.6),
        Nuisance("call_backs", few, start=0.7),
        Nuisance("outage", start=0.65),
        Nuisance("migration", 1, start=0.75),
        Nuisance("duplicates", start=0.5),
    )


WORLD = World(
    "chat_desk",
    "A chat desk of a payments company: AI agents answer most customers and hand the hard ones to people.",
    agents=90,
    days=120,
    sites=(
        Site("lisbon", "Europe/Lisbon", (7, 10, 15), 1.0),
        Site("online", "Asia/Kolkata", (5, 9, 13, 21), 1.0, "Tarang Support"),
    ),
    mechanics=Mechanics(
        shape=Shape(week=(1.1, 1.0, 1.0, 1.0, 1.05, 0.95, 0.9), growth=0.15, level=0.25, drift=0.1),
        habits=Habits(taken_over=0.55, further=0.3, dispersion=0.25, ticket_gap=1, reopened=0.03, named_searches=0.5),
        queues=(Queue("cards"), Queue("transfers", 0.9), Queue("disputes", 0.6), Queue("onboarding", 1.2)),
        pace=36,
        depth=0.9,
        customers=4000,
        callers=1.6,
        tiers=(("standard", 0.93), ("plus", 0.06), ("private", 0.01)),
    ),
    nuisances=nuisances,
    campaigns=(Campaign("behind_ai"), Campaign("breach"), Campaign("high_value")),
)
