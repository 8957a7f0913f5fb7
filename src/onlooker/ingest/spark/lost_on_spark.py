"""Lines on Spark that did not count, by agent, as `lost_by_agent` counts them on one machine."""

from __future__ import annotations

from onlooker.engines.spark import SparkEngine
from onlooker.ingest.lost_by_agent import KEPT, LostLines
from onlooker.ingest.spark.spark_events import JUDGED
from onlooker.schema.tables import EVENTS

# Of a spoilt line the agent is the only one whom its text names.
LOST = """
SELECT agent_id, CASE WHEN agent_id IS NULL THEN substring(text, 1, 200) END AS text,
       count(*) FILTER (WHERE reason IS NOT NULL) AS rejected, count(*) FILTER (WHERE reason IS NULL) AS repeated
FROM {judged} WHERE reason IS NOT NULL OR different GROUP BY 1, 2
"""
NAMED = r"""
SELECT min(word) AS agent_id, min(rejected) AS rejected, 0 AS repeated
FROM (SELECT text, rejected, explode(regexp_extract_all(text, '[^,;|\t" ]+', 0)) AS word FROM spark_lost
      WHERE agent_id IS NULL) words
WHERE word IN (SELECT agent_id FROM {events}) GROUP BY text HAVING count(DISTINCT word) = 1
"""
BY_AGENT = """
SELECT l.agent_id, l.rejected, l.repeated, coalesce(e.events, 0)
FROM (SELECT agent_id, sum(rejected) AS rejected, sum(repeated) AS repeated
      FROM (SELECT agent_id, rejected, repeated FROM spark_lost WHERE agent_id IS NOT NULL UNION ALL {named}) every
      GROUP BY agent_id) l
LEFT JOIN (SELECT agent_id, count(*) AS events FROM {events} GROUP BY agent_id) e ON e.agent_id = l.agent_id
ORDER BY l.rejected + l.repeated DESC, l.agent_id LIMIT {most}
"""


def lost_lines(engine: SparkEngine) -> tuple[LostLines, ...]:
    """Those who lost most."""
    engine.view("spark_lost", LOST.format(judged=JUDGED))
    if not engine.rows("SELECT 1 FROM spark_lost LIMIT 1"):
        return ()
    named = NAMED.format(events=EVENTS.name)
    rows = engine.rows(BY_AGENT.format(named=named, events=EVENTS.name, most=KEPT))
    return tuple(
        LostLines(agent, int(rejected), int(repeated), int(events)) for agent, rejected, repeated, events in rows
    )
