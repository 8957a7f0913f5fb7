"""At which local hours each alerted agent was active, day by day: for the picture of the hours."""

from __future__ import annotations

from collections.abc import Iterable

from onlooker.engines.protocol import Engine

DaysOfHours = dict[int, dict[int, int]]
"""Local day -> local hour -> visits with activity at that hour."""

SEEN = """SELECT agent_id, day, hour, visits FROM {hours}
WHERE day > {after} AND agent_id IN (SELECT agent_id FROM pictured_agents)"""


def hours_of(engine: Engine, hours: str, agents: Iterable[str], after: int) -> dict[str, DaysOfHours]:
    """By agent id, of those `agents` that the table `hours` (as AGENT_HOURS) has after the day `after`."""
    import pyarrow as pa

    engine.take("pictured_agents", pa.table({"agent_id": pa.array(sorted(set(agents)), pa.string())}))
    try:
        found: dict[str, DaysOfHours] = {}
        for agent, day, hour, visits in engine.rows(SEEN.format(hours=hours, after=after)):
            found.setdefault(agent, {}).setdefault(int(day), {})[int(hour)] = int(visits)
    finally:
        engine.drop("pictured_agents")
    return found
