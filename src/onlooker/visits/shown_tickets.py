"""Which ticket of a visit counts: of several the one that was shown first, whatever they are called."""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.schema.placeholders import NO_TICKET

# Texts of EVENTS are trimmed when they are read.
TICKET = (
    f"CASE WHEN length(ticket_id) <= {max(map(len, NO_TICKET))} AND lower(ticket_id) IN "
    f"({', '.join(repr(text) for text in NO_TICKET)}) THEN NULL ELSE ticket_id END"
)
"""SQL of the ticket of an event: NULL for what is typed where there is none."""

DIGITS = 20
SHOWN = f"lpad(CAST({{g}}first_us AS STRING), {DIGITS}, '0') || {{g}}ticket_id"
"""SQL: a text whose least is that of the ticket shown first; within one microsecond the name of the ticket decides. The
ticket begins after the digits of the time."""

ONE, SEVERAL = f"min({TICKET})", f"coalesce(min({TICKET}) <> max({TICKET}), FALSE)"
"""SQL of a visit's ticket if it has one only, and of whether it has more."""

# Few visits have several: asking for the first of all events would cost more than all else that is counted of them.
SHOWN_FIRST = f"""
SELECT agent_id, customer_id, day, substring(min({SHOWN.format(g="")}), {DIGITS + 1}) AS ticket_id
FROM (SELECT agent_id, customer_id, day, us AS first_us, {TICKET} AS ticket_id FROM events
      WHERE {{opened}} AND customer_id IN (SELECT customer_id FROM visit_groups WHERE several)) shown
GROUP BY agent_id, customer_id, day
"""
CHOSEN = """(
SELECT v.agent_id, v.customer_id, v.day, v.first_us, v.last_us, v.hour, v.hours, v.events, v.edits, v.exports,
       v.reveals, v.off_shift, CASE WHEN v.several THEN s.ticket_id ELSE v.ticket_id END AS ticket_id
FROM {groups} v
LEFT JOIN visit_shown_first s ON s.agent_id = v.agent_id AND s.customer_id = v.customer_id AND s.day = v.day)"""
TABLES = ("visit_chosen", "visit_shown_first")


def choose_tickets(engine: Engine, opened: str) -> str:
    """Make `visit_chosen`: `visit_groups` with the ticket that counts. Returns SQL of the same for a part, `{groups}`.

    `opened` is the condition on `events` of the lines that visits were made of.
    """
    chosen = "{groups}"
    if engine.rows("SELECT 1 FROM visit_groups WHERE several LIMIT 1"):
        engine.table("visit_shown_first", SHOWN_FIRST.format(opened=opened))
        chosen = CHOSEN
    engine.view("visit_chosen", f"SELECT * FROM {chosen.format(groups='visit_groups')} g")
    return chosen
