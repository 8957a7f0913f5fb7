"""One file into the tables `events` and `rejects`: the fast way if it is in order, the careful way if it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError, UnusableInput
from onlooker.ingest import times
from onlooker.ingest.chosen_lines import ALL_LINES, Only
from onlooker.ingest.customer_lists import list_form, one_each
from onlooker.ingest.date_order import OrderUnknown, Settled, settle
from onlooker.ingest.files import LogFile
from onlooker.ingest.header_parts import LaterHeader, later_headers, plan_of_parts, told
from onlooker.ingest.line_rules import LineRules
from onlooker.ingest.lost_by_agent import note_rejected
from onlooker.ingest.nobody import note_nobody
from onlooker.ingest.normalise import normalise
from onlooker.ingest.plans import Plan, csv_plan, damaged_parquet, json_plan, lines_of, parquet_plan
from onlooker.ingest.quoting import literal
from onlooker.ingest.records import Records, flawed_lines, number_lines, temporary
from onlooker.ingest.reject_reasons import SHOWN
from onlooker.ingest.sniffed import Sniff
from onlooker.ingest.survey import Facts, survey
from onlooker.ingest.times import Order
from onlooker.ingest.validate import judged
from onlooker.ingest.web_lines import web_plan
from onlooker.schema.tables import EVENTS, REJECTS

AMBIGUOUS = re.compile(times.AMBIGUOUS, re.DOTALL)
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
    only: Only = ALL_LINES
    container: LogFile | None = None
    """The archive or workbook that the file was in."""
    kind: str = ""
    """Of the container."""
    order: Order = ""
    """Of day and month, if the file does not show it and others of its kind do."""

    @property
    def slashed(self) -> bool:
        """Whether dates such as 03/04/2026 are among the first times of the file."""
        place = self.sniff.names.index(self.mapping["timestamp"])
        return any(AMBIGUOUS.fullmatch((row[place] or "").strip()) for row in self.sniff.sample)

    @property
    def list_form(self) -> str:
        """How a line lists several customers, if it does."""
        if "customer_id" not in self.mapping:  # a log of searches may name nobody
            return ""
        place = self.sniff.names.index(self.mapping["customer_id"])
        return list_form(row[place] for row in self.sniff.sample)

    @property
    def named(self) -> LogFile:
        """The file that the user named."""
        return self.container or self.file


@dataclass(frozen=True)
class Loaded:
    """What came of it; `plan` selects the file's lines again."""

    plan: Plan
    facts: Facts
    lines: int
    rejected: int
    settled: Settled | None = None
    """The order of day and month in its dates, if it has such as 03/04/2026."""
    left_out: int = 0
    """Lines that the user does not want; they are not among `lines`."""


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


def named_raw(engine: Engine, key: str, plan: Plan) -> Plan:
    """The plan with a name, on the engine, for the lines that it selects."""
    engine.view(f"ingest_raw_{key}", plan.raw)
    return replace(plan, raw=f"SELECT * FROM ingest_raw_{key}")


def load(engine: Engine, job: Job, stored: tuple[str, ...], rules: LineRules, threads: Executor) -> Loaded:
    """Read one file into the `stored` columns. Raises UnusableInput if nothing of it can be read."""
    loader = _Loader(engine, job, stored, rules)
    return loader.parquet(threads) if job.sniff.format == "parquet" else loader.text(threads)


