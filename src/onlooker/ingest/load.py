"""One file into the tables `events` and `rejects`: the fast way if it is in order, the careful way if it is not."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path

from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError, UnusableInput
from onlooker.ingest.files import LogFile
from onlooker.ingest.normalise import normalise
from onlooker.ingest.plans import Plan, array_source, csv_plan, damaged_parquet, json_plan, lines_of, parquet_plan
from onlooker.ingest.quoting import literal
from onlooker.ingest.records import Records, flawed_lines, number_lines, temporary
from onlooker.ingest.sniff import Sniff
from onlooker.ingest.survey import Facts, survey
from onlooker.ingest.times import Zone
from onlooker.ingest.validate import judged
from onlooker.schema.tables import EVENTS, REJECTS

SHOWN = 200
STORED = "ingest_events"
"""The table behind the view `events`."""


@dataclass
class Job:
    """A file that is going to be read, and what is known of it so far."""

    file: LogFile
    key: str
    sniff: Sniff
    mapping: dict[str, str]
    link: Path
    """The same bytes under a name without characters that mean something to the engine."""
    types: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Loaded:
    """What came of it; `plan` selects the file's lines again."""

    plan: Plan
    facts: Facts
    lines: int
    rejected: int


def make_tables(engine: Engine, mapped: Collection[str]) -> tuple[str, ...]:
    """Make `events` and `rejects`, empty; returns the columns of `events` that take room.

    `events` is a view: columns that no log has cost nothing, and the data behind it is a temporary table, which is
    three times faster to write than one in the database.
    """
    always = {column.name for column in EVENTS.columns if column.required} | {"customer_id"}
    stored = [column for column in EVENTS.columns if column.name in always or column.name in mapped]
    columns = ", ".join(f"NULL::{column.type} AS {column.name}" for column in stored)
    temporary(engine, STORED, f"SELECT {columns} LIMIT 0")
    names = tuple(column.name for column in stored)
    seen = (c.name if c.name in names else f"NULL::{c.type} AS {c.name}" for c in EVENTS.columns)
    engine.drop(EVENTS.name)
    engine.view(EVENTS.name, f"SELECT {', '.join(seen)} FROM {STORED}")
    empty = ", ".join(f"NULL::{column.type} AS {column.name}" for column in REJECTS.columns)
    engine.drop(REJECTS.name)
    engine.table(REJECTS.name, f"SELECT {empty} LIMIT 0")
    return names


def load(engine: Engine, job: Job, stored: tuple[str, ...], zone: Zone | None, threads: Executor) -> Loaded:
    """Read one file into the `stored` columns. Raises UnusableInput if nothing of it can be read."""
    loader = _Loader(engine, job, stored, zone)
    return loader.parquet(threads) if job.sniff.format == "parquet" else loader.text(threads)


