"""The whole way, from log files to alerts: the one place that knows every stage."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.engines.protocol import Engine
from onlooker.engines.spark import SparkEngine
from onlooker.errors import UsageError
from onlooker.scanning.out_folder import check_out
from onlooker.scanning.outputs import finished, rejects_kept, save_tables, write
from onlooker.scanning.result import Scan
from onlooker.scanning.stage_clock import Clock
from onlooker.scanning.start_engine import engine_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from onlooker.checks.completeness import Doubt
    from onlooker.ingest import Reading
    from onlooker.scanning.outcome import Outcome

Progress = Callable[[str, float], None]


def scan(
    logs: Sequence[str | os.PathLike[str]],
    settings: Settings,
    *,
    tables: Sequence[str] = (),
    out: Path | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress = lambda _what, _share: None,
    session: SparkSession | None = None,
) -> Scan:
    """Scan a closed set of logs: all days are judged. With `out`, the files of the contract are written there.

    The settings choose the engine. With Spark, `tables` are further logs by their names in its catalog, and `session`
    is one that is already there.
    """
    from onlooker.scanning.closed_set import WorkingState, check_replaceable
    from onlooker.scoring.outliers import load_ahead

    clock = Clock()
    if out:
        check_out(out)
        check_replaceable(out)
    state = None
    with ExitStack() as on_failure:
        engine = engine_of(settings, session)
        on_failure.callback(engine.close)
        with rejects_kept(engine, out):
            reading = read(engine, logs, settings, clock, stdin, progress, tables)
        if settings.combinations:
            load_ahead(reading.last_day - reading.first_day)
        count_days(engine, reading.first_day, clock, progress, spent=("events", "ingest_events"))
        if out and settings.engine == "duckdb":
            with clock.stage("store"):  # while the engine has the visits in memory
                state = WorkingState(out)
                on_failure.callback(state.discard)
                state.keep(engine, "visits", reading.first_day, reading.last_day)
        result, found, doubted = _judged(engine, settings, reading, clock, out, progress)
        if isinstance(engine, SparkEngine):
            with clock.stage("tables"):
                result.note(save_tables(engine, settings.tables_to, out))
        if out:
            with clock.stage("write"):
                write(result, settings.nights, out)
        if state:
            with clock.stage("store"):
                result.note(state.finish(engine, result.run, found, doubted))
        result = finished(result, clock, out)
        on_failure.pop_all()
    return result


def _judged(
    engine: DuckEngine | SparkEngine, settings: Settings, reading: Reading, clock: Clock, out: Path | None,
    progress: Progress,
) -> tuple[Scan, Outcome, list[Doubt]]:  # fmt: skip
    """AGENT_DAYS -> the scan with its alerts and scores; with what was found, and the nights in doubt, for a store."""
    from onlooker.alerts.daily_lines import series_of
    from onlooker.checks.calendar_days import special_days
    from onlooker.checks.completeness import (
        about_surges,
        apart,
        by_day,
        doubts,
        half_seen,
        may_be_cut_short,
        missing,
        unread,
        unwhole,
    )  # fmt: skip
    from onlooker.checks.fairness import fairness
    from onlooker.scanning import outcome
    from onlooker.scanning.judge import Earlier, judge
    from onlooker.scoring.teaching import Untaught

    doubted = doubts(engine, "agent_days", "agent_hours", reading.first_day, reading.last_day)
    untaught = Untaught(unwhole(doubted), half_seen(engine, doubted)).and_also(*special_days(engine))
    # Scoring is numpy: the engine lends it its memory, and is asked again only for alerts.
    with clock.stage("score"), engine.lean():
        judged = judge(
            engine, settings, reading.offers,
            Earlier(reading.first_day, untaught=untaught, in_doubt=by_day(doubted)),
            progress=lambda share: progress("scoring", share),
        )  # fmt: skip
    found = judged.outcome
    before_last, of_last = apart(doubted, reading.last_day)
    told = [*reading.doubts, *missing(before_last), *unread(reading.logs, reading.without_customer)]
    notes = (*about_surges(doubted), *may_be_cut_short(of_last), *judged.notes)
    run = outcome.run_record(
        engine, reading, found, notes, settings.record(), settings.digest, clock.at, told, vouched=not told,
        fairness=fairness(engine, found.scores),
    )  # fmt: skip
    series = series_of(found.scores, found.lines, {alert.agent_id for alert in found.alerts})
    return Scan(run, found.alerts, series, found.scores, engine, out), found, doubted


def read(
    engine: DuckEngine | SparkEngine, logs: Sequence[str | os.PathLike[str]], settings: Settings, clock: Clock,
    stdin: BinaryIO | None, progress: Progress, tables: Sequence[str] = (),
) -> Reading:  # fmt: skip
    """Logs and side tables -> EVENTS, REJECTS and the tables of CONTEXT."""
    from onlooker.ingest import read_logs
    from onlooker.ingest.spark.read_on_spark import read_on_spark
    from onlooker.scanning.inputs import reading_settings

    with clock.stage("read"):
        if isinstance(engine, SparkEngine):
            progress("reading on Spark", 0.0)
            if settings.where:
                raise UsageError("--where is not for Spark", "Give it a table or files that hold only those lines.")
            reading = read_on_spark(engine, logs, tables, **reading_settings(settings))
            return with_side_tables(engine, reading, settings)
        reading = read_logs(
            engine, logs, where=settings.where, **reading_settings(settings), stdin=stdin, progress=progress
        )
        return with_side_tables(engine, reading, settings)


def with_side_tables(engine: DuckEngine | SparkEngine, reading: Reading, settings: Settings) -> Reading:
    """Read the side tables that the settings name; days become local to the agents' zones where they are known."""
    from onlooker.scanning.inputs import read_side_tables

    return read_side_tables(engine, reading, settings)[0]


def count_days(
    engine: Engine, first_day: int, clock: Clock, progress: Progress,
    *, visits: str | None = None, agent_hours: str | None = None, since: int = 0, spent: Sequence[str] = (),
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:  # fmt: skip
    """EVENTS -> VISITS -> AGENT_DAYS; of earlier days, `visits` and `agent_hours` are SQL that stands for them.

    The tables `spent` are dropped on the way, when they are not needed any more. Days are counted inside of `around()`,
    which finds VISITS made.
    """
    from onlooker.features import build_agent_days, build_event_days
    from onlooker.visits.build_visits import build_visits

    with clock.stage("features"):
        progress("daily counts", 0.0)
        build_event_days(engine)
    with clock.stage("visits"):
        progress("visits", 0.0)
        build_visits(engine, first_day, visits, since, spent)
    with clock.stage("features"), around():
        progress("daily counts", 0.0)
        build_agent_days(engine, agent_hours, since, visits)
