"""Who turns insider in a campaign: people whose work leaves room for it, or as the campaign's story says."""

from __future__ import annotations

import numpy as np

from onlooker.errors import UsageError
from onlooker.simulation.arrays import Bools, Ints
from onlooker.simulation.campaigns import Campaign, Kind, kind_of
from onlooker.simulation.organisation import AGENT, ASSISTANT, SENIOR, TEAM_LEAD
from onlooker.simulation.roster import Plan

LEAST_DAYS = 20
NEEDED = {
    "person": f"an agent or senior with {LEAST_DAYS} days of work",
    "gig": "an irregular worker with ten days of work",
    "assistant": "an AI agent",
    "lead_and_team": f"a team lead, and in the lead's team an agent with {LEAST_DAYS} days of work",
}


def wanted(campaign: Campaign) -> int:
    """Return how many insiders a campaign asks for."""
    return len(campaign.agents) if isinstance(campaign.agents, tuple) else campaign.agents or kind_of(campaign).agents


def choose(campaign: Campaign, plan: Plan, usual: Ints, free: Bools, rng: np.random.Generator) -> Ints:
    """Return the agents of a campaign: those it names, or this many of the free ones, the lead of a ring first.

    `usual` are distinct customers per agent and day. Raises UsageError when nobody is eligible.
    """
    if isinstance(campaign.agents, tuple):
        unknown = sorted(set(campaign.agents) - set(plan.staff.login))
        if unknown:
            raise UsageError(f"no such agents: {', '.join(unknown)}")
        return np.array([plan.staff.login.index(name) for name in campaign.agents])
    kind = kind_of(campaign)
    if kind.claims_tickets and not plan.mechanics.habits.tickets:
        raise UsageError(f"the campaign {kind.name} needs tickets", "This organisation has none. Leave it out.")
    chosen = (
        _lead_and_team(plan, usual, free, wanted(campaign), rng)
        if kind.who == "lead_and_team"
        else _drawn(kind, plan, free & eligible(kind, plan, usual), wanted(campaign), rng)
    )
    if not len(chosen):
        raise UsageError(
            f"nobody can carry out the campaign {kind.name}",
            f"It needs {NEEDED[kind.who]} who has no part in another campaign. Simulate more agents or days, "
            "or leave the campaign out.",
        )
    return chosen


def eligible(kind: Kind, plan: Plan, usual: Ints) -> Bools:
    """Return who could carry out campaigns of this kind."""
    active = usual > 0
    if kind.who == "gig":
        able: Bools = plan.staff.gig & (active.sum(1) >= 10)
    elif kind.who == "assistant":
        able = (plan.role[:, -1] == ASSISTANT) & active.any(1)
    else:  # some days late in the log as well
        plain = np.isin(plan.role, (AGENT, SENIOR)).all(axis=1) & (np.array(plan.staff.actor) == "human")
        able = (
            plain
            & (plan.staff.left < 0)
            & (active.sum(1) >= LEAST_DAYS)
            & (active[:, int(0.6 * plan.days) :].sum(1) >= 5)
        )
    return able


def _drawn(kind: Kind, plan: Plan, able: Bools, most: int, rng: np.random.Generator) -> Ints:
    pool = np.flatnonzero(able)
    if kind.team and len(pool):
        crews = np.array(plan.staff.team)[pool]
        names, sizes = np.unique(crews, return_counts=True)
        pool = pool[crews == names[np.argmax(sizes)]]
    return np.sort(rng.permutation(pool)[:most])


def _lead_and_team(plan: Plan, usual: Ints, free: Bools, most: int, rng: np.random.Generator) -> Ints:
    """Return a lead and people of the lead's team; of several leads the one with most of them."""
    able = np.flatnonzero(free & eligible(Kind("", "", lambda days, _: days.today), plan, usual))
    teams = np.array(plan.staff.team)
    leads = np.flatnonzero(free & (plan.role[:, -1] == TEAM_LEAD) & (usual > 0).any(1))
    sizes = np.array([np.sum(teams[able] == teams[lead]) for lead in leads], np.int64)
    if not len(leads) or not sizes.max():
        return np.zeros(0, np.int64)
    lead = leads[np.argmax(sizes)]
    team = able[teams[able] == teams[lead]]
    return np.asarray(np.r_[lead, rng.permutation(team)[: most - 1]], np.int64)
