"""Whether the days to be judged are whole, against the weeks before them."""

from __future__ import annotations

from onlooker.checks.completeness import DAY_COLUMNS, HOUR_COLUMNS, Doubt, doubts
from onlooker.engines.protocol import Engine
from onlooker.scanning.past import Earlier
from onlooker.scanning.span import Span


def find_doubts(engine: Engine, span: Span, earlier: Earlier) -> list[Doubt]:
    """What the days of `span` lack, or have too much of."""
    if span.empty:
        return []
    days = f"SELECT {DAY_COLUMNS} FROM agent_days"
    hours = f"SELECT {HOUR_COLUMNS} FROM agent_hours WHERE day >= {span.first}"
    if earlier.weeks_of_days and earlier.weeks_of_hours:
        days += f" UNION ALL SELECT {DAY_COLUMNS} FROM {earlier.weeks_of_days}"
        hours += f" UNION ALL SELECT {HOUR_COLUMNS} FROM {earlier.weeks_of_hours}"
    return doubts(engine, f"({days})", f"({hours})", span.first, span.last)
