"""The counts of a case day by day, and how they stand among those of the colleagues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from onlooker.alerts.evidence_of_cases.subjects import SHOWN_DAYS, Sources, Subject, first_day_read
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literals
from onlooker.schema.actors import ACTOR, with_recognised
from onlooker.schema.actors import WINDOW as WEEKS
from onlooker.schema.case_evidence import QueuePlace
from onlooker.schema.days import iso

MONTH = 28
"""Days over which an agent is compared with the colleagues."""
FEWEST_COLLEAGUES = 5
"""Fewer could be told apart without being named."""

OWN = "SELECT agent_id, day, {columns} FROM {days} WHERE agent_id IN ({people}) ORDER BY agent_id, day"
PLACE = "CASE WHEN queue IS NOT NULL THEN concat('queue ', queue) WHEN site IS NOT NULL THEN concat('site ', site) END"
MEANS = f"""
SELECT agent_id, coalesce(max_by(place, day), '') AS place, max_by(actor, day) AS actor, {{means}}
FROM (SELECT *, {PLACE} AS place, {ACTOR} AS actor FROM ({{days}}) d) a
WHERE day > {{night}} - {MONTH} AND day <= {{night}} GROUP BY agent_id ORDER BY agent_id
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
    """By number of the case, how the agent stood on the night of the most telling alert."""
    found = {}
    for night in sorted({one.night for one in cases if not one.is_ring}):
        here = [one for one in cases if one.night == night and not one.is_ring]
        found.update(_on(engine, sources, night, here))
    return found


def _on(engine: Engine, sources: Sources, night: int, cases: Sequence[Subject]) -> dict[int, QueuePlace]:
    stored = sources.agent_days(night - MONTH - WEEKS)
    if not stored:
        return {}
    names = sorted({one.signal for one in cases})
    until = f"(SELECT * FROM {stored} WHERE day > {night} - {MONTH + WEEKS} AND day <= {night}) AS lately"
    means = ", ".join(f"avg({name}) AS {name}" for name in names)
    table = engine.arrays(MEANS.format(days=with_recognised(until), night=night, means=means))
    found = {}
    for one in cases:
        found_at = np.flatnonzero(table["agent_id"] == one.case.agent_id)
        if not len(found_at):  # the counts are no longer kept
            continue
        own = int(found_at[0])
        alike = (table["place"] == table["place"][own]) & (table["actor"] == table["actor"][own])
        alike[own] = False
        means_of = np.asarray(table[one.signal], dtype=np.float64)
        others = np.sort(means_of[alike])
        if len(others) >= FEWEST_COLLEAGUES:
            place = str(table["place"][own])
            found[one.number] = QueuePlace(place, round(float(means_of[own]), 2), tuple(others.round(2).tolist()))
    return found