class _Loader:
    def __init__(self, engine: Engine, job: Job, stored: tuple[str, ...], rules: LineRules) -> None:
        self.engine = engine
        self.job = job
        self.stored = stored
        self.rules = rules
        self.delimited = job.sniff.format in ("csv", "tsv")
        self.settled: Settled | None = None

    def parquet(self, threads: Executor) -> Loaded:
        job = self.job
        plan = self._ordered(parquet_plan(job.link, job.types, job.sniff, job.mapping, job.only))
        hashing = threads.submit(survey, job.link)
        try:
            lines, rejected, left_out = self._numbered(plan)
        except EngineError as error:
            raise damaged_parquet(job.link, job.file.shown, error) from error
        finally:
            facts = hashing.result()
        return Loaded(plan, facts, lines, rejected, self.settled, left_out)

    def text(self, threads: Executor) -> Loaded:
        sniff = self.job.sniff
        if sniff.plain:
            hashing = threads.submit(survey, self.job.link)
            if loaded := self._fast(self.job.link, hashing.result):
                return loaded
        target = self.job.link.with_name(f"{self.job.key}.lines")
        facts = normalise(self.job.link, target, sniff.layout, self.job.file.shown)
        if not sniff.plain and facts.sound and (loaded := self._fast(target, lambda: facts)):
            return loaded
        self.engine.rows("BEGIN TRANSACTION")
        try:
            loaded = self._careful(target, facts)
        except OrderUnknown:
            self.engine.rows("ROLLBACK")
            raise
        except EngineError as error:
            self.engine.rows("ROLLBACK")
            if error.hint or "space" in error.said:  # no fault of the file
                raise
            raise UnusableInput(f"{self.job.file.shown} can't be read: {error.said}") from error
        self.engine.rows("COMMIT")
        return loaded

    def _careful(self, target: Path, facts: Facts) -> Loaded:
        """Each line by itself, with its number."""
        plan = self._careful_plan(target)
        if headers := self._later_headers(target):
            job = self.job
            plan = plan_of_parts(self.engine, target, job.key, job.sniff, headers, job.mapping, job.only)
            facts = replace(facts, note="; ".join([*filter(None, [facts.note]), told(headers, job.sniff)]))
        plan = self._ordered(plan)
        lines, rejected, left_out = self._numbered(plan)
        return Loaded(plan, facts, lines, rejected, self.settled, left_out)

    def _later_headers(self, path: Path) -> list[LaterHeader]:
        if not self.delimited:
            return []
        return later_headers(self.engine, path, self.job.sniff, self.job.mapping)

    def _fast(self, path: Path, facts_of: Callable[[], Facts]) -> Loaded | None:
        """Let the engine read the file as it is; None, and nothing changed, if it isn't in order."""
        sniff, mapping, only = self.job.sniff, self.job.mapping, self.job.only
        if self.delimited:
            plan = csv_plan(path, sniff, mapping, only)
        else:
            plan = self._plan_of_lines(lines_of(path, sniff.layout.longest), numbered=False)
        try:
            plan = self._ordered(plan)
        except EngineError:  # the careful way says what is wrong with it
            return None
        self.engine.rows("BEGIN TRANSACTION")
        try:
            lines, bad = self._unnumbered(plan)
            left_out = self._left_out(plan)
            facts = facts_of()
            # As many records as lines: then no quoted line break is about that may hide a quote never closed.
            in_order = not facts.nul and (not self.delimited or lines + left_out == facts.lines - 1)
            # A header further down is a bad line: what follows it may look sound and be read wrongly.
            in_order = in_order and not ((bad or only) and self._later_headers(path))
            if in_order and bad == self._set_aside(path, bad):
                self.engine.rows("COMMIT")
                return Loaded(plan, facts, lines, bad, self.settled, left_out)
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

    def _left_out(self, plan: Plan) -> int:
        return int(self.engine.rows(plan.left_out)[0][0]) if plan.left_out else 0

    def _set_aside(self, path: Path, bad: int) -> int:
        """Move the `bad` events of a file in order to the rejects, with their lines; how many were found there."""
        if not bad:
            return 0
        self.engine.rows(f"DELETE FROM {STORED} WHERE us IS NULL")
        return self._reject(self._ordered(self._careful_plan(path)))

    def _careful_plan(self, path: Path) -> Plan:
        sniff, mapping, only = self.job.sniff, self.job.mapping, self.job.only
        longest = sniff.layout.longest
        source = lines_of(path, longest)
        if self.delimited:
            return Records(self.engine, self.job.key, sniff).plan(source, mapping, only)
        lines = number_lines(self.engine, source, self.job.key)
        return self._plan_of_lines(flawed_lines(lines, longest), numbered=True)

    def _plan_of_lines(self, source: str, numbered: bool) -> Plan:
        plan = web_plan if self.job.sniff.format == "web log" else json_plan
        return plan(source, self.job.sniff, self.job.mapping, numbered, self.job.only)

    def _numbered(self, plan: Plan) -> tuple[int, int, int]:
        """Good lines into events, the others into rejects; how many lines in all, rejects, and lines not wanted."""
        ((lines,),) = self.engine.rows(f"SELECT count(*) FROM ({plan.raw})")
        names = ", ".join(self.stored)
        good = self._insert(STORED, f"SELECT {names} FROM ({self._judged(plan)}) WHERE reason IS NULL")
        return lines, (self._reject(plan) if good < lines else 0), self._left_out(plan)

    def _reject(self, plan: Plan) -> int:
        shown = literal(self.job.file.shown)
        bad = f"SELECT line, reason, text FROM ({self._judged(plan)}) WHERE reason IS NOT NULL ORDER BY line"
        note_rejected(self.engine, self._judged(plan))
        rejected = self._insert(REJECTS.name, f"SELECT {shown}, line, reason, left(text, {SHOWN}) FROM ({bad})")
        nobody = f"SELECT count(*) FROM {REJECTS.name} WHERE file = {shown} AND reason = 'no agent'"
        if self.engine.rows(nobody)[0][0]:
            note_nobody(self.engine, plan)
        return rejected

    def _ordered(self, plan: Plan) -> Plan:
        """The plan with an event for each customer of a list, and the order of day and month.

        The order is as the user says, as the file shows, else as others show.
        """
        if form := self.job.list_form:
            plan = one_each(plan, form)
        if not self.job.slashed or plan.timed:
            return plan
        order = self.rules.dates or (self.settled.order if self.settled else self.job.order)
        if not order:
            self.settled = settle(self.engine, plan, self.job.file.shown)
            order = self.settled.order if self.settled else ""
        return replace(plan, order=order)

    def _judged(self, plan: Plan) -> str:
        return judged(named_raw(self.engine, self.job.key, plan), self.rules)

    def _insert(self, table: str, select: str) -> int:
        ((count,),) = self.engine.rows(f"INSERT INTO {table} {select}")
        return int(count)
