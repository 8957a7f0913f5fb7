"""From which day on an agent's own past says nothing any more: another role or queue, a return, a reissued login."""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.schema.days import BEFORE_ALL
from onlooker.schema.tables import CTX_AGENTS, CTX_LOGINS, HISTORY_CUTS

# A value that is missing on one side is not a change.
CUTS = f"""
SELECT agent_id, from_day AS day,
       CASE WHEN role <> old_role THEN 'role' WHEN queue <> old_queue THEN 'queue'
            WHEN hire_day > old_leave_day OR (from_day > old_leave_day AND leave_day IS NULL) THEN 'rehired'
       END AS reason
FROM (SELECT *, lag(role) OVER spells AS old_role, lag(queue) OVER spells AS old_queue,
             lag(leave_day) OVER spells AS old_leave_day
      FROM {CTX_AGENTS.name} WINDOW spells AS (PARTITION BY agent_id ORDER BY from_day NULLS FIRST)) a
UNION ALL
SELECT agent_id, from_day, CASE WHEN entity <> old_entity THEN 'login' END
FROM (SELECT *, lag(entity) OVER (PARTITION BY agent_id ORDER BY from_day NULLS FIRST) AS old_entity
      FROM {CTX_LOGINS.name}) l
"""


def make_cuts(engine: Engine) -> None:
    """Make `history_cuts` from `ctx_agents` and `ctx_logins`."""
    engine.table(
        HISTORY_CUTS.name,
        f"""SELECT agent_id, day, min(reason) AS reason FROM ({CUTS}) c
        WHERE reason IS NOT NULL AND day > {BEFORE_ALL} GROUP BY agent_id, day""",
    )