class _Loader:
    def __init__(self, engine: Engine, job: Job, stored: tuple[str, ...], zone: Zone | None) -> None:
        self.engine = engine
        self.job = job
        self.stored = stored
        self.zone = zone
        self.delimited = job.sniff.format in ("csv", "tsv")

    def parquet(self, threads: Executor) -> Loaded:
        plan = parquet_plan(self.job.link, self.job.types, self.job.mapping)
        hashing = threads.submit(survey, self.job.link)
        try:
            lines, rejected = self._numbered(plan)
        except EngineError as error:
            raise damaged_parquet(self.job.link, self.job.file.shown, error) from error
        finally:
            facts = hashing.result()
        return Loaded(plan, facts, lines, rejected)

    def text(self, threads: Executor) -> Loaded:
        sniff = self.job.sniff
        if sniff.plain:
            hashing = threads.submit(survey, self.job.link)
            if loaded := self._fast(self.job.link, hashing.result):
                return loaded
        target = self.job.link.with_name(f"{self.job.key}.lines")
        facts = normalise(self.job.link, target, sniff.compression, sniff.head)
        if not sniff.plain and facts.sound and (loaded := self._fast(target, lambda: facts)):
            return loaded
        if sniff.format == "json array":
            return self._array(target, facts)
        plan = self._careful_plan(target)
        lines, rejected = self._numbered(plan)
        return Loaded(plan, facts, lines, rejected)

    def _array(self, path: Path, facts: Facts) -> Loaded:
        plan = json_plan(f"({array_source(path)})", self.job.sniff, self.job.mapping, numbered=True)
        try:
            lines, rejected = self._numbered(plan)
        except EngineError as error:
            raise UnusableInput(
                f"{self.job.file.shown} is a JSON array that can't be read: {error.said}",
                "Give one object per line, for example with: jq -c '.[]' FILE",
            ) from error
        return Loaded(plan, facts, lines, rejected)

    def _fast(self, path: Path, facts_of: Callable[[], Facts]) -> Loaded | None:
        """Let the engine read the file as it is; None, and nothing changed, if it isn't in order."""
        if self.job.sniff.format == "json array":
            return None
        plan = csv_plan(path, self.job.sniff, self.job.mapping)
        if not self.delimited:
            plan = json_plan(lines_of(path), self.job.sniff, self.job.mapping)
        self.engine.rows("BEGIN TRANSACTION")
        try:
            lines, bad = self._unnumbered(plan)
            facts = facts_of()
            # As many records as lines: then no quoted line break is about that may hide a quote never closed.
            in_order = not facts.nul and (not self.delimited or lines == facts.lines - 1)
            if in_order and bad == self._set_aside(path, bad):
                self.engine.rows("COMMIT")
                return Loaded(plan, facts, lines, bad)
        except EngineError:
            # Whatever the engine objects to, the careful way says it better, with the line it is in.
            pass
        self.engine.rows("ROLLBACK")
        return None

    def _unnumbered(self, plan: Plan) -> tuple[int, int]:
        """All lines into events, bad ones without an instant; how many in all, and how many bad."""
        columns = ", ".join(["CASE WHEN reason IS NULL THEN us END AS us", *self.stored[1:]])
        lines = self._insert(STORED, f"SELECT {columns} FROM ({self._judged(plan)})")
        ((bad,),) = self.engine.rows(f"SELECT count(*) FROM {STORED} WHERE us IS NULL")
        return lines, bad

    def _set_aside(self, path: Path, bad: int) -> int:
        """Move the `bad` events of a file in order to the rejects, with their lines; how many were found there."""
        if not bad:
            return 0
        self.engine.rows(f"DELETE FROM {STORED} WHERE us IS NULL")
        return self._reject(self._careful_plan(path))

    def _careful_plan(self, path: Path) -> Plan:
        if self.delimited:
            return Records(self.engine, self.job.key, self.job.sniff).plan(lines_of(path), self.job.mapping)
        lines = number_lines(self.engine, lines_of(path), self.job.key)
        return json_plan(flawed_lines(lines), self.job.sniff, self.job.mapping, numbered=True)

    def _numbered(self, plan: Plan) -> tuple[int, int]:
        """Good lines into events, the others into rejects; how many lines in all, and how many rejects."""
        ((lines,),) = self.engine.rows(f"SELECT count(*) FROM ({plan.raw})")
        names = ", ".join(self.stored)
        good = self._insert(STORED, f"SELECT {names} FROM ({self._judged(plan)}) WHERE reason IS NULL")
        return lines, (self._reject(plan) if good < lines else 0)

    def _reject(self, plan: Plan) -> int:
        shown = literal(self.job.file.shown)
        bad = f"SELECT line, reason, text FROM ({self._judged(plan)}) WHERE reason IS NOT NULL ORDER BY line"
        return self._insert(REJECTS.name, f"SELECT {shown}, line, reason, left(text, {SHOWN}) FROM ({bad})")

    def _judged(self, plan: Plan) -> str:
        return judged(plan.raw, plan.mapped, self.zone, plan.timed)

    def _insert(self, table: str, select: str) -> int:
        ((count,),) = self.engine.rows(f"INSERT INTO {table} {select}")
        return int(count)
