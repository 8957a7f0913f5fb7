"""Who met the victims, and when for the first time: meetings from the day of the fraud on do not count."""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literals
from onlooker.investigate.fraud_dates import Victims
from onlooker.investigate.stored_visits import UNEXPLAINED, Span, visits_seen
from onlooker.store import Store

WRITTEN_OUT = 20_000
"""Customers up to which the query names them, so that row groups are skipped; nearly all hold one of more than that."""

# Nobody knows in which zone a date of fraud was written: a visit is before it by the agent's day and by that of UTC.
BEFORE = "(w.harmed IS NULL OR (s.day < w.harmed AND s.first_us < w.harmed * 86400000000))"
PAIRS = """
SELECT agent_id, customer_id, min(day) FILTER (WHERE before) AS day,
       coalesce(bool_or(unexplained) FILTER (WHERE before), false) AS unexplained
FROM (SELECT s.agent_id, s.customer_id, s.day, {unexplained} AS unexplained, {before} AS before
      FROM (SELECT * FROM {visits}) s JOIN victims w ON w.customer_id = s.customer_id) marked
GROUP BY agent_id, customer_id
"""


def find_meetings(engine: Engine, store: Store, victims: Victims, span: Span) -> int:
    """Make `victims` and `meetings` (agent_id, customer_id, day, unexplained): the first of each agent and victim.

    Returns how many agents and victims met only from the day of the fraud on: these are left out.
    """
    import pyarrow as pa

    days = pa.array([victims.harmed.get(one) for one in victims.ids], pa.int32())
    engine.take("victims", pa.table({"customer_id": pa.array(victims.ids, pa.string()), "harmed": days}))
    # Written out, and not joined, since only literals let row groups be skipped.
    few = len(victims.ids) <= WRITTEN_OUT
    named = f"customer_id IN ({literals(victims.ids) if few else 'SELECT customer_id FROM victims'})"
    visits = visits_seen(store, span, named)
    engine.table("pairs", PAIRS.format(unexplained=UNEXPLAINED, before=BEFORE, visits=visits))
    engine.view("meetings", "SELECT * FROM pairs WHERE day IS NOT NULL")
    ((left_out,),) = engine.rows("SELECT count(*) FROM pairs WHERE day IS NULL")
    return int(left_out)
