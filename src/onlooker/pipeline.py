"""The whole way, from log files to alerts: the one place that knows every stage."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from onlooker.config import Settings
from onlooker.engines.base import Engine
from onlooker.engines.duck import DuckEngine
from onlooker.findings import AgentSeries, Alert, Run
from onlooker.whole_files import write_whole_bytes

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from onlooker.ingest import Reading

Progress = Callable[[str, float], None]

MANY = 1_000_000
"""Events from which PyOD's import is worth a thread: the engine works outside of Python meanwhile."""


@dataclass
class Scan:
    """A finished scan: the run, its alerts, and its tables as pandas frames, read when they are asked for."""

    run: Run
    alerts: tuple[Alert, ...]
    series: Mapping[str, AgentSeries]
    score_table: pa.Table = field(repr=False)
    engine: Engine = field(repr=False)
    out: Path | None = None

    def table(self, name: str) -> pd.DataFrame:
        """A table of the scan as a frame; `day` columns stay integers, days since 1970-01-01."""
        frame: pd.DataFrame = self.engine.arrow(f"SELECT * FROM {name}").to_pandas()
        return frame

    @property
    def visits(self) -> pd.DataFrame:
        """One agent, one customer, one day, and its explanation."""
        return self.table("visits")

    @property
    def agent_days(self) -> pd.DataFrame:
        """One agent, one day: the counts."""
        return self.table("agent_days")

    @property
    def scores(self) -> pd.DataFrame:
        """One agent, one day: score, p, q, rank, evidence by signal."""
        frame: pd.DataFrame = self.score_table.to_pandas()
        return frame

    @property
    def rejects(self) -> pd.DataFrame:
        """Lines that could not be read."""
        return self.table("rejects")

    def close(self) -> None:
        """Release the working data; frames can't be read after that."""
        self.engine.close()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)
        self.started = time.perf_counter()
        self.stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        start = time.perf_counter()
        yield
        self.stages[name] = round(self.stages.get(name, 0.0) + time.perf_counter() - start, 3)


def scan(
    logs: Sequence[str | os.PathLike[str]],
    settings: Settings,
    *,
    out: Path | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress = lambda _what, _share: None,
) -> Scan:
    """Scan a closed set of log files: all days are judged. With `out`, the files of the contract are written there."""
    from onlooker import outcome
    from onlooker.completeness import doubts, half_seen
    from onlooker.daily_lines import series_of
    from onlooker.fairness import fairness
    from onlooker.judging import Earlier, judge
    from onlooker.scoring.outliers import FIRST_FIT, load_ahead
    from onlooker.teaching import Untaught
    from onlooker.working_state import WorkingState, check_replaceable

    clock = Clock()
    if out:
        check_replaceable(out)
    state = None
    engine = DuckEngine(memory=settings.memory, threads=settings.threads)
    try:
        reading = read(engine, logs, settings, clock, stdin, progress)
        if (
            settings.combinations
            and reading.counts["events"] >= MANY
            and reading.last_day - reading.first_day >= FIRST_FIT
        ):
            threading.Thread(target=load_ahead, daemon=True).start()
        count_days(engine, reading.first_day, clock, progress)
        if out:
            with clock.stage("store"):  # while the engine has the visits in memory
                state = WorkingState(out)
                state.keep(engine, "visits", reading.first_day, reading.last_day)
        missing = doubts(engine, "agent_days", "agent_hours", reading.first_day, reading.last_day - 1)
        whole_days = frozenset(doubt.day for doubt in missing if doubt.whole_day)
        untaught = Untaught(whole_days, half_seen(engine, missing))
        # Scoring is numpy: the engine lends it its memory, and is asked again only for alerts.
        with clock.stage("score"), engine.lean():
            judged = judge(
                engine, settings, reading.offers, Earlier(reading.first_day, untaught=untaught),
                progress=lambda share: progress("scoring", share),
            )  # fmt: skip
        found = judged.outcome
        run = outcome.run_record(
            engine, reading, found, judged.notes, settings.model_dump(), settings.digest, clock.at,
            [doubt.text for doubt in missing], fairness=fairness(engine, found.scores),
        )  # fmt: skip
        series = series_of(found.scores, found.lines, {alert.agent_id for alert in found.alerts})
        result = Scan(run, found.alerts, series, found.scores, engine, out)
        if out:
            with clock.stage("write"):
                write(result, settings.nights, out)
        if state:
            with clock.stage("store"):
                told = state.finish(engine, run, found, missing)
            result.run = replace(run, notes=(*run.notes, *told))
        return finished(result, clock, out)
    except BaseException:
        if state:
            state.discard()
        engine.close()
        raise


def read(
    engine: DuckEngine, logs: Sequence[str | os.PathLike[str]], settings: Settings, clock: Clock,
    stdin: BinaryIO | None, progress: Progress,
) -> Reading:  # fmt: skip
    """Logs and side tables -> EVENTS, REJECTS and the tables of CONTEXT."""
    from onlooker.ingest import read_logs

    with clock.stage("read"):
        reading = read_logs(engine, logs, columns=settings.map, timezone=settings.tz, stdin=stdin, progress=progress)
        return with_side_tables(engine, reading, settings)


def with_side_tables(engine: DuckEngine, reading: Reading, settings: Settings) -> Reading:
    """Read the side tables that the settings name; days become local to the agents' zones where they are known."""
    from onlooker.side_tables import read_side_tables

    return read_side_tables(engine, reading, settings)[0]


def count_days(
    engine: Engine, first_day: int, clock: Clock, progress: Progress,
    *, visits: str | None = None, agent_hours: str | None = None, since: int = 0,
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:  # fmt: skip
    """EVENTS -> VISITS -> AGENT_DAYS; of earlier days, `visits` and `agent_hours` are SQL that stands for them.

    Days are counted inside of `around()`, which finds VISITS made.
    """
    from onlooker.features import build_agent_days
    from onlooker.visits import build_visits

    with clock.stage("visits"):
        progress("visits", 0.0)
        build_visits(engine, first_day, visits, since)
    with clock.stage("features"), around():
        progress("daily counts", 0.0)
        build_agent_days(engine, agent_hours, since, visits)


def write(result: Scan, nights: int, out: Path) -> None:
    """Write the files of the contract into `out`, but for run.json."""
    import pyarrow.parquet as pq

    from onlooker.report.page import write_report
    from onlooker.sinks import write_alerts_csv, write_alerts_jsonl, write_rejects_csv

    out.mkdir(parents=True, exist_ok=True)
    with write_whole_bytes(out / "scores.parquet") as stream:
        pq.write_table(result.score_table, stream, compression="zstd")
    write_alerts_jsonl(out / "alerts.jsonl", result.alerts)
    write_alerts_csv(out / "alerts.csv", result.alerts)
    write_rejects_csv(out / "rejects.csv", result.engine.arrow("SELECT * FROM rejects ORDER BY file, line NULLS FIRST"))
    write_report(out / "report.html", result.run, result.alerts, result.series, nights=nights)


def finished(result: Scan, clock: Clock, out: Path | None) -> Scan:
    """The scan with its times; run.json is written last, so that its presence means that the rest is whole."""
    from onlooker.sinks import write_run_json

    seconds = round(time.perf_counter() - clock.started, 3)
    result.run = replace(result.run, seconds=seconds, stages=clock.stages)
    if out:
        write_run_json(out / "run.json", result.run)
    return result
