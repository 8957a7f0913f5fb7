"""EVENTS -> VISITS: one agent, one customer, one day, and why the agent could have been there.

How many records somebody looked at is weak evidence; how many without a reason is strong. Every explanation looks back
only. Glances do not explain each other: only ticketed or worked visits make a later or a colleague's visit explained,
or the members of a ring would excuse one another. What AI agents and service accounts do explains nothing to people.
"""

from __future__ import annotations

from collections.abc import Sequence

from onlooker.engines.missing_tables import make_missing
from onlooker.engines.protocol import Engine
from onlooker.schema.explanations import strength_sql
from onlooker.schema.tables import CONTEXT, MEMORY_DAYS, RECENT_DAYS, VISITS
from onlooker.visits.contacts import TABLES as CONTACTS
from onlooker.visits.contacts import find_contacts
from onlooker.visits.given_reasons import (
    BY_TICKET,
    CLOSED_DAYS,
    DAY_US,
    EARLY_US,
    FITS,
    IN_FORCE,
    PLACES,
    SAMPLED,
    UNLISTED_DAYS,
    WITH_SHIFTS,
    history,
)
from onlooker.visits.machine_days import TABLE as MACHINES
from onlooker.visits.machine_days import find_machines
from onlooker.visits.shown_tickets import DIGITS, ONE, SEVERAL, SHOWN, TICKET, choose_tickets
from onlooker.visits.shown_tickets import TABLES as CHOSEN_TICKETS

TICKET_COVERS = 3
"""A ticket given for more distinct customers than this explains none of them."""

REASON = 2**31
"""What a visit with a reason adds to the weight of its day; no customer has this many visits in 14 days."""

OPENED = "customer_id IS NOT NULL AND action NOT IN ('search', 'list')"
"""Events that show a customer's record."""

GROUPED = """
SELECT agent_id, customer_id, day,
       min(us) AS first_us, max(us) AS last_us, min(hour) AS hour, bit_or(shiftleft(1, hour)) AS hours,
       CAST(count(*) AS INTEGER) AS events,
       CAST(count(CASE WHEN action = 'edit' THEN 1 END) AS INTEGER) AS edits,
       CAST(count(CASE WHEN action = 'export' THEN 1 END) AS INTEGER) AS exports,
       CAST(count(CASE WHEN action = 'reveal' THEN 1 END) AS INTEGER) AS reveals,
       {off_shift} AS off_shift, {ticket} AS ticket_id, {several} AS several
FROM {events}
WHERE {opened} AND {{days}}
GROUP BY agent_id, customer_id, day{further}
"""

TICKET_PLACE = ", 13"
"""The ticket by its place among the columns of GROUPED: its own SQL is long."""

# Today's visits beside those of the look-back, as far as they concern the same customers or tickets.
KNOWN = """
SELECT agent_id, customer_id, day, ticket_id, worked, ticketed, coalesce(machine, FALSE) AS machine FROM {past}
WHERE day < {since} AND day >= {since} - {memory}
  AND (customer_id IN (SELECT customer_id FROM visit_groups) OR ticket_id IN (SELECT ticket_id FROM visit_chosen))
"""

# Days of tickets that were given for several customers: nearly all tickets have one, which needs no counting.
# The least of texts would have to stay in memory, for all tickets at once; of hashes it need not.
TICKET_DAYS = """
SELECT ticket_id, day,
       day - (lag(day) OVER pair) AS gap,
       (lead(day) OVER pair) - day AS until
FROM (SELECT ticket_id, customer_id, day FROM ticket_visits
      WHERE ticket_id IN (SELECT ticket_id FROM ticket_visits WHERE ticket_id IS NOT NULL
                          GROUP BY ticket_id HAVING min(xxhash64(customer_id)) <> max(xxhash64(customer_id)))
      GROUP BY ticket_id, customer_id, day) pairs
WINDOW pair AS (PARTITION BY ticket_id, customer_id ORDER BY day NULLS FIRST)
"""

