"""Lays out what was simulated as tables of plain columns: ids become strings, seconds become microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from onlooker.simulation.arrays import Bools, Ints
from onlooker.simulation.campaigns import Campaign
from onlooker.simulation.lines import ACTIONS, RECORDS, SEARCH, Lines
from onlooker.simulation.nuisances import Spell
from onlooker.simulation.organisation import QUEUES, ROLES
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import Visits
from onlooker.simulation.working_days import Tickets
from onlooker.simulation.zone_clock import DAY, HOUR, epoch_second

MICROSECONDS = 1_000_000


def coded(codes: Ints, words: Sequence[str], absent: Bools | None = None) -> pa.Array:
    """Return a column of strings from places in `words`; null where `absent`."""
    places = pa.array(codes.astype(np.int32), mask=absent)
    return pa.DictionaryArray.from_arrays(places, pa.array(words, pa.string())).dictionary_decode()


def numbered(codes: Ints, pattern: str, absent: Bools | None = None) -> pa.Array:
    """Return a column of strings made from numbers, each distinct number formatted once."""
    distinct, places = np.unique(codes, return_inverse=True)
    return coded(places, [pattern.format(n) for n in distinct.tolist()], absent)


class Ids:
    """How customers and tickets are called. Customer numbers are scattered, ticket numbers follow each other."""

    def __init__(self, customers: int, opened: Ints, rng: np.random.Generator) -> None:
        low = 10_000
        while 9 * low < customers:
            low *= 10
        self._customer = low + rng.permutation(9 * low)[:customers]
        self._ticket = np.empty(len(opened) + 1, np.int64)
        self._ticket[np.argsort(opened, kind="stable")] = 31_000 + np.arange(len(opened))
        self._ticket[-1] = 0  # stands for no ticket

    def customers(self, which: Ints, absent: Bools | None = None) -> pa.Array:
        """Return the customers' ids."""
        return numbered(self._customer[which], "C{}", absent)

    def tickets(self, which: Ints) -> pa.Array:
        """Return the tickets' ids; null for -1."""
        return numbered(self._ticket[which], "T-{}", which < 0)


def events(lines: Lines, shown: Ints, visits: Visits, plan: Plan, ids: Ids) -> pa.Table:
    """Return the log; `shown` is the ticket that each line shows."""
    who, day = visits.agent[lines.visit], visits.day[lines.visit]
    return pa.table(
        {
            "timestamp": lines.second * MICROSECONDS,
            "agent_id": coded(who, plan.staff.login),
            "customer_id": ids.customers(visits.customer[lines.visit], lines.action == SEARCH),
            "action": coded(lines.action, ACTIONS),
            "ticket_id": ids.tickets(shown),
            "record_type": coded(lines.record, RECORDS),
            "team": coded(who, plan.staff.team),
            "queue": coded(plan.queue[who, day], QUEUES),
            "site": coded(plan.staff.site[who], [s.name for s in plan.sites]),
            "role": coded(plan.role[who, day], [r.name for r in ROLES]),
            "actor_type": coded(who, plan.staff.actor),
            "session_id": numbered(who * plan.days + day, "S{}"),
            "event_id": numbered(lines.number, "E{}"),
        }
    )


def agents(plan: Plan) -> pa.Table:
    """Return who is who."""
    staff = plan.staff
    hired = [(plan.start_date + timedelta(days=int(d))).isoformat() for d in staff.hired]
    return pa.table(
        {
            "agent_id": staff.login,
            "team": staff.team,
            "site": coded(staff.site, [s.name for s in plan.sites]),
            "zone": coded(staff.site, [s.zone for s in plan.sites]),
            "role": coded(staff.role, [r.name for r in ROLES]),
            "hire_date": hired,
            "actor_type": staff.actor,
            "vendor": pa.array([v or None for v in staff.vendor], pa.string()),
        }
    )


def _instants(wall: Ints, who: Ints, plan: Plan) -> Ints:
    return plan.instants(wall, who) * MICROSECONDS


def life(tickets: Tickets, work: Visits, plan: Plan) -> tuple[Ints, Ints]:
    """Return when tickets were opened, at the latest a minute before the first handling, and closed, after the last."""
    opened = _instants(tickets.opened[: tickets.count], tickets.opener[: tickets.count], plan)
    closed = opened + HOUR * MICROSECONDS
    named = np.flatnonzero(work.ticket >= 0)
    handled = _instants(work.second[named], work.agent[named], plan)
    np.minimum.at(opened, work.ticket[named], handled - 60 * MICROSECONDS)
    np.maximum.at(closed, work.ticket[named], handled + HOUR // 2 * MICROSECONDS)
    return opened, closed


def tickets(tickets: Tickets, opened: Ints, closed: Ints, plan: Plan, ids: Ids) -> pa.Table:
    """Return all tickets in the order of their numbers."""
    which = np.argsort(opened, kind="stable")
    return pa.table(
        {
            "ticket_id": ids.tickets(which),
            "customer_id": ids.customers(tickets.customer[which]),
            "assignee": coded(tickets.assignee[which], plan.staff.login),
            "opened": opened[which],
            "closed": pa.array(closed[which], mask=tickets.pending[which] > 0),
        }
    )


def roster(plan: Plan) -> pa.Table:
    """Return the shifts as they were worked."""
    who, day = np.nonzero(plan.works)
    begin = day * DAY + np.floor(plan.start[who, day] * HOUR).astype(np.int64)
    end = begin + np.ceil(plan.hours[who, day] * HOUR).astype(np.int64)
    return pa.table(
        {
            "agent_id": coded(who, plan.staff.login),
            "day": _dates(day, plan.start_date),
            "shift_start": _instants(begin, who, plan),
            "shift_end": _instants(end, who, plan),
        }
    )


def truth(lines: Lines, visits: Visits, plan: Plan, campaigns: Sequence[Campaign]) -> pa.Table:
    """Return planted visits per agent, local day and campaign, as far as the log has a line of them."""
    left = np.unique(lines.visit)
    left = left[visits.campaign[left] >= 0]
    triples = np.c_[visits.agent[left], visits.second[left] // DAY, visits.campaign[left]]
    rows, views = np.unique(triples, axis=0, return_counts=True)
    return pa.table(
        {
            "agent_id": coded(rows[:, 0], plan.staff.login),
            "day": _dates(rows[:, 1], plan.start_date),
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
            "first": _dates(first, plan.start_date),
            "last": _dates(last, plan.start_date),
        }
    )


def _dates(day: Ints, start: date) -> pa.Array:
    first = epoch_second(start) // DAY
    words = np.datetime_as_string((day + first).astype("datetime64[D]"))
    return pa.array(words.tolist(), pa.string())
