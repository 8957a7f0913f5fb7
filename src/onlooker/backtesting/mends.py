"""What would mend a blind spot: side tables as they would look if they fitted the work of the log as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from onlooker.engines.duck import DuckEngine
from onlooker.ingest.reading import Reading

Change = Callable[[DuckEngine, Reading], Reading]
"""Changes EVENTS and the tables of CONTEXT on the engine after reading, and says what the log offers then."""

# Nine visits of ten have a ticket: a missing one alone is no proof anywhere.
TICKETED = """
SELECT e.* REPLACE (CASE WHEN hash(agent_id, customer_id, day) % 10 > 0 AND customer_id IS NOT NULL
                         THEN concat('T-', customer_id, '-', day // 14) END AS ticket_id) FROM events e
"""
TICKETS = """
SELECT ticket_id, customer_id, CAST(count(*) OVER (PARTITION BY ticket_id) AS BIGINT) AS customers, assignee,
       CAST(NULL AS VARCHAR) AS opened_by, opened_us, closed_us
FROM (SELECT ticket_id, customer_id, max_by(agent_id, us) AS assignee, min(us) - 3600000000 AS opened_us,
             max(us) + 3600000000 AS closed_us
      FROM events WHERE ticket_id IS NOT NULL AND customer_id IS NOT NULL GROUP BY ticket_id, customer_id)
"""
SPAN = "SELECT min(us) AS first_us, max(us) AS last_us FROM events"
# From the first look of a local day to the last one, and at least eight hours.
ROSTER = """
SELECT DISTINCT agent_id, start_us, end_us, unnest(range(start_us // 86400000000, end_us // 86400000000 + 1)) AS utc_day
FROM (SELECT agent_id, min(us) AS start_us, greatest(max(us), min(us) + 28800000000) AS end_us
      FROM events GROUP BY agent_id, day)
"""


@dataclass(frozen=True)
class Mend:
    """One thing that could be had: what it is called, and for which patterns it is tried."""

    name: str
    table: str
    """Side table that it stands for."""
    patterns: tuple[str, ...]
    change: Change


def tickets(engine: DuckEngine, reading: Reading) -> Reading:
    """A tickets table that knows every ticket of the log; where the log has none, nine visits of ten get one."""
    if "ticket_id" not in reading.mapping:
        engine.table("events", TICKETED)
        reading = replace(reading, mapping={**reading.mapping, "ticket_id": "ticket_id"})
    engine.table("ctx_tickets", TICKETS)
    engine.table("ctx_ticket_span", SPAN)
    return replace(reading, side_tables=(*reading.side_tables, "tickets"))


def roster(engine: DuckEngine, reading: Reading) -> Reading:
    """A roster whose shifts are those that the log shows."""
    engine.table("ctx_roster", ROSTER)
    return replace(reading, side_tables=(*reading.side_tables, "roster"))


MENDS = (
    Mend("a tickets table", "tickets", ("looks", "in_work", "under_tickets"), tickets),
    Mend("a roster", "roster", ("off_hours",), roster),
)


def wanted(reading: Reading) -> list[Mend]:
    """What this log does not have yet."""
    return [mend for mend in MENDS if mend.table not in reading.side_tables]