# A ticket's customers of the look-back: each counts from its first day until the look-back forgets its last one.
TICKET_COVER = """
SELECT ticket_id, day,
       CAST(sum(change) OVER (PARTITION BY ticket_id ORDER BY day NULLS FIRST
                              RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS INTEGER) AS customers
FROM (SELECT ticket_id, day, CAST(sum(change) AS BIGINT) AS change
      FROM (SELECT ticket_id, day, CASE WHEN gap IS NULL OR gap > {memory} THEN 1 ELSE 0 END AS change FROM ticket_days
            UNION ALL
            SELECT ticket_id, day + {memory} + 1 AS day, -1 AS change FROM ticket_days
            WHERE until IS NULL OR until > {memory}) changes
      GROUP BY ticket_id, day) days
"""

MARKED = """
SELECT g.agent_id, g.customer_id, g.day, g.first_us, g.last_us, g.hour, g.hours, g.events, g.edits, g.exports,
       g.reveals, g.off_shift, g.ticket_id, coalesce(c.customers, 1) AS ticket_customers,
       (g.edits > 0 OR (g.first_us - g.first_us % 60000000) <> (g.last_us - g.last_us % 60000000)) AS worked,
       ({ticketed}) AS ticketed, {own} AS own_ticket, {machine} AS machine
FROM {groups} g
LEFT JOIN ticket_cover c ON c.ticket_id = g.ticket_id AND c.day = g.day{machines}
"""

PLAUSIBLE = "g.ticket_id IS NOT NULL AND coalesce(c.customers, 1) <= {covers}"
"""When a ticket counts, without a tickets table."""

# In `weight` the visits with a reason are counted above the visits as such: one sum over a window tells both.
SEEN = """
SELECT *, worked OR ticketed AS has_reason, TRUE AS fresh,
       CASE WHEN worked OR ticketed THEN 1 + {reason} ELSE 1 END AS weight
FROM visit_marks
"""

# Earlier visits, with nothing in the columns that only today's need.
SEEN_BEFORE = """
UNION ALL
SELECT agent_id, customer_id, day, NULL AS first_us, NULL AS last_us, NULL AS hour, NULL AS hours, NULL AS events,
       NULL AS edits, NULL AS exports, NULL AS reveals, NULL AS off_shift, ticket_id, NULL AS ticket_customers,
       worked, ticketed, NULL AS own_ticket, machine, worked OR ticketed AS has_reason, FALSE AS fresh,
       CASE WHEN worked OR ticketed THEN 1 + {reason} ELSE 1 END AS weight
FROM visit_past
"""

# Most pairs of agent and customer meet on one day only; setting them aside is cheaper than sorting all. Hashes of pairs
# are cheaper than pairs; among a thousand million of them two are alike with a chance of one in forty.
OWN_DAYS = """
SELECT pair, day, gap, recent % {reason} AS recent, recent // {reason} AS recent_work
FROM (SELECT pair, day,
             day - lag(day) OVER (PARTITION BY pair ORDER BY day NULLS FIRST) AS gap,
             CAST(coalesce(sum(weight) OVER own_recent, 0) AS BIGINT) AS recent
      FROM (SELECT {pair} AS pair, day, weight FROM visit_seen) pairs
      WHERE pair IN (SELECT {pair} AS pair FROM visit_seen GROUP BY {pair} HAVING count(*) > 1)
      WINDOW own_recent AS (PARTITION BY pair ORDER BY day NULLS FIRST
                            RANGE BETWEEN {recent} PRECEDING AND 1 PRECEDING)) days
WHERE gap IS NOT NULL
"""
PAIR = "xxhash64(customer_id, agent_id)"

# The rows carry everything through one sort by customer: joining the look-back to the visits afterwards takes longer.
LOOKED_BACK = """
SELECT s.*, o.gap AS own_gap, coalesce(o.recent, 0) AS own_recent, coalesce(o.recent_work, 0) AS own_recent_work,
       s.day - max(CASE WHEN NOT s.machine THEN s.day END) OVER earlier AS any_gap,
       CAST(sum({people}) OVER today AS BIGINT) AS today,
       CAST(coalesce(sum({people}) OVER recent, 0) AS BIGINT) AS recent
FROM visit_seen s
LEFT JOIN visit_own_days o ON o.pair = xxhash64(s.customer_id, s.agent_id) AND o.day = s.day
WINDOW earlier AS (PARTITION BY s.customer_id ORDER BY s.day NULLS FIRST
                   RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
       today AS (PARTITION BY s.customer_id ORDER BY s.day NULLS FIRST RANGE BETWEEN CURRENT ROW AND CURRENT ROW),
       recent AS (PARTITION BY s.customer_id ORDER BY s.day NULLS FIRST
                  RANGE BETWEEN {recent} PRECEDING AND 1 PRECEDING)
"""

