"""Staged contacts -> `ctx_contacts`: which calls, chats and mails each agent handled, and with whom as far as told."""

from __future__ import annotations

from collections.abc import Collection

from onlooker.engines.protocol import Engine
from onlooker.ingest.records import temporary
from onlooker.ingest.validate import DAY
from onlooker.schema.tables import CTX_CONTACTS, CTX_TICKETS

WRAP_UP_US = 300_000_000
"""What is done in the five minutes after a contact, its wrap-up, still belongs to it."""

# A contact that names a ticket alone is with the customers whom the tickets table names for it.
NAMED = """
SELECT s.agent_id, s.start_us, s.end_us, s.start_us // {day} AS utc_day,
       coalesce(s.customer_id, t.customer_id) AS customer_id, s.ticket_id, s.inbound, CAST(1 AS BIGINT) AS contacts
FROM {staged} s LEFT JOIN {tickets} t ON s.customer_id IS NULL AND t.ticket_id = s.ticket_id
WHERE s.customer_id IS NOT NULL OR s.ticket_id IS NOT NULL
"""
BEGUN = """
SELECT *, CASE WHEN start_us <= max(end_us) OVER (PARTITION BY agent_id ORDER BY start_us, end_us
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + {wrap_up} THEN 0 ELSE 1 END AS begins
FROM {staged} WHERE customer_id IS NULL AND ticket_id IS NULL
"""
# Contacts that overlap can't be told apart by what is opened meanwhile, so they cover it together.
SPELLS = """
SELECT agent_id, min(start_us) AS start_us, max(end_us) AS end_us, bool_and(inbound) AS inbound, count(*) AS contacts
FROM (SELECT *, sum(begins) OVER (PARTITION BY agent_id ORDER BY start_us, end_us ROWS UNBOUNDED PRECEDING) AS spell
      FROM ({begun}))
GROUP BY agent_id, spell
"""
UNNAMED = """
SELECT agent_id, start_us, end_us,
       unnest(range(start_us // {day}, (end_us + {wrap_up}) // {day} + 1)) AS utc_day,
       NULL AS customer_id, NULL AS ticket_id, inbound, contacts
FROM ({spells})
"""
DIRECTION = """coalesce(direction, CASE WHEN regexp_matches(lower(channel), 'outbound|outgoing|dial')
                             THEN 'outbound' END, 'inbound') = 'inbound'"""


def make_contacts(engine: Engine, staged: str) -> None:
    """Make `ctx_contacts` from the table `staged`, whose ids are the log's: agent_id, start_us, end_us, inbound, ..."""
    of = {"staged": staged, "day": DAY, "wrap_up": WRAP_UP_US, "tickets": CTX_TICKETS.name}
    spells = SPELLS.format(begun=BEGUN.format(**of))
    every = f"{NAMED.format(**of)} UNION ALL {UNNAMED.format(**of, spells=spells)}"
    types = {column.name: column.type for column in CTX_CONTACTS.columns}
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in types.items())
    engine.table(CTX_CONTACTS.name, f"SELECT {columns} FROM ({every})")


def timed(engine: Engine, staged: str, start: str, end: str) -> None:
    """Give the temporary table `staged` instants, by SQL of the start and the end, and `inbound`."""
    rows = f"""SELECT agent_id, customer_id, ticket_id, {start} AS start_us, {end} AS end_us, {DIRECTION} AS inbound
        FROM {staged}"""
    temporary(engine, staged, f"SELECT * FROM ({rows}) WHERE start_us <= end_us")


def about_direction(mapped: Collection[str]) -> tuple[str, ...]:
    """A note where nothing says who began a contact; `mapped` are the columns of the table that could."""
    if mapped:
        return ()
    return (
        "The contacts table has neither a direction nor a channel: all of its contacts count as begun by the customer.",
    )
