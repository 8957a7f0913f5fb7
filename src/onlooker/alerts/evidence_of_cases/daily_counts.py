"""The counts of a case day by day, and how the agent compares with the colleagues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from onlooker.alerts.evidence_of_cases.subjects import MONTH, SHOWN_DAYS, Sources, Subject, first_day_read
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal, literals
from onlooker.patterns.people_days import PLACE
from onlooker.schema.actors import ACTOR, with_recognised
from onlooker.schema.actors import WINDOW as WEEKS
from onlooker.schema.case_evidence import QueuePlace
from onlooker.schema.days import iso

FEWEST_COLLEAGUES = 5
"""With fewer colleagues a reader could tell which figure is whose."""

OWN = "SELECT agent_id, day, {columns} FROM {days} WHERE agent_id IN ({people}) ORDER BY agent_id, day"
CASES, MEANS = "case_nights", "case_means"
MEANS_OF_MONTH = f"""
SELECT c.number, a.agent_id = c.agent_id AS own, max_by(a.place, a.day) AS place, max_by(a.actor, a.day) AS actor,
       avg({{count}}) AS mean
FROM (SELECT *, {PLACE} AS place, {ACTOR} AS actor FROM ({{days}}) d) a
JOIN {CASES} c ON a.day > c.night - {MONTH} AND a.day <= c.night
GROUP BY c.number, a.agent_id, c.agent_id
"""
ALIKE = f"""
SELECT o.number, o.own, CASE WHEN o.own THEN o.place END AS place, o.mean
FROM {MEANS} mine JOIN {MEANS} o ON o.number = mine.number AND o.place = mine.place AND o.actor = mine.actor
WHERE mine.own AND mine.mean IS NOT NULL AND o.mean IS NOT NULL
"""

Counted = dict[int, tuple[tuple[str, int], ...]]


def daily_counts(engine: Engine, sources: Sources, cases: Sequence[Subject]) -> Counted:
    """By number of the case, the count of its signal on each day worked."""
    agents = [one for one in cases if not one.is_ring]
    days = sources.agent_days(first_day_read(agents)) if agents else None
    if not days:
        return {}
    names = sorted({one.signal for one in agents})
    people = literals(sorted({one.case.agent_id for one in agents}))
    found: dict[str, list[tuple[int, Mapping[str, int]]]] = {}
    for agent, day, *counts in engine.rows(OWN.format(columns=", ".join(names), days=days, people=people)):
        found.setdefault(agent, []).append((int(day), dict(zip(names, counts, strict=True))))
    return {
        one.number: tuple(
            (iso(day), int(counts[one.signal] or 0)) for day, counts in found.get(one.case.agent_id, ())
            if one.last_day - SHOWN_DAYS < day <= one.last_day
        )
        for one in agents
    }  # fmt: skip


def queue_places(engine: Engine, sources: Sources, cases: Sequence[Subject]) -> dict[int, QueuePlace]:
    """By number of the case, how the agent compares with the colleagues in the month to the most telling alert.

    Nothing of agents whose counts are no longer kept, or who have fewer than FEWEST_COLLEAGUES. Leaves no table on the
    engine.
    """
    import pyarrow as pa

    agents = [one for one in cases if not one.is_ring]
    nights = [one.night for one in agents]
    stored = sources.agent_days(min(nights) - MONTH - WEEKS) if agents else None
    if not stored:
        return {}
    columns = {name: [getattr(one, name) for one in agents] for name in ("number", "night", "signal")}
    engine.take(CASES, pa.table({**columns, "agent_id": [one.case.agent_id for one in agents]}))
    days = f"(SELECT * FROM {stored} WHERE day > {min(nights) - MONTH - WEEKS} AND day <= {max(nights)}) AS lately"
    names = sorted({one.signal for one in agents})
    count = f"CASE c.signal {' '.join(f'WHEN {literal(name)} THEN a.{name}' for name in names)} END"
    try:
        engine.table(MEANS, MEANS_OF_MONTH.format(days=with_recognised(days), count=count))
        alike = engine.arrays(ALIKE)
    finally:
        engine.drop(MEANS)
        engine.drop(CASES)
    places = {one.number: _place(alike, alike["number"] == one.number) for one in agents}
    return {number: place for number, place in places.items() if place}


def _place(alike: Mapping[str, np.ndarray[Any, Any]], rows: np.ndarray[Any, Any]) -> QueuePlace | None:
    own, others = np.flatnonzero(rows & alike["own"]), np.flatnonzero(rows & ~alike["own"])
    if not len(own) or len(others) < FEWEST_COLLEAGUES:
        return None
    means = alike["mean"].round(2)
    return QueuePlace(str(alike["place"][own[0]]), float(means[own[0]]), tuple(np.sort(means[others]).tolist()))
