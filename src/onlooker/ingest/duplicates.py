"""Lines that say the same twice are counted once.

Two lines are one if they are equal in every column of the log, those that are not used included; or if they carry the
same event_id and customer and are of one source, or of two if instant, agent and action agree too. What a source is,
and when event_ids are not believed, `event_ids` says. Of several lines the earliest counts.

Looking at whole lines is dear, so it is done only for lines whose event_id, or else instant, agent, customer and
action, occur twice; and whether there are any is cheap to see from hashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onlooker.engines.protocol import Engine
from onlooker.ingest import event_ids
from onlooker.ingest.line_rules import LineRules
from onlooker.ingest.load import STORED, Loaded, named_raw
from onlooker.ingest.lost_by_agent import note_repeated
from onlooker.ingest.records import temporary
from onlooker.ingest.validate import judged

PART = 8_000_000
"""Hashes looked at together: 64 MB, sorted where they are."""
HOUR = 3_600_000_000
NUMBERED = "source, event_id, customer_id"
"""What lines of one event have in common where they have an event_id: of another customer it is another event, or
repeating an id would hide whom somebody looked at."""
TWINS, KEPT, HASHES = "ingest_twins", "ingest_kept", "ingest_repeated"


@dataclass(frozen=True)
class Repeated:
    """What was found: lines taken out, and of them those that say something else than the line that counts."""

    lines: int = 0
    different: int = 0
    shared: int = 0
    """Lines whose event_id stands for several agents or customers, where event_ids are not believed because of it."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must hear beside the number of lines."""
        return event_ids.notes(self.different, self.shared)


def remove_duplicates(engine: Engine, files: Sequence[Loaded], stored: Sequence[str], rules: LineRules) -> Repeated:
    """Take repeated lines out of `events`, which keeps the columns `stored`."""
    by_id = "event_id" in stored
    key = "us, agent_id, customer_id, action"
    hashed = f"CASE WHEN event_id IS NULL THEN hash({key}) ELSE hash(event_id) END" if by_id else f"hash({key})"
    if not _some_repeat(engine, hashed, by_id):
        return Repeated()
    columns = ", ".join(stored)
    temporary(engine, HASHES, f"SELECT h FROM (SELECT {hashed} AS h FROM {STORED}) GROUP BY h HAVING count(*) > 1")
    first, *further = _twins(engine, files, columns, hashed, rules)
    temporary(engine, TWINS, first)
    for lines in further:
        engine.rows(f"INSERT INTO {TWINS} {lines}")
    shared, numbered = _shared(engine) if by_id else (0, 0)
    trusted = by_id and event_ids.believed(shared, numbered)
    order = f"ORDER BY us, agent_id, customer_id NULLS FIRST, action, whole, {columns}"
    within, identity = f"SELECT * FROM {TWINS}", f"{key}, whole"
    if trusted:
        within += f" QUALIFY event_id IS NULL OR row_number() OVER (PARTITION BY {NUMBERED} {order}) = 1"
        identity = f"{key}, event_id, CASE WHEN event_id IS NULL THEN whole END"
    kept = f"SELECT * FROM ({within}) QUALIFY row_number() OVER (PARTITION BY {identity} {order}) = 1"
    temporary(engine, KEPT, f"SELECT {columns} FROM ({kept}) ORDER BY us, agent_id, whole")
    found, left = (int(engine.rows(f"SELECT count(*) FROM {table}")[0][0]) for table in (TWINS, KEPT))
    different = _different(engine, key, order) if trusted and found > left else 0
    if found > left:
        engine.rows(f"DELETE FROM {STORED} WHERE {hashed} IN (SELECT h FROM {HASHES})")
        engine.rows(f"INSERT INTO {STORED} SELECT * FROM {KEPT}")
    for name in (HASHES, TWINS, KEPT):
        engine.drop(name)
    return Repeated(found - left, different, 0 if trusted else shared)


def _twins(engine: Engine, files: Sequence[Loaded], columns: str, hashed: str, rules: LineRules) -> list[str]:
    """SQL of each file's lines that may be one with another, read again, each with its whole text and its source."""
    sources = event_ids.numbered_sources([file.plan.mapping for file in files])
    selects = []
    for number, (file, source) in enumerate(zip(files, sources, strict=True)):
        lines = judged(named_raw(engine, f"again_{number}", file.plan), rules)
        repeats = f"reason IS NULL AND {hashed} IN (SELECT h FROM {HASHES})"
        selects.append(f"SELECT {source} AS source, whole, {columns} FROM ({lines}) WHERE {repeats}")
    return selects


def _shared(engine: Engine) -> tuple[int, int]:
    """Lines whose event_id stands for several agents or customers of one source; and lines that have one at all."""
    several = "min(agent_id) <> max(agent_id) OR min(customer_id) <> max(customer_id)"
    groups = f"SELECT count(*) AS n FROM {TWINS} WHERE event_id IS NOT NULL GROUP BY source, event_id HAVING {several}"
    ((shared,),) = engine.rows(f"SELECT coalesce(sum(n), 0) FROM ({groups})")
    ((numbered,),) = engine.rows(f"SELECT count(event_id) FROM {STORED}")
    return int(shared), int(numbered)


def _different(engine: Engine, key: str, order: str) -> int:
    """Lines that differ in instant, agent or action from the first one of their source, event_id and customer."""
    first = f"first_value(row({key})) OVER (PARTITION BY {NUMBERED} {order})"
    pairs = f"SELECT agent_id, row({key}) AS says, {first} AS first FROM {TWINS} WHERE event_id IS NOT NULL"
    lines = f"SELECT agent_id FROM ({pairs}) WHERE says IS DISTINCT FROM first"
    note_repeated(engine, lines)
    ((number,),) = engine.rows(f"SELECT count(*) FROM ({lines})")
    return int(number)


def _some_repeat(engine: Engine, hashed: str, by_id: bool) -> bool:
    ((rows,),) = engine.rows(f"SELECT count(*) FROM {STORED}")
    if rows <= PART:
        return _repeats(engine, hashed, "TRUE")
    # Lines that may be one must meet in the same part.
    parts = rows // PART + 1
    by_hash = [f"{hashed} % {parts} = {part}" for part in range(parts)]
    return any(_repeats(engine, hashed, where) for where in (by_hash if by_id else _by_time(engine)))


def _by_time(engine: Engine) -> Iterator[str]:
    """Conditions on `us`, each for some PART lines: of a log in the order of time, each reads only its part."""
    hours = engine.rows(f"SELECT us // {HOUR} AS place, count(*) FROM {STORED} GROUP BY place ORDER BY place")
    start, lines = hours[0][0], 0
    for hour, number in hours:
        if lines and lines + number > PART:
            yield f"us >= {start * HOUR} AND us < {hour * HOUR}"
            start, lines = hour, 0
        lines += number
    yield f"us >= {start * HOUR}"


def _repeats(engine: Engine, hashed: str, where: str) -> bool:
    hashes = engine.arrays(f"SELECT {hashed} AS h FROM {STORED} WHERE {where}")["h"]
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())
