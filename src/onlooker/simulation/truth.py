"""The truth: what each line is, who did what, and which customers came to harm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from onlooker.simulation.arrays import Bools, Ints, stream
from onlooker.simulation.campaigns import Campaign
from onlooker.simulation.damage import Shown
from onlooker.simulation.demand import Customers
from onlooker.simulation.log_tables import Ids, Logins, coded
from onlooker.simulation.nuisances import Spell
from onlooker.simulation.organisation_tables import dates
from onlooker.simulation.plant import Planted
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import LABELS, Visits
from onlooker.simulation.zone_clock import DAY

ROBBED = 0.15
"""This share of the planted customers loses money, three days to six weeks after the look."""
UNRELATED = 3
"""For each of them this many other customers lose money for other reasons."""


def planted_days(visit: Ints, visits: Visits, plan: Plan, campaigns: Sequence[Campaign], logins: Logins) -> pa.Table:
    """Return planted visits per agent, local day and campaign, as far as the log has a line (`visit`) of them.

    An agent with a new login stands under it, one whose login is spelled in several ways under the usual one.
    """
    left = np.unique(visit)
    left = left[visits.campaign[left] >= 0]
    who = logins.codes(visits.agent[left], visits.day[left], np.full(len(left), -1), left)
    triples = np.c_[who, visits.second[left] // DAY, visits.campaign[left]]
    rows, views = np.unique(triples, axis=0, return_counts=True)
    return pa.table(
        {
            "agent_id": coded(rows[:, 0], logins.words),
            "day": dates(rows[:, 1], plan.start_date),
            "views": views.astype(np.int64),
            "campaign": coded(rows[:, 2], [c.kind for c in campaigns]),
        }
    )


def incidents(spells: Sequence[Spell], plan: Plan) -> pa.Table:
    """Return what happened, one row per nuisance and agent."""
    rows = [(s, plan.staff.login[a]) for s in spells for a in s.agents] + [
        (s, None) for s in spells if not len(s.agents)
    ]
    first = np.array([s.first for s, _ in rows], np.int64)
    last = np.array([s.last - 1 for s, _ in rows], np.int64)
    return pa.table(
        {
            "kind": pa.array([s.nuisance.kind for s, _ in rows], pa.string()),
            "agent_id": pa.array([name for _, name in rows], pa.string()),
            "where": pa.array([s.nuisance.where or None for s, _ in rows], pa.string()),
            "first": dates(first, plan.start_date),
            "last": dates(last, plan.start_date),
        }
    )


def labels(shown: Shown, where: Ints, visits: Visits, kinds: Sequence[str]) -> pa.Table:
    """Return what these lines are: `label`, the number of the campaign, and whether the line is a copy of another."""
    visit = shown.lines.visit[where]
    campaign = visits.campaign[visit]
    words = [*LABELS, *kinds]
    code = np.where(campaign >= 0, len(LABELS) + campaign, visits.kind[visit])
    return pa.table(
        {
            "label": pa.DictionaryArray.from_arrays(pa.array(code.astype(np.int32)), pa.array(words)),
            "campaign": pa.array(campaign, mask=campaign < 0),
            "copy": shown.again[where],
        }
    )


def insiders(planted: Planted, seen: Bools, plan: Plan, logins: Logins) -> pa.Table:
    """Return one row per insider; `seen`: whether the log has a line of each visit."""
    visits, rows = planted.visits, []
    for insider in planted.insiders:
        own = np.flatnonzero((visits.campaign == insider.campaign) & (visits.agent == insider.agent) & seen)
        day = np.unique(visits.second[own] // DAY)
        rows.append((insider, day, len(own), len(np.unique(visits.customer[own]))))
    first = np.array([d[0] if len(d) else i.first for i, d, _, _ in rows], np.int64)
    last = np.array([d[-1] if len(d) else i.first for i, d, _, _ in rows], np.int64)
    return pa.table(
        {
            "campaign": pa.array([i.campaign for i, _, _, _ in rows], pa.int64()),
            "kind": pa.array([i.kind.name for i, _, _, _ in rows], pa.string()),
            "agent_id": pa.array([logins.of(i) for i, _, _, _ in rows], pa.string()),
            "person": pa.array([plan.staff.login[i.agent] for i, _, _, _ in rows], pa.string()),
            "first": dates(first, plan.start_date),
            "last": dates(last, plan.start_date),
            "days": pa.array([len(d) for _, d, _, _ in rows], pa.int64()),
            "visits": pa.array([n for _, _, n, _ in rows], pa.int64()),
            "customers": pa.array([n for _, _, _, n in rows], pa.int64()),
        }
    )


def victims(visits: Visits, plan: Plan, around: Customers, ids: Ids, seed: int) -> pa.Table:
    """Return customers who lost money, with the day, and the campaign behind it (null: none of these)."""
    rng = stream(seed, "victims")
    planted = np.flatnonzero(visits.campaign >= 0)
    _, first = np.unique(visits.customer[planted], return_index=True)
    robbed = planted[first][rng.random(len(first)) < ROBBED]
    day = visits.day[robbed] + rng.integers(3, 43, len(robbed))
    others = around.callers(max(10, UNRELATED * len(robbed)), rng)
    others = np.setdiff1d(others, visits.customer[robbed])
    customer = np.r_[visits.customer[robbed], others]
    days = np.r_[day, rng.integers(0, plan.days, len(others))]
    campaign = np.r_[visits.campaign[robbed], np.full(len(others), -1)]
    order = np.argsort(days, kind="stable")
    return pa.table(
        {
            "customer_id": ids.customers(customer[order]),
            "fraud_date": dates(days[order], plan.start_date),
            "campaign": pa.array(campaign[order], mask=campaign[order] < 0),
        }
    )
