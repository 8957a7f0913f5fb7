"""What patterns depend on beside the days of people: columns, settings, lines that did not count as they should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onlooker.engines.protocol import Engine
from onlooker.patterns import Given, Lost
from onlooker.scanning.span import Span

if TYPE_CHECKING:
    from onlooker.ingest import Reading

LATE = """
SELECT agent_id, count(CASE WHEN day IN ({days}) THEN 1 END) AS late, count(*) AS lines
FROM arrived GROUP BY agent_id
"""


def pattern_inputs(engine: Engine, reading: Reading, span: Span, late_share: float) -> Given:
    """What the patterns of a run depend on. `arrived` has the lines that are new, where there are earlier nights."""
    lost = {one.agent_id: Lost(one.agent_id, one.rejected, one.repeated, 0, one.events) for one in reading.lost_lines}
    days = ", ".join(map(str, (*span.late, *span.too_late)))
    for agent, late, lines in engine.rows(LATE.format(days=days)) if days else ():
        if late:
            before = lost.get(agent, Lost(agent))
            lost[agent] = Lost(agent, before.rejected, before.repeated, int(late), int(lines) - int(late))
    counts = reading.counts
    late = sum(one.late for one in lost.values())
    repeated = sum(one.repeated for one in lost.values())
    lines = counts["events"] + counts["rejected"] + repeated
    return Given(reading.offers, tuple(lost.values()), lines, counts["rejected"] + repeated + late, late_share)
