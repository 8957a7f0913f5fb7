"""The tables beside the log, as the systems of the organisation would give them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from onlooker.simulation.arrays import Ints
from onlooker.simulation.demand import Customers
from onlooker.simulation.lines import LATE
from onlooker.simulation.log_tables import MICROSECONDS, Ids, Logins, coded, numbered
from onlooker.simulation.nuisances import Spell, kind_of_nuisance
from onlooker.simulation.organisation import TEAM_LEAD
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import Visits
from onlooker.simulation.working_days import Tickets
from onlooker.simulation.zone_clock import DAY, HOUR, epoch_second

REGIONS = ("north", "east", "south", "west")


def _text(words: Sequence[str | None]) -> pa.Array:
    return pa.array(words, pa.string())


def _iso(day: int, plan: Plan) -> str:
    return (plan.start_date + timedelta(days=int(day))).isoformat()


def agents(plan: Plan, logins: Logins) -> pa.Table:
    """Return who is who; who changed the team has a row for each, and a new login is a new person."""
    staff, days = plan.staff, plan.days
    rows: list[tuple[int, int, str | None]] = [(who, 0, None) for who in range(len(staff))]
    changes = np.argwhere(np.diff(plan.crew, axis=1, prepend=plan.crew[:, :1]))
    rows += [(int(who), int(day), _iso(day, plan)) for who, day in changes]
    new = [(i.agent, i.first, word) for i, word in logins.new()]
    who = np.array([r[0] for r in rows] + [n[0] for n in new], np.int64)
    day = np.array([r[1] for r in rows] + [min(n[1], days - 1) for n in new], np.int64)
    hired = [None if staff.undated[a] else _iso(staff.hired[a], plan) for a, _, _ in rows]
    return pa.table(
        {
            "agent_id": [staff.login[a] for a, _, _ in rows] + [n[2] for n in new],
            "team": coded(plan.crew[who, day], plan.teams),
            "site": coded(staff.site[who], [s.name for s in plan.sites]),
            "zone": coded(staff.site[who], [s.zone for s in plan.sites]),
            "role": coded(staff.role[who], plan.mechanics.roles),
            "hire_date": _text(hired + [_iso(n[1], plan) for n in new]),
            "actor_type": [staff.actor[a] for a in who],
            "vendor": _text([staff.vendor[a] or None for a in who]),
            "manager": _text([_lead(plan, int(a), int(d)) for a, d in zip(who, day, strict=True)]),
            "leave_date": _text([_last_day(plan, int(a)) for a in who]),
            "valid_from": _text([since for _, _, since in rows] + [None] * len(new)),
        }
    )


def _last_day(plan: Plan, agent: int) -> str | None:
    """The last day of employment; a last shift that ends after midnight is part of it."""
    left = int(plan.staff.left[agent])
    if left < 0:
        return None
    over_midnight = plan.works[agent, left] and plan.start[agent, left] + plan.hours[agent, left] > 24 - LATE / HOUR
    return _iso(left + int(over_midnight), plan)


def _lead(plan: Plan, agent: int, day: int) -> str | None:
    leads = np.flatnonzero((plan.crew[:, day] == plan.crew[agent, day]) & (plan.role[:, day] == TEAM_LEAD))
    return plan.staff.login[leads[0]] if len(leads) and leads[0] != agent else None


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
    """Return all tickets in the order of their numbers; none where the organisation has none."""
    which = np.argsort(opened, kind="stable")
    if not plan.mechanics.habits.tickets:
        which = which[:0]
    return pa.table(
        {
            "ticket_id": ids.tickets(which),
            "customer_id": ids.customers(tickets.customer[which]),
            "assignee": coded(tickets.assignee[which], plan.staff.login),
            "opened": opened[which],
            "closed": pa.array(closed[which], mask=tickets.pending[which] > 0),
        }
    )


def roster(plan: Plan, logins: Logins) -> pa.Table:
    """Return the shifts as they were worked."""
    who, day = np.nonzero(plan.works)
    begin = day * DAY + np.floor(plan.start[who, day] * HOUR).astype(np.int64)
    end = begin + np.ceil(plan.hours[who, day] * HOUR).astype(np.int64)
    return pa.table(
        {
            "agent_id": coded(logins.codes(who, day, np.full(len(who), -1), day), logins.words),
            "day": dates(day, plan.start_date),
            "shift_start": _instants(begin, who, plan),
            "shift_end": _instants(end, who, plan),
        }
    )


def leave(plan: Plan) -> pa.Table:
    """Return the spells of leave."""
    day = np.arange(plan.days)
    last = np.where(plan.staff.left < 0, plan.days, plan.staff.left)
    employed = (day >= plan.staff.hired[:, None]) & (day <= last[:, None])
    edges = np.diff((plan.away & employed).astype(np.int8), axis=1, prepend=0, append=0)
    who, first = np.nonzero(edges == 1)
    _, end = np.nonzero(edges == -1)
    return pa.table(
        {
            "agent_id": coded(who, plan.staff.login),
            "from": dates(first, plan.start_date),
            "to": dates(end - 1, plan.start_date),
        }
    )


def customers(met: Ints, around: Customers, ids: Ids) -> pa.Table:
    """Return the customers of whom the log has a line."""
    return pa.table(
        {
            "customer_id": ids.customers(met),
            "tier": coded(around.tier[met], around.words),
            "region": coded(met // 2 % len(REGIONS), REGIONS),
        }
    )


def calendar(spells: Sequence[Spell], plan: Plan) -> pa.Table:
    """Return holidays, outages, approved projects and review samples."""
    rows: list[tuple[str, int, int, str | None, str]] = [
        ("holiday", int(day), int(day), None, "holiday") for day in plan.holidays
    ]
    for spell in spells:
        kind = kind_of_nuisance(spell.nuisance)
        who = [plan.staff.login[a] for a in spell.agents] or [None] if kind.calendar else []
        rows += [(kind.calendar, spell.first, spell.last - 1, name, kind.name) for name in who]
    return pa.table(
        {
            "kind": _text([r[0] for r in rows]),
            "from": dates(np.array([r[1] for r in rows], np.int64), plan.start_date),
            "to": dates(np.array([r[2] for r in rows], np.int64), plan.start_date),
            "agent_id": _text([r[3] for r in rows]),
            "name": _text([r[4] for r in rows]),
            "approver": _text(["compliance" if r[3] else None for r in rows]),
        }
    )


def identities(plan: Plan) -> pa.Table:
    """Return which login, help-desk id and person belong together."""
    people = np.arange(len(plan.staff))
    entity = numbered(people, "P{:05d}")
    return pa.table(
        {
            "system": pa.array(["log"] * len(people) + ["helpdesk"] * len(people)),
            "id": pa.concat_arrays([coded(people, plan.staff.login), numbered(people, "H{:05d}")]),
            "entity": pa.concat_arrays([entity, entity]),
        }
    )


def dates(day: Ints, start: date) -> pa.Array:
    """Return days of the log as text."""
    first = epoch_second(start) // DAY
    words = np.datetime_as_string((day + first).astype("datetime64[D]"))
    return pa.array(words.tolist(), pa.string())
