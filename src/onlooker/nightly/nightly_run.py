"""One run on a store: read what is new, judge the days that are over, commit, report."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from onlooker.alerts.daily_lines import series_of
from onlooker.cases import CaseDesk
from onlooker.checks.completeness import about_surges, missing, unread
from onlooker.checks.fairness import DAYS, HISTORY_DAYS, fairness
from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.engines.sql_text import literals
from onlooker.errors import NotDelivered, OnlookerError, UnusableInput
from onlooker.ingest import Reading
from onlooker.nightly import (
    commit as committing,
)
from onlooker.nightly import (
    deliveries as delivered,
)
from onlooker.nightly import (
    local_days as days,
)
from onlooker.nightly import (
    notes as telling,
)
from onlooker.nightly import (
    side_table_changes as side_tables,
)
from onlooker.nightly.explained_visits import counted_apart, explain
from onlooker.nightly.local_days import Span
from onlooker.nightly.look_back import hours_before, visits_before
from onlooker.nightly.new_events import take_in, with_stored
from onlooker.nightly.older_days import Count, recounted
from onlooker.nightly.score_nights import Scoring
from onlooker.scanning import outcome
from onlooker.scanning.out_folder import check_out
from onlooker.scanning.outputs import finished, rejects_kept, write
from onlooker.scanning.result import Scan
from onlooker.scanning.run import Progress, count_days, read, with_side_tables
from onlooker.scanning.stage_clock import Clock
from onlooker.scanning.start_engine import store_engine
from onlooker.schema.findings import Alert, GroupRate
from onlooker.schema.version import __version__
from onlooker.store import Store
from onlooker.store.working_store import refuse_working_state

SILENT_AFTER = timedelta(hours=20)
"""A run without anything new this long after the last one that had something reports that its night is missing."""
ALWAYS = 10**7


def scan_into(
    store_path: Path,
    logs: Sequence[str | os.PathLike[str]],
    settings: Settings,
    *,
    out: Path | None = None,
    closed: bool = False,
    accept_scoring: bool = False,
    stdin: BinaryIO | None = None,
    progress: Progress = lambda _what, _share: None,
) -> Scan:
    """Take `logs` into the store at `store_path`, judge the days that are over, and commit them whole.

    `closed` says that the logs are complete: all their days are judged. `accept_scoring` agrees to an upgrade's new
    scoring, which until then is only compared with the old one. The scan returned shows the store's alerts of
    the last nights and this run's tables.
    """
    clock = Clock()
    if out:
        check_out(out)
    with ExitStack() as on_failure:
        engine = store_engine(settings)
        on_failure.callback(engine.close)
        refuse_working_state(store_path)
        with Store.open(store_path, "write", create=True) as store:
            run_id = f"{clock.at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
            store.start_run(run_id, __version__)
            try:
                result = Nightly(store, engine, settings, clock, run_id, closed, progress, accept_scoring).run(
                    logs, stdin, out
                )
            except OnlookerError as error:
                store.finish_run(run_id, {"error": error.message}, failed=True)
                raise
            with delivering(out):
                store.finish_run(run_id, result.run.record())
        on_failure.pop_all()
    return result


@dataclass
class Nightly:
    """One run on a store that is open for writing."""

    store: Store
    engine: DuckEngine
    settings: Settings
    clock: Clock
    run_id: str
    closed: bool
    progress: Progress
    accept_scoring: bool = False
    explained: list[str] = field(default_factory=list)
    """What must be said of visits that analysts explained."""

    def run(self, logs: Sequence[str | os.PathLike[str]], stdin: BinaryIO | None, out: Path | None) -> Scan:
        """Read, judge, commit, report."""
        files = delivered.look_at(logs, self.store, self.engine.folder)
        with rejects_kept(self.engine, out):
            reading, missing_input = self.read(files, stdin)
        tables = side_tables.fingerprints(self.settings.side_tables, self.engine.folder)
        known = take_in(self.engine, self.store)
        mark = days.watermark(self.engine, self.store.watermarks().get(committing.SOURCE, 0))
        span = self.span(mark)
        scoring = Scoring(self.store, self.engine, self.settings, self.clock, self.progress, self.accept_scoring)
        span, changed = scoring.by_this_scoring(reading, span)
        older = list(recounted(self.engine, self.store, span.too_late, self.counter(span)))
        explained = self.count(span)
        doubted = [] if span.empty else scoring.doubted(span)
        judged = scoring.judged(reading, span, doubted)
        night = committing.Night(
            self.store, self.engine, self.run_id, self.clock.at.isoformat(timespec="seconds"), reading, span, mark,
            judged, doubted, scoring.states, scoring.oldest_state(span), older, tables,
        )  # fmt: skip
        other_tables = list(side_tables.told(side_tables.of_the_last_run(self.store.db), tables))
        with self.clock.stage("store"):
            night.commit()
        notes = [
            *changed,
            *scoring.notes,
            *self.store.recovered,
            *files.notes,
            *other_tables,
            *telling.about_days(
                self.engine, span, known, reading.counts["events"], self.settings.rescore_days, consent=not changed
            ),
            *about_surges(doubted),
            *(() if span.empty else judged.notes),
            *explained,
            *telling.about_cases(night.raised_again),
            *telling.about_suppressed(night.suppressed),
            *telling.about_precision(*CaseDesk(self.store).precision()),
        ]
        half_read = unread(reading.logs, reading.without_customer)
        with self.clock.stage("write"), delivering(out):
            told = [*missing_input, *reading.doubts, *missing(doubted), *half_read]
            return self.finished(night, notes, told, not (told or changed), out)

    def read(self, files: delivered.Delivered, stdin: BinaryIO | None) -> tuple[Reading, list[str]]:
        """EVENTS of the files that are new, and what must be told when there are none."""
        empty: list[str] = []
        reading = None
        if files.paths:
            try:
                reading = read(self.engine, files.paths, self.settings, self.clock, stdin, self.progress)
            except UnusableInput as error:
                if not delivered.only_headers(self.engine):
                    raise
                empty = [f"{error.message}."]
        if reading is None:
            reading = with_side_tables(self.engine, delivered.without_input(self.engine, *self.before()), self.settings)
            last = self.store.last_taken()
            if not files.known:
                empty = [*empty, *files.notes]
            elif last and self.clock.at - last > SILENT_AFTER:
                empty = [f"Nothing new since {last:%Y-%m-%d %H:%M} UTC: every file was taken in before."]
        told = [f"No input for this night. {' '.join(empty)}"] if empty else []
        return replace(reading, inputs=(*reading.inputs, *files.aside)), told

    def before(self) -> tuple[dict[str, str], int]:
        """Columns of the last run's log, and its last day."""
        nights = self.store.nights()
        for run in self.store.runs():
            if run.record.get("mapping"):
                return dict(run.record["mapping"]), nights[-1].day if nights else 0
        return (dict(nights[-1].record.get("columns", {})), nights[-1].day) if nights else ({}, 0)

    def span(self, mark: int) -> Span:
        """Which days to judge."""
        nights = [night for night in self.store.nights() if not night.provisional]
        offsets = [night.record["offset"] for night in nights[-7:] if "offset" in night.record]
        waiting = self.store.select("events", nights[-1].day + 1) if nights else self.store.select("events")
        return days.decide(
            self.engine, waiting, [night.day for night in nights], mark,
            offset=min(offsets, default=None), rescore_days=self.settings.rescore_days, closed=self.closed,
        )  # fmt: skip

    def count(self, span: Span) -> list[str]:
        """VISITS and AGENT_DAYS of the days to be judged, and of those that are not over: hard rules look at them.

        Returns what must be said of visits that analysts explained.
        """
        store = self.store
        self.engine.drop("events")
        self.engine.table("events", with_stored(store, span.first, ALWAYS))
        ((last,),) = self.engine.rows("SELECT max(day) FROM events")
        visits = visits_before(self.engine, store, span.first)
        hours = hours_before(self.engine, store, span.first, span.first if last is None else int(last))
        self.counter(span)(span.first, visits, hours)
        for table in ("visits_before", "hours_before"):
            self.engine.drop(table)
        return self.explained

    def counter(self, span: Span) -> Count:
        """Counts the events on the engine, with what analysts explained."""

        @contextmanager
        def around(since: int) -> Iterator[None]:
            self.explained = explain(self.engine, self.store, since)
            with counted_apart(self.engine) if self.explained else nullcontext():
                yield

        def count(since: int, visits: str | None, agent_hours: str | None) -> None:
            count_days(
                self.engine, span.log_start, self.clock, self.progress,
                visits=visits, agent_hours=agent_hours, since=since, around=lambda: around(since),
            )  # fmt: skip

        return count

    def finished(
        self, night: committing.Night, notes: Sequence[str], missing: Sequence[str], vouched: bool, out: Path | None
    ) -> Scan:
        """The scan as its caller sees it: this run's scores, and the store's alerts of the last nights."""
        nights = [judged.day for judged in self.store.nights()]
        kept = self.store.alerts((nights[-1] if nights else 0) - self.settings.nights + 1)
        alerts = tuple(Alert.from_record(one.record, one.lines) for one in kept if one.state != "suppressed")
        found = night.judged.outcome
        run = outcome.run_record(
            self.engine, night.reading, found, notes, self.settings.record(), self.settings.digest, self.clock.at,
            missing, vouched=vouched, fairness=self.fairness(),
        )  # fmt: skip
        counts = {**run.counts, "alerts_suppressed": len(night.suppressed)}
        run = replace(
            run, counts=counts, suppressed=tuple(telling.held_back(one) for one in kept if one.state == "suppressed")
        )
        series = self.series({alert.agent_id for alert in alerts})
        result = Scan(run, alerts, series, found.scores, self.engine, out)
        if out:
            write(result, self.settings.nights, out)
        return finished(result, self.clock, out)

    def fairness(self) -> tuple[GroupRate, ...]:
        """Rates over the store's last 90 days."""
        _, last = self.store.span("scores") or (0, 0)
        scores = self.store.select("scores", last - DAYS + 1, last)
        counted = self.store.select("agent_days", last - HISTORY_DAYS, last)
        hours = self.store.select("agent_hours", last - DAYS, last)
        if not (scores and counted and hours):
            return ()
        recent = self.engine.arrow(f"SELECT agent_id, date, p_value, alerted FROM {scores}")
        return fairness(self.engine, recent, counted, hours)

    def series(self, agents: set[str]) -> dict[str, Any]:
        """Daily lines of the alerted agents from the store."""
        stored = self.store.select("scores")
        if not stored or not agents:
            return {}
        table = self.engine.arrow(f"SELECT * FROM {stored} WHERE agent_id IN ({literals(sorted(agents))})")
        return series_of(table, table, agents)


@contextmanager
def delivering(out: Path | None) -> Iterator[None]:
    """Say of whatever fails once the nights are committed that they are, all the same."""
    try:
        yield
    except (OSError, OnlookerError, KeyboardInterrupt) as error:
        raise NotDelivered(
            f"the nights are committed, but the report could not be written: {what_failed(error, out)}",
            f"When {out} can be written, run the same command again: it changes nothing in the store, and reports.",
        ) from error


def what_failed(error: BaseException, out: Path | None) -> str:
    """An error in a few words."""
    if isinstance(error, OSError):
        return f"{error.filename2 or error.filename or out}: {error.strerror or error}"
    return error.message if isinstance(error, OnlookerError) else "stopped"
