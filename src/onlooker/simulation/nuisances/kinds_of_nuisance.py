"""All kinds of nuisances, what an ordinary organisation sees of them, and how they are settled on days and people."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from onlooker.errors import UsageError
from onlooker.simulation.arrays import Bools, Ints, stream
from onlooker.simulation.nuisances.nuisance import Kind, Nuisance, Spell
from onlooker.simulation.nuisances.staffing import STAFFING
from onlooker.simulation.nuisances.workload import WORKLOAD
from onlooker.simulation.organisation import AGENT, SENIOR
from onlooker.simulation.roster import Plan

DAMAGE = (
    Kind("logging_gap", None, 1, people=False),
    Kind("broken_tickets", None, 1, people=False),
    Kind("late_tickets", None, 10, people=False),
    Kind("lost_ids", None, 2, people=False),
    Kind("duplicates", None, 1, people=False),
    Kind("file_doubled", None, 1, people=False),
    Kind("file_lost", None, 1, people=False),
    Kind("clock_skew", None, 2, people=False),
)
KINDS = (*STAFFING, *WORKLOAD, *DAMAGE)
BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of_nuisance(nuisance: Nuisance) -> Kind:
    """Return the nuisance's kind. Raises UsageError, with the names that are close."""
    if nuisance.kind not in BY_NAME:
        near = get_close_matches(nuisance.kind, BY_NAME, 2)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"The kinds are {', '.join(BY_NAME)}."
        raise UsageError(f"no nuisance is called {nuisance.kind}", hint)
    return BY_NAME[nuisance.kind]


def ordinary(agents: int, queue: str = "billing") -> tuple[Nuisance, ...]:
    """Return what an organisation of this size sees in a quarter of a year, none of it misuse."""
    some = max(1, agents // 20)
    return (
        Nuisance("ai_agent", start=0.0),
        Nuisance("qa_reviewer", max(1, agents // 40), start=0.0),
        Nuisance("team_lead", some, start=0.0),
        Nuisance("gig", some, start=0.0),
        Nuisance("role_change", 1, start=0.65),
        Nuisance("queue_change", 1, start=0.7),
        Nuisance("new_hire", some, start=0.5),
        Nuisance("leave", some, start=0.6),
        Nuisance("project", 1, start=0.75),
        Nuisance("surge", start=0.35, where=queue),
        Nuisance("outage", start=0.8),
        Nuisance("logging_gap", start=0.55),
        Nuisance("broken_tickets", start=0.9),
        Nuisance("duplicates", start=0.67),
    )


def settle(nuisances: Sequence[Nuisance], plan: Plan, seed: int) -> list[Spell]:
    """Decide on days and agents; a person is drawn for one nuisance at most."""
    free = np.isin(plan.staff.role, (AGENT, SENIOR))
    for nuisance in nuisances:
        if isinstance(nuisance.agents, tuple):
            free &= ~np.isin(plan.staff.login, nuisance.agents)
    spells = []
    for number, nuisance in enumerate(nuisances):
        kind = kind_of_nuisance(nuisance)
        first = min(round(nuisance.start * plan.days), plan.days - 1)
        length = nuisance.days or kind.days or plan.days
        who = _people(nuisance, kind, plan, free, stream(seed, "nuisance", number, kind.name))
        free[who] = False
        spells.append(Spell(nuisance, first, min(first + length, plan.days), who))
    return spells


def _people(nuisance: Nuisance, kind: Kind, plan: Plan, free: Bools, rng: np.random.Generator) -> Ints:
    if not kind.people:
        return np.zeros(0, np.int64)
    if isinstance(nuisance.agents, int):
        return np.sort(rng.permutation(np.flatnonzero(free))[: nuisance.agents])
    unknown = sorted(set(nuisance.agents) - set(plan.staff.login))
    if unknown:
        raise UsageError(f"no such agents: {', '.join(unknown)}")
    return np.array([plan.staff.login.index(name) for name in nuisance.agents], np.int64)


def apply(spells: Sequence[Spell], plan: Plan, seed: int) -> None:
    """Change the plan."""
    for number, spell in enumerate(spells):
        change = kind_of_nuisance(spell.nuisance).change
        if change is not None:
            change(plan, spell, stream(seed, "change", number, spell.nuisance.kind))
