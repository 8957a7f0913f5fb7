"""Days that are grouped together: fewer groups at once are cheaper, and bound the memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TOGETHER = 500_000
"""Rows that are grouped at a time: their groups fit the processor's cache."""

MIXED = 4
"""Rows are in the order of time if this many consecutive rows span less than this part of the days."""


def day_spans(rows: Callable[[str], list[tuple[Any, ...]]], source: str, most: float) -> list[str]:
    """Conditions on `day` that part the table `source`, each for about `most` rows, or fewer where rows are in the
    order of time; none for a table without rows. `rows` answers SQL.
    """
    wanted = TOGETHER if in_order_of_time(rows, source) else most
    starts, seen = [], wanted
    for day, number in rows(f"SELECT day, count(*) FROM {source} GROUP BY day ORDER BY day"):
        if seen >= wanted:
            starts.append(day)
            seen = 0
        seen += number
    bounds = zip(starts, [*starts, None][1:], strict=True)
    return [f"day >= {start}" + (f" AND day < {end}" if end is not None else "") for start, end in bounds]


def in_order_of_time(rows: Callable[[str], list[tuple[Any, ...]]], source: str) -> bool:
    """Whether rows that lie together are of few days. Where days are mixed, each span would have to read everything."""
    chunks = f"SELECT day, row_number() OVER () // {TOGETHER} AS chunk FROM {source}"
    spans = f"SELECT max(day) - min(day) AS span FROM ({chunks}) GROUP BY chunk"
    ((wide, whole),) = rows(f"SELECT (SELECT avg(span) FROM ({spans})), max(day) - min(day) FROM {source}")
    return bool(whole) and wide < whole / MIXED
