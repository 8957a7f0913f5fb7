"""Days of AI agents and service accounts: to people their visits are neither a colleague's work nor a customer in work.

An account that touches everybody would otherwise excuse everybody. What a machine hands over it hands over by its
ticket: a person who shows that ticket is explained by it.
"""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.schema.actors import ROUND_THE_CLOCK

TABLE = "machine_days"

# Of an account whose type nobody names, a day round the clock is no person's.
MACHINE_DAYS = f"""
SELECT e.agent_id, e.day FROM event_days e
LEFT JOIN ctx_agents a ON a.agent_id = e.agent_id AND e.day >= a.from_day AND e.day < a.to_day
WHERE coalesce(e.actor_type, a.actor_type, CASE WHEN e.hours >= {ROUND_THE_CLOCK} THEN 'service' END) <> 'human'
"""
JOIN = f"""
LEFT JOIN {TABLE} m ON m.agent_id = g.agent_id AND m.day = g.day"""


def find_machines(engine: Engine) -> tuple[str, str]:
    """SQL of whether a visit `g` is a machine's, and the join that it needs: none in a log without machines."""
    engine.table(TABLE, MACHINE_DAYS)
    if engine.rows(f"SELECT 1 FROM {TABLE} LIMIT 1"):
        return "m.agent_id IS NOT NULL", JOIN
    return "FALSE", ""
