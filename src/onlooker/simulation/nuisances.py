"""What happens in every organisation and is no misuse: people come, go and change, and queues and logs have bad days.

Most nuisances change the plan before any work is done; those of the log itself are in damage.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from onlooker.errors import UsageError
from onlooker.simulation.arrays import Bools, Ints, stream
from onlooker.simulation.organisation import AGENT, ASSISTANT, QA_REVIEWER, QUEUES, SENIOR, TEAM_LEAD
from onlooker.simulation.roster import Plan


@dataclass(frozen=True)
class Nuisance:
    """One nuisance. `agents` names logins or says how many to draw; where nobody is meant it is ignored.

    `start` is a share of the log, `days` its length (0: the kind's own), `strength` multiplies what the kind does,
    `where` is a queue (surge, outage) or a site (logging_gap, broken_tickets); empty: everywhere.
    """

    kind: str
    agents: int | tuple[str, ...] = 1
    start: float = 0.5
    days: int = 0
    strength: float = 1.0
    where: str = ""

    def __post_init__(self) -> None:
        if self.kind not in BY_NAME:
            raise UsageError(f"no nuisance is called {self.kind}", f"The kinds are {', '.join(BY_NAME)}.")
        if self.kind in {"surge", "outage"} and self.where and self.where not in QUEUES:
            raise UsageError(f"no queue is called {self.where}", f"The queues are {', '.join(QUEUES)}.")


@dataclass(frozen=True)
class Spell:
    """A nuisance settled on days `first` to before `last` and on agents, all as places in the plan."""

    nuisance: Nuisance
    first: int
    last: int
    agents: Ints

    @property
    def span(self) -> slice:
        """The days as a slice."""
        return slice(self.first, self.last)


Change = Callable[[Plan, Spell, np.random.Generator], None]


def _called_more(part: float) -> Change:
    """A queue, or all of them, is called so much more often."""

    def change(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
        where = spell.nuisance.where
        rows = [QUEUES.index(where)] if where else list(range(len(QUEUES)))
        plan.demand[rows, spell.span] *= 1 + part * spell.nuisance.strength

    return change


def _leave(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Away."""
    plan.works[spell.agents, spell.span] = False


def _new_hire(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Hired in the middle of the log; grows from 35 % of the pace to all of it in four weeks."""
    days = np.arange(plan.days)
    plan.staff.hired[spell.agents] = spell.first
    plan.works[spell.agents, : spell.first] = False
    plan.level[spell.agents] *= np.clip(0.35 + 0.65 * (days - spell.first) / 28, 0.35, 1.0)


def _to_role(role: int) -> Change:
    def change(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
        plan.role[spell.agents, spell.span] = role
        plan.staff.role[spell.agents] = plan.role[spell.agents, -1]

    return change


def _queue_change(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Moves to the next queue, and is half as fast again or slower there."""
    plan.queue[spell.agents, spell.span] = (plan.queue[spell.agents, spell.span] + 1) % len(QUEUES)
    plan.level[spell.agents, spell.span] *= np.exp(rng.normal(0.1, 0.3, (len(spell.agents), 1)))
    plan.staff.queue[spell.agents] = plan.queue[spell.agents, -1]


def _ai_agent(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """A program round the clock, with the volume of many people and a ticket for nearly everything."""
    who = spell.agents
    _to_role(ASSISTANT)(plan, spell, rng)
    plan.works[who, spell.span] = True
    plan.start[who, spell.span], plan.hours[who, spell.span], plan.level[who, spell.span] = 0.0, 24.0, 1.0
    plan.staff.pace[who] *= 10 * spell.nuisance.strength
    plan.staff.dispersion[who] = 0.01
    for i in who:
        plan.staff.login[i], plan.staff.actor[i], plan.staff.vendor[i] = f"assist-bot-{i}", "ai", ""


def _gig(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Works when it suits: two days in five, at any hour, two to nine hours long."""
    shape = (len(spell.agents), spell.last - spell.first)
    plan.works[spell.agents, spell.span] = rng.random(shape) < 0.4
    plan.start[spell.agents, spell.span] = rng.uniform(0, 24, shape)
    plan.hours[spell.agents, spell.span] = rng.uniform(2, 9, shape)
    for i in spell.agents:
        plan.staff.vendor[i] = "Quillhand Gigs"


def _project(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """An approved project: a list of any customers is gone through, on no ticket, beside half of the usual work."""
    works = plan.works[spell.agents, spell.span]
    plan.project[spell.agents, spell.span] = works * 25.0 * spell.nuisance.strength
    plan.level[spell.agents, spell.span] *= 0.5


@dataclass(frozen=True)
class Kind:
    """A kind of nuisance. `days`: its length unless told otherwise, 0 to the end of the log."""

    name: str
    change: Change | None
    days: int
    people: bool = True


KINDS = (
    Kind("surge", _called_more(0.6), 3, people=False),
    Kind("outage", _called_more(1.2), 1, people=False),
    Kind("leave", _leave, 14),
    Kind("new_hire", _new_hire, 0),
    Kind("role_change", _to_role(TEAM_LEAD), 0),
    Kind("queue_change", _queue_change, 0),
    Kind("qa_reviewer", _to_role(QA_REVIEWER), 0),
    Kind("team_lead", _to_role(TEAM_LEAD), 0),
    Kind("ai_agent", _ai_agent, 0),
    Kind("gig", _gig, 0),
    Kind("project", _project, 10),
    Kind("logging_gap", None, 1, people=False),
    Kind("broken_tickets", None, 1, people=False),
    Kind("duplicates", None, 1, people=False),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def ordinary(agents: int) -> tuple[Nuisance, ...]:
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
        Nuisance("surge", start=0.35, where=QUEUES[0]),
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
        kind = BY_NAME[nuisance.kind]
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
        change = BY_NAME[spell.nuisance.kind].change
        if change is not None:
            change(plan, spell, stream(seed, "change", number, spell.nuisance.kind))
