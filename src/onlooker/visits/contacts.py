"""The SQL by which contacts explain visits: the agent was on the telephone, in a chat or writing to that customer.

A contact that names its customer (or the ticket shown) explains the visits that overlap it, a quarter of an hour given
before and after. One that names nobody covers at most two records, for whose record is opened meanwhile is the agent's
choice; contacts that overlap cover theirs together.
"""

from __future__ import annotations

from onlooker.engines.protocol import Engine

NEAR_US = 900_000_000
"""A record may be opened so long before its contact, and closed so long after it."""
WRAP_UP_US = 300_000_000
"""What is opened so soon after a contact without a customer still belongs to it."""
COVERED = 2
"""Records that a contact without a customer covers."""
DAY_US = 86_400_000_000

NAMED = """
SELECT agent_id, customer_id, day, max(inbound) AS inbound
FROM (SELECT v.agent_id, v.customer_id, v.day, CASE WHEN c.inbound THEN 1 ELSE 0 END AS inbound
      FROM visit_groups v JOIN ctx_contacts c ON c.agent_id = v.agent_id AND c.customer_id = v.customer_id
      WHERE v.first_us <= c.end_us + {near} AND v.last_us >= c.start_us - {near}
      UNION ALL
      SELECT v.agent_id, v.customer_id, v.day, CASE WHEN c.inbound THEN 1 ELSE 0 END AS inbound
      FROM visit_chosen v JOIN ctx_contacts c ON c.agent_id = v.agent_id AND c.ticket_id = v.ticket_id
      WHERE c.customer_id IS NULL AND v.first_us <= c.end_us + {near} AND v.last_us >= c.start_us - {near}) met
GROUP BY agent_id, customer_id, day
"""
# The records opened first are those that the contacts cover.
UNNAMED = """
SELECT agent_id, customer_id, day, min(turn - {covered} * contacts) AS beyond
FROM (SELECT v.agent_id, v.customer_id, v.day, c.contacts,
             row_number() OVER (PARTITION BY v.agent_id, v.day, c.start_us
                                ORDER BY v.first_us NULLS FIRST, v.customer_id NULLS FIRST) AS turn
      FROM visit_groups v
      JOIN ctx_contacts c ON c.agent_id = v.agent_id
        AND c.utc_day = CAST((v.first_us - v.first_us % {day_us}) / {day_us} AS BIGINT)
      LEFT JOIN visit_named_contacts n
        ON n.agent_id = v.agent_id AND n.customer_id = v.customer_id AND n.day = v.day
      WHERE c.customer_id IS NULL AND c.ticket_id IS NULL AND n.agent_id IS NULL
        AND v.first_us >= c.start_us AND v.first_us <= c.end_us + {wrap_up}) met
GROUP BY agent_id, customer_id, day
"""
EVERY = """
SELECT agent_id, customer_id, day, CASE WHEN inbound = 1 THEN 'named' ELSE 'outbound' END AS contact
FROM visit_named_contacts
UNION ALL
SELECT agent_id, customer_id, day, 'unnamed' AS contact FROM visit_unnamed_contacts WHERE beyond <= 0
"""
TABLES = ("visit_contacts", "visit_unnamed_contacts", "visit_named_contacts")


def find_contacts(engine: Engine) -> bool:
    """Make `visit_contacts` of `visit_groups` and `visit_chosen` if there are contacts; whether there are."""
    if not engine.rows("SELECT 1 FROM ctx_contacts LIMIT 1"):
        return False
    of = {"near": NEAR_US, "wrap_up": WRAP_UP_US, "covered": COVERED, "day_us": DAY_US}
    engine.table("visit_named_contacts", NAMED.format(**of))
    engine.table("visit_unnamed_contacts", UNNAMED.format(**of))
    engine.table("visit_contacts", EVERY)
    return True
