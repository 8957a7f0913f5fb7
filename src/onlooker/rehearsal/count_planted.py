"""What planted visits add to the daily counts of those who are planted on, and what undone work takes away.

They are explained as `visits` explains: by what others and the agent did with the customer before. What a side table
would say of them is not counted: it stays as it was.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.engines.protocol import Engine
from onlooker.features import COUNTS, counts
from onlooker.schema.explanations import strength_sql
from onlooker.schema.tables import MEMORY_DAYS, RECENT_DAYS

Floats = NDArray[np.float64]

OFF_HOURS = "off_hours"
# `planted` has the agent, day, customer and events of each visit; `seen` who visited these customers, and when.
LOOKED_BACK = """
SELECT p.agent_id, p.day, p.customer_id, p.events, p.ticketed, p.odd_hour,
       CAST(p.day - max(CASE WHEN s.agent_id = p.agent_id AND s.day < p.day THEN s.day END) AS INTEGER) AS own_gap,
       CAST(p.day - max(CASE WHEN NOT s.machine AND s.day < p.day THEN s.day END) AS INTEGER) AS any_gap,
       count(CASE WHEN s.other AND s.day = p.day THEN 1 END) AS colleagues,
       count(CASE WHEN s.other AND s.day < p.day AND s.day >= p.day - {recent} THEN 1 END) AS recent_colleagues,
       count(CASE WHEN s.other AND s.day >= p.day - {recent} AND s.has_reason THEN 1 END) AS others_work,
       count(CASE WHEN s.agent_id = p.agent_id AND s.day < p.day AND s.day >= p.day - {recent} AND s.has_reason
                  THEN 1 END) AS own_work
FROM planted p LEFT JOIN (
  SELECT q.agent_id AS planted_on, q.customer_id, q.day AS planted_day, v.agent_id, v.day, v.machine, v.has_reason,
         v.agent_id <> q.agent_id AND NOT v.machine AS other
  FROM planted q JOIN seen v ON v.customer_id = q.customer_id AND v.day <= q.day AND v.day >= q.day - {memory}) s
  ON s.planted_on = p.agent_id AND s.customer_id = p.customer_id AND s.planted_day = p.day
GROUP BY p.agent_id, p.day, p.customer_id, p.events, p.ticketed, p.odd_hour
"""
EXPLAINED = """
SELECT *, {strength} AS strength
FROM (SELECT *, CASE WHEN ticketed THEN 'planted' END AS ticket_id,
             CASE WHEN ticketed THEN 'ticket' WHEN own_work > 0 THEN 'continued' WHEN others_work > 0 THEN 'shared'
                  WHEN events > 1 THEN 'worked' ELSE 'unexplained' END AS explanation
      FROM looked_back) e
"""
BY_DAY = "SELECT agent_id, CAST(day AS BIGINT) AS day, {counts} FROM {rows} GROUP BY agent_id, day"
AT_ODD_HOURS = f"CAST(count(CASE WHEN odd_hour THEN 1 END) AS BIGINT) AS {OFF_HOURS}"


def planted_counts(engine: Engine) -> list[tuple[str, int, dict[str, int]]]:
    """Agent, day and counts of the visits in `planted`; `seen` has the look-back of their customers."""
    engine.table("looked_back", LOOKED_BACK.format(recent=RECENT_DAYS, memory=MEMORY_DAYS))
    engine.table("planted_visits", EXPLAINED.format(strength=strength_sql("ticketed")))
    return by_day(engine, "planted_visits", AT_ODD_HOURS)


def undone_counts(engine: Engine) -> list[tuple[str, int, dict[str, int]]]:
    """Agent, day and counts of the visits in `undone`."""
    return by_day(engine, "undone")


def by_day(engine: Engine, table: str, more: str = "") -> list[tuple[str, int, dict[str, int]]]:
    """The counts of a table of visits."""
    columns = counts("visits") + (f", {more}" if more else "")
    found = engine.arrow(BY_DAY.format(counts=columns, rows=table)).to_pylist()
    return [(row.pop("agent_id"), row.pop("day"), row) for row in found]


COUNTED = (*(f.name for f in COUNTS if f.source == "visits" and not f.needs_context), OFF_HOURS)
"""Signals that planted visits move."""
