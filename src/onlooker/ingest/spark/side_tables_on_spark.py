"""Side tables beside a log on Spark: read on this machine, since they are small, and handed over finished."""

from __future__ import annotations

from typing import Any

from onlooker.engines.spark import SparkEngine
from onlooker.ingest.engine_with_folder import EngineWithFolder
from onlooker.ingest.plans import parquet
from onlooker.ingest.side_tables import ContextReading, read_context
from onlooker.schema.tables import CONTEXT, EVENTS, REJECTS

# All that side tables are compared with: each agent, customer and ticket of the log, with an agent who had to do with
# it, and first and last instants. The last site an agent was at places those who are in no table.
SHOWN = """
SELECT agent_id, CAST(NULL AS STRING) AS customer_id, CAST(NULL AS STRING) AS ticket_id, min(us) AS us,
       max_by(site, CASE WHEN site IS NOT NULL THEN us END) AS site
FROM events GROUP BY agent_id
UNION ALL
SELECT min(agent_id), customer_id, NULL, min(us), NULL FROM events WHERE customer_id IS NOT NULL GROUP BY customer_id
UNION ALL
SELECT min(agent_id), NULL, ticket_id, min(us), NULL FROM events WHERE ticket_id IS NOT NULL GROUP BY ticket_id
UNION ALL
SELECT min(agent_id), NULL, ticket_id, max(us), NULL FROM events WHERE ticket_id IS NOT NULL GROUP BY ticket_id
"""


def read_context_for_spark(engine: SparkEngine, here: EngineWithFolder, **given: Any) -> ContextReading:
    """Read side tables with `here`, an engine of this machine, and put the tables of CONTEXT on Spark.

    `given` is what `read_context` takes, which also says what is raised. The ids of the log pass through this machine,
    its lines don't. EVENTS and REJECTS must be on Spark.
    """
    shown = here.folder / "shown.parquet"
    engine.view("shown", SHOWN)
    engine.write_parquet("shown", shown)
    engine.drop("shown")
    here.view(EVENTS.name, f"SELECT * FROM {parquet(shown)}")
    here.table(REJECTS.name, REJECTS.nothing)
    context = read_context(here, **given)
    for table in CONTEXT:
        engine.take(table.name, here.arrow(f"SELECT {', '.join(table.names)} FROM {table.name}"))
    rejects = here.arrow(f"SELECT * FROM {REJECTS.name}")
    if rejects.num_rows:
        engine.take("side_rejects", rejects)
        engine.view(REJECTS.name, f"SELECT * FROM {REJECTS.name} UNION ALL SELECT * FROM side_rejects")
    return context
