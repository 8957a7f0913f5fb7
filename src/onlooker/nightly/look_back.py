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

# Days stored before their hours were counted have those of the first look at each customer.
DAYS = """
SELECT agent_id, day, events, hours, hours_of_day, queue, site, actor_type FROM {days}
"""
OLDER_DAYS = """
SELECT d.agent_id, d.day, d.events, d.hours, coalesce({hours_of_day}, h.bits, 0) AS hours_of_day, d.queue, d.site,
       d.actor_type
FROM {days} d
LEFT JOIN (SELECT agent_id, day, CAST(bit_or(shiftleft(1, hour)) AS BIGINT) AS bits FROM {hours}
           GROUP BY agent_id, day) h ON h.agent_id = d.agent_id AND h.day = d.day
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


def days_before(engine: Engine, store: Store, since: int) -> str | None:
    """Table of what AGENT_DAYS of the 84 days before `since` say of when agents are active; None if there are none."""
    days, hours = (store.select(name, since - MEMORY_DAYS, since - 1) for name in ("agent_days", "agent_hours"))
    if not days:
        return None
    counted = "hours_of_day" in engine.arrow(f"SELECT * FROM {days} LIMIT 0").column_names
    whole = counted and not engine.rows(f"SELECT 1 FROM {days} WHERE hours_of_day IS NULL LIMIT 1")
    older = OLDER_DAYS.format(
        hours_of_day="d.hours_of_day" if counted else "NULL", days=f"(SELECT * FROM {days})",
        hours=hours or "(SELECT NULL AS agent_id, 0 AS day, 0 AS hour WHERE 1 = 0)",
    )  # fmt: skip
    engine.table("days_before", DAYS.format(days=days) if whole else older)
    return "days_before"
