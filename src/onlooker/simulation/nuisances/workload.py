"""More work than usual, and work of other kinds."""

from __future__ import annotations

import numpy as np

from onlooker.errors import UsageError
from onlooker.simulation.nuisances.nuisance import Change, Kind, Spell
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import AUDIT, CALL_BACK, MIGRATION, TRAINING


def _called_more(part: float) -> Change:
    """A queue, or all of them, is called this much more often."""

    def change(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
        where, names = spell.nuisance.where, plan.mechanics.queue_names
        if where and where not in names:
            raise UsageError(f"no queue is called {where}", f"The queues are {', '.join(names)}.")
        rows = [names.index(where)] if where else list(range(len(names)))
        plan.demand[rows, spell.span] *= 1 + part * spell.nuisance.strength

    return change


def _project(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """An approved project: a list of any customers is gone through, on no ticket, beside half of the usual work."""
    works = plan.works[spell.agents, spell.span]
    plan.project[spell.agents, spell.span] = works * 25.0 * spell.nuisance.strength
    plan.level[spell.agents, spell.span] *= 0.5


def _beside_work(kind: int, a_day: float, level: float) -> Change:
    """This many visits of another kind on a day worked, beside this share of the usual work; a script runs on all."""

    def change(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
        works = plan.works[spell.agents, spell.span] | (kind == MIGRATION)
        extra = plan.extra.setdefault(kind, np.zeros(plan.works.shape))
        extra[spell.agents, spell.span] = works * a_day * spell.nuisance.strength
        plan.level[spell.agents, spell.span] *= level

    return change


WORKLOAD = (
    Kind("surge", _called_more(0.6), 3, people=False),
    Kind("outage", _called_more(1.2), 1, people=False, calendar="outage"),
    Kind("project", _project, 10, calendar="project"),
    # a reviewer goes through what was finished in the last weeks
    Kind("audit", _beside_work(AUDIT, 40, 0.1), 5, calendar="sample"),
    # customers of the last month are called back, on no ticket
    Kind("call_backs", _beside_work(CALL_BACK, 15, 0.6), 5),
    # everybody trains on the same few records
    Kind("training", _beside_work(TRAINING, 12, 0.4), 3),
    # a script under a person's login goes through thousands of records at night
    Kind("migration", _beside_work(MIGRATION, 3000, 1.0), 1, calendar="project"),
)