PEOPLE = "CASE WHEN s.machine THEN 0 ELSE s.weight END"
"""What a visit counts for to others."""

# What a project or a sample covers is explained by it also under one ticket for all.
EXPLAINED = """
SELECT {names}, {strength} AS strength, asserted_by, explanation
FROM (
SELECT agent_id, customer_id, day, first_us, last_us, hour, CAST(hours AS BIGINT) AS hours,
       CAST(events AS BIGINT) AS events, CAST(edits AS BIGINT) AS edits, CAST(exports AS BIGINT) AS exports,
       CAST(reveals AS BIGINT) AS reveals, CAST(off_shift AS BIGINT) AS off_shift, ticket_id,
       CAST(ticket_customers AS BIGINT) AS ticket_customers, worked, ticketed, machine,
       CAST(CASE WHEN own_gap <= {memory} THEN own_gap END AS INTEGER) AS own_gap,
       CAST(CASE WHEN any_gap <= {memory} THEN any_gap END AS INTEGER) AS any_gap,
       CAST(today % {reason} - CASE WHEN machine THEN 0 ELSE 1 END AS BIGINT) AS colleagues,
       CAST(greatest(recent % {reason} - CASE WHEN machine THEN 0 ELSE own_recent END, 0) AS BIGINT)
         AS recent_colleagues,
       CASE WHEN ticketed THEN 'ticket'
            WHEN own_ticket AND worked THEN 'ticket'
            WHEN standing > 0 THEN 'sample'
            WHEN contact IS NOT NULL THEN 'contact'
            WHEN ticket_id IS NOT NULL THEN 'mismatch'
            WHEN own_recent_work > 0 THEN 'continued'
            WHEN today - CASE WHEN machine THEN 0 ELSE weight END >= {reason}
              OR recent >= (CASE WHEN machine THEN 0 ELSE own_recent_work END + 1) * {reason} THEN 'shared'
            WHEN worked THEN 'worked'
            WHEN day < {first_day} + {recent} THEN 'unknown'
            ELSE 'unexplained' END AS explanation, contact, standing, asserted_by
FROM {history}
WHERE fresh) explained
"""

STRONG = "ticketed OR (explanation = 'sample' AND standing = 2) OR (explanation = 'contact' AND contact = 'named')"
"""A ticket that the agent did not open, what somebody outside of the team approved, and a customer who began it."""

EXPLAINING = ("strength", "asserted_by", "explanation")

NO_PAST = """
SELECT agent_id, customer_id, day, ticket_id, edits > 0 AS worked, edits > 0 AS ticketed, FALSE AS machine
FROM visit_groups WHERE FALSE
"""


