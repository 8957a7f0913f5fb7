"""What a night must know of the days before it: the few rows that its customers, tickets and agents need, not 84 days.

Each function gives SQL for the stages in place of the stored table; what they count by it is the same to the last row.
"""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.schema.tables import MEMORY_DAYS, RECENT_DAYS
from onlooker.store import Store

# The stages need each visit of the last 14 days to customers of now.
VISITS_RECENT = """
SELECT agent_id, customer_id, day,
       CASE WHEN ticket_id IN (SELECT ticket_id FROM tickets_now) THEN ticket_id END AS ticket_id,
       worked, ticketed, explanation, machine
FROM {recent}
WHERE customer_id IN (SELECT customer_id FROM customers_now) OR ticket_id IN (SELECT ticket_id FROM tickets_now)
"""
# Of earlier days they need when a customer was last seen, by any person and by each agent of now,
VISITS_EARLIER = """
SELECT agent_id, customer_id, day, coalesce(machine, FALSE) AS machine FROM {earlier}
WHERE customer_id IN (SELECT customer_id FROM customers_now)
"""
LAST_SEEN = """
SELECT max_by(agent_id, day), customer_id, max(day), CAST(NULL AS VARCHAR), FALSE, FALSE, CAST(NULL AS VARCHAR), machine
FROM visits_earlier GROUP BY customer_id, machine
UNION ALL
SELECT agent_id, customer_id, max(day), CAST(NULL AS VARCHAR), FALSE, FALSE, CAST(NULL AS VARCHAR), max_by(machine, day)
FROM visits_earlier WHERE (agent_id, customer_id) IN (SELECT agent_id, customer_id FROM events)
GROUP BY agent_id, customer_id
"""
# and the customers of a ticket: their first and last days say from when to when each of them counts. The bounds say no
# more than the tickets do, but by them whole files are skipped where tickets are numbered as they are opened.
TICKETS_BEFORE = """
SELECT ticket_id, customer_id, min(day) AS first, min_by(agent_id, day) AS first_agent, max(day) AS last,
       max_by(agent_id, day) AS last_agent
FROM {earlier} WHERE ticket_id BETWEEN {low} AND {high} AND ticket_id IN (SELECT ticket_id FROM tickets_now)
GROUP BY ticket_id, customer_id
"""
# They stand for tickets alone, and count for nobody's last visit, which is above: as a machine's do.
TICKETS = """
SELECT {end}_agent, customer_id, {end}, ticket_id, FALSE, FALSE, CAST(NULL AS VARCHAR), TRUE FROM tickets_before
"""

# Days that every day to be counted looks back on are one.
HOURS = """
SELECT agent_id, CAST({before} AS INTEGER) AS day, hour, CAST(sum(visits) AS BIGINT) AS visits, {machine} AS machine
FROM {always} GROUP BY agent_id, hour, {machine}
"""


def visits_before(engine: Engine, store: Store, since: int) -> str | None:
    """Table of what VISITS of the 84 days before `since` say to `events`, which has the days from then on.

    None if the store has none. Made once, for the events as they are now.
    """
    recent = store.select("visits", since - RECENT_DAYS, since - 1)
    earlier = store.select("visits", since - MEMORY_DAYS, since - RECENT_DAYS - 1)
    for name in ("customer", "ticket"):
        column = f"{name}_id"
        engine.table(f"{name}s_now", f"SELECT DISTINCT {column} FROM events WHERE {column} IS NOT NULL")
    parts = [VISITS_RECENT.format(recent=recent)] if recent else []
    if earlier:
        ((low, high),) = engine.rows("SELECT min(ticket_id), max(ticket_id) FROM tickets_now")
        engine.table(
            "tickets_before", TICKETS_BEFORE.format(earlier=earlier, low=literal(low or ""), high=literal(high or ""))
        )
        engine.table("visits_earlier", VISITS_EARLIER.format(earlier=earlier))
        parts += [LAST_SEEN, *(TICKETS.format(end=end) for end in ("first", "last"))]
    if parts:
        columns = "agent_id, customer_id, day, ticket_id, worked, ticketed, explanation, machine"
        engine.table("visits_before", f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS v({columns})")
    for name in ("customers_now", "tickets_now", "tickets_before", "visits_earlier"):
        engine.drop(name)
    return "visits_before" if parts else None


def hours_before(engine: Engine, store: Store, since: int, last: int) -> str | None:
    """The same of AGENT_HOURS, to count the days `since` to `last` by."""
    always = store.select("agent_hours", last - MEMORY_DAYS, since - 1)
    leaving = store.select("agent_hours", since - MEMORY_DAYS, last - MEMORY_DAYS - 1)
    parts = []
    if always:
        parts.append(HOURS.format(before=since - 1, always=always, machine=machine_in(engine, always)))
    if leaving:
        parts.append(f"SELECT agent_id, day, hour, visits, {machine_in(engine, leaving)} AS machine FROM {leaving}")
    if not parts:
        return None
    engine.table("hours_before", " UNION ALL ".join(parts))
    return "hours_before"


def machine_in(engine: Engine, hours: str) -> str:
    """SQL of whether a row of stored AGENT_HOURS is of a machine; older files do not say so and pass for people's."""
    said = "machine" in engine.arrow(f"SELECT * FROM {hours} LIMIT 0").column_names
    return "coalesce(machine, FALSE)" if said else "FALSE"
