"""Holidays and outages that the calendar names: what is done on them is judged as ever, and teaches nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from onlooker.engines.missing_tables import make_missing
from onlooker.engines.protocol import Engine
from onlooker.schema.days import iso
from onlooker.schema.tables import CTX_CALENDAR

NAMED = 10
"""Entries that are named one by one."""

UNUSUAL = "c.kind IN ('holiday', 'outage') AND c.customer_id IS NULL"
EVERYBODY = "c.site IS NULL AND c.queue IS NULL AND c.team IS NULL AND c.agent_id IS NULL"
SPECIAL = f"""
SELECT DISTINCT CASE WHEN {EVERYBODY} THEN NULL ELSE d.agent_id END AS agent_id, d.day
FROM agent_days d JOIN {CTX_CALENDAR.name} c ON c.from_day <= d.day AND d.day < c.to_day
WHERE {UNUSUAL} AND (c.agent_id IS NULL OR c.agent_id = d.agent_id) AND (c.site IS NULL OR c.site = d.site)
  AND (c.queue IS NULL OR c.queue = d.queue) AND (c.team IS NULL OR c.team = d.team)
"""
ENTRIES = f"""
SELECT DISTINCT from_day, to_day, kind, name, site, queue, team, agent_id FROM {CTX_CALENDAR.name} c
WHERE {UNUSUAL} AND from_day <= {{last}} AND to_day > {{first}}
"""
CLOSED = f"""
SELECT from_day, to_day, coalesce(site, '') FROM {CTX_CALENDAR.name} c
WHERE kind = 'holiday' AND customer_id IS NULL AND queue IS NULL AND team IS NULL AND agent_id IS NULL
"""


def special_days(engine: Engine) -> tuple[frozenset[int], dict[str, list[tuple[int, int]]]]:
    """Days of `agent_days` that teach nothing about anybody, and agents -> such days of theirs, as spans."""
    make_missing(engine, [CTX_CALENDAR])
    days: set[int] = set()
    agents: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for agent, day in engine.rows(SPECIAL):
        if agent is None:
            days.add(int(day))
        else:
            agents[agent].append((int(day), int(day)))
    return frozenset(days), dict(agents)


def closed(engine: Engine, since: int, until: int) -> set[tuple[int, str]]:
    """Days from `since` to `until` with a holiday, and its site, or '' for all: there few lines are no fault."""
    make_missing(engine, [CTX_CALENDAR])
    return {
        (day, site)
        for first, end, site in engine.rows(CLOSED)
        for day in range(max(int(first), since), min(int(end), until + 1))
    }


def calendar_notes(engine: Engine, first: int, last: int) -> Iterator[str]:
    """What a reader must know of the days `first` to `last`."""
    rows = engine.rows(ENTRIES.format(first=first, last=last))
    entries = [entry(*row) for row in sorted(rows, key=lambda row: (*row[:3], *(text or "" for text in row[3:])))]
    if entries:
        more = f"; and {len(entries) - NAMED} more" if len(entries) > NAMED else ""
        yield (
            f"The calendar names {'; '.join(entries[:NAMED])}{more}. What was done then is judged, and teaches nothing "
            "about other days."
        )


def entry(
    from_day: int, to_day: int, kind: str, name: str | None, site: str | None, queue: str | None, team: str | None,
    agent: str | None,
) -> str:  # fmt: skip
    """`outage on 2026-03-05 (core down, site bayview)`."""
    when = f"on {iso(from_day)}" if to_day - from_day == 1 else f"from {iso(from_day)} to {iso(to_day - 1)}"
    scope = (("site", site), ("queue", queue), ("team", team), ("agent", agent))
    about = [*([name] if name else []), *(f"{what} {value}" for what, value in scope if value)]
    return f"{kind} {when}" + (f" ({', '.join(about)})" if about else "")