def build_visits(
    engine: Engine, first_day: int, past: str | None = None, since: int = 0, spent: Sequence[str] = ()
) -> None:
    """Make the table `visits` from `events` and `event_days`.

    `first_day` is the first day of the log, stored history included. Night by night, `events` holds the days from
    `since` on only, and `past` is SQL that stands for VISITS of earlier days (a table, or a reader of files); of these
    the last 84 days count, so that a night costs the same however long the history is. The tables of CONTEXT sharpen
    the explanations, as far as they have rows. The tables `spent` are dropped as soon as visits do not need them: the
    log's lines take half of the memory that the explanations could use.
    """
    bounds = {
        "recent": RECENT_DAYS, "memory": MEMORY_DAYS, "since": since, "past": past, "first_day": first_day,
        "reason": REASON, "pair": PAIR, "people": PEOPLE,
    }  # fmt: skip
    make_missing(engine, CONTEXT)
    by_table = bool(engine.rows("SELECT 1 FROM ctx_ticket_span"))
    # Nights are small; and earlier visits would have to be apart in the same way.
    _group(engine, by_table, None if past else "customer_id")
    chosen = choose_tickets(engine, OPENED)
    for table in spent:
        engine.drop(table)
    by_machine = dict(zip(("machine", "machines"), find_machines(engine), strict=True))
    explained_by = history(_sample(engine), find_contacts(engine))
    engine.table("visit_past", KNOWN.format(**bounds) if past else NO_PAST)
    columns = "ticket_id, customer_id, day"
    engine.view("ticket_visits", f"SELECT {columns} FROM visit_chosen UNION ALL SELECT {columns} FROM visit_past")
    engine.table("ticket_days", TICKET_DAYS)
    engine.table("ticket_cover", TICKET_COVER.format(**bounds))
    ticketed = (FITS if by_table else PLAUSIBLE).format(covers=TICKET_COVERS)
    own = "g.ticket_fit = 'own'" if by_table else "FALSE"
    names = ", ".join(name for name in VISITS.names if name not in EXPLAINING)
    engine.drop("visits")
    for part in engine.parts("visit_groups"):
        groups = chosen.format(groups=part)
        engine.view("visit_marks", MARKED.format(groups=groups, ticketed=ticketed, own=own, **by_machine))
        engine.view("visit_seen", (SEEN + SEEN_BEFORE if past else SEEN).format(**bounds))
        engine.table("visit_own_days", OWN_DAYS.format(**bounds))
        engine.view("visit_history", LOOKED_BACK.format(**bounds))
        engine.add_on_disk(
            "visits", EXPLAINED.format(**bounds, strength=strength_sql(STRONG), names=names, history=explained_by)
        )
    VISITS.check(engine.columns("visits"))
    for step in STEPS:
        engine.drop(step)


def _group(engine: Engine, by_table: bool, apart_by: str | None) -> None:
    """Make `visit_groups`: the visits, each with a ticket; `by_table`, with how it fits the tickets table.

    Large ones are kept in parts by the column `apart_by`: all explanations look back at one customer's visits only.
    """
    read = {"opened": OPENED, "events": "events", "off_shift": "CAST(NULL AS BIGINT)"}
    if engine.rows("SELECT 1 FROM ctx_roster LIMIT 1"):
        engine.view("visit_events", WITH_SHIFTS)
        read |= {"events": "visit_events", "off_shift": "sum(off_shift)"}
    if not by_table:
        shown = bool(engine.rows("SELECT 1 FROM events WHERE ticket_id IS NOT NULL LIMIT 1"))
        ticket, several = (ONE, SEVERAL) if shown else ("CAST(NULL AS STRING)", "FALSE")
        grouped = GROUPED.format(ticket=ticket, several=several, further="", **read)
        engine.table_by_days("visit_groups", grouped, "events", apart_by)
        return
    grouped = GROUPED.format(ticket=TICKET, several="FALSE", further=TICKET_PLACE, **read)
    days = {"closed": CLOSED_DAYS * DAY_US, "unlisted": UNLISTED_DAYS * DAY_US}
    first = {"shown": SHOWN.format(g="g."), "after": DIGITS + 1}
    by_ticket = BY_TICKET.format(grouped=grouped, covers=TICKET_COVERS, early=EARLY_US, **first, **days)
    engine.table_by_days("visit_groups", by_ticket, "events", apart_by)


def _sample(engine: Engine) -> bool:
    """Make `visit_samples` if the calendar has projects or review samples; whether it has."""
    if not engine.rows("SELECT 1 FROM ctx_calendar WHERE kind IN ('project', 'sample') LIMIT 1"):
        return False
    engine.view("visit_places", PLACES)
    engine.table("visit_samples", SAMPLED.format(in_force=IN_FORCE))
    return True


STEPS = (
    "visit_history", "visit_own_days", "visit_seen", "visit_marks", "ticket_cover", "ticket_days", "ticket_visits",
    "visit_past", *CHOSEN_TICKETS, "visit_samples", "visit_places", *CONTACTS,
    "visit_groups", "visit_events", MACHINES,
)  # fmt: skip
