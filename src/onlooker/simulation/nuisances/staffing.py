"""People come, go and change what they do."""

from __future__ import annotations

import numpy as np

from onlooker.errors import UsageError
from onlooker.simulation.nuisances.nuisance import Change, Kind, Spell
from onlooker.simulation.organisation import ASSISTANT, QA_REVIEWER, TEAM_LEAD, TRAINEE
from onlooker.simulation.roster import Plan

SHADOWING = 14
"""Days in which newcomers of a hiring wave look over their colleagues' shoulders."""


def _leave(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Away."""
    plan.works[spell.agents, spell.span] = False
    plan.away[spell.agents, spell.span] = True


def _new_hire(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Hired in the middle of the log; grows from 35 % of the pace to all of it in four weeks."""
    days = np.arange(plan.days)
    plan.staff.hired[spell.agents] = spell.first
    plan.works[spell.agents, : spell.first] = False
    plan.level[spell.agents] *= np.clip(0.35 + 0.65 * (days - spell.first) / 28, 0.35, 1.0)


def _hiring_wave(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """All hired within five days; two weeks of shadowing without tickets; the agents table has no dates for them."""
    days = np.arange(plan.days)
    begins = np.minimum(spell.first + rng.integers(0, 5, len(spell.agents)), plan.days - 1)
    for agent, first in zip(spell.agents, begins, strict=True):
        plan.staff.hired[agent] = first
        plan.works[agent, :first] = False
        plan.role[agent, first : first + SHADOWING] = TRAINEE
        plan.level[agent] *= np.clip(0.35 + 0.65 * (days - first - SHADOWING) / 28, 0.35, 1.0)
    plan.staff.undated[spell.agents] = True


def _leaver(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Leaves for good on the eve of the spell."""
    plan.works[spell.agents, spell.first :] = False
    plan.staff.left[spell.agents] = spell.first - 1


def to_role(role: int) -> Change:
    """Return the change of people's role."""

    def change(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
        plan.role[spell.agents, spell.span] = role
        plan.staff.role[spell.agents] = plan.role[spell.agents, -1]

    return change


def _queue_change(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Moves to the next queue, and is half as fast again or slower there."""
    open_now = sum(not q.later for q in plan.mechanics.queues)
    plan.queue[spell.agents, spell.span] = (plan.queue[spell.agents, spell.span] + 1) % open_now
    plan.level[spell.agents, spell.span] *= np.exp(rng.normal(0.1, 0.3, (len(spell.agents), 1)))
    plan.staff.queue[spell.agents] = plan.queue[spell.agents, -1]


def _new_queue(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Moves to a queue that nobody worked in before."""
    later = [place for place, q in enumerate(plan.mechanics.queues) if q.later]
    if not later:
        raise UsageError("no queue of this organisation opens later", "Add a queue with later=True.")
    plan.queue[spell.agents, spell.span] = later[0]
    plan.staff.queue[spell.agents] = plan.queue[spell.agents, -1]


def _reorganisation(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """Half of the people of every site change the team, and with it the queue."""
    for site in range(len(plan.sites)):
        here = np.flatnonzero(plan.staff.site == site)
        moving = here[rng.random(len(here)) < 0.5]
        into = here[rng.integers(0, len(here), len(moving))]
        plan.crew[moving, spell.first :] = plan.crew[into, :1]
        plan.queue[moving, spell.first :] = plan.queue[into, :1]
    plan.staff.queue[:] = plan.queue[:, -1]


def _ai_agent(plan: Plan, spell: Spell, rng: np.random.Generator) -> None:
    """A program round the clock, with the volume of many people and a ticket for nearly everything."""
    who = spell.agents
    to_role(ASSISTANT)(plan, spell, rng)
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
    plan.staff.gig[spell.agents] = True
    for i in spell.agents:
        plan.staff.vendor[i] = "Quillhand Gigs"


STAFFING = (
    Kind("leave", _leave, 14),
    Kind("new_hire", _new_hire, 0),
    Kind("hiring_wave", _hiring_wave, 5 + SHADOWING),
    Kind("leaver", _leaver, 0),
    Kind("role_change", to_role(TEAM_LEAD), 0),
    Kind("queue_change", _queue_change, 0),
    Kind("new_queue", _new_queue, 0),
    Kind("reorganisation", _reorganisation, 0, people=False),
    Kind("qa_reviewer", to_role(QA_REVIEWER), 0),
    Kind("team_lead", to_role(TEAM_LEAD), 0),
    Kind("ai_agent", _ai_agent, 0),
    Kind("gig", _gig, 0),
)
