"""The one way, from log files to alerts, for a closed set of logs and for a night: read, count, judge, keep, report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from onlooker.config import Settings
from onlooker.scanning.job import Job, Progress, quiet
from onlooker.scanning.out_folder import check_out
from onlooker.scanning.past import LookBack, Past
from onlooker.scanning.result import Scan
from onlooker.scanning.stage_clock import Clock
from onlooker.scanning.write_outputs import rejects_kept, write, write_run

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from onlooker.privacy import Names
    from onlooker.scanning.found import Found
    from onlooker.scanning.past import Shown
    from onlooker.schema.findings import Run


def run(
    logs: Sequence[str | os.PathLike[str]],
    settings: Settings,
    past: Past,
    *,
    out: Path | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress = quiet,
) -> Scan:
    """Read `logs`, judge the days that are over by what `past` knows of earlier ones, and hand them over to it.

    With `out`, the files of the contract are written there.
    """
    clock = Clock()
    if out:
        check_out(out)
    with ExitStack() as on_failure:
        engine = past.start_engine(settings)
        on_failure.callback(engine.close)
        job = Job(engine, settings, out, stdin, progress, clock)
        with past.opened(job):
            names = past.names(job)
            with names.in_errors():
                result = reported(job, past, found_in(job, past, logs), names)
        on_failure.pop_all()
    return result


def found_in(job: Job, past: Past, logs: Sequence[str | os.PathLike[str]]) -> Found:
    """Read, count and judge; the days are committed."""
    from onlooker.scanning.find_doubts import find_doubts
    from onlooker.scanning.found import Found
    from onlooker.scanning.judge import judge
    from onlooker.scanning.pattern_inputs import pattern_inputs
    from onlooker.scoring.outliers import load_ahead

    with rejects_kept(job.engine, job.out, job.settings.privacy != "open"):
        reading = past.read(job, logs)
    span = past.take_in(job, reading)
    if job.settings.combinations and span.first == span.first_day:
        load_ahead(span.last - span.first)
    with past.counting(job, span) as before:
        count_days(job, span.first_day, span.first, before)
    earlier = past.earlier(job, span)
    doubted = find_doubts(job.engine, span, earlier)
    given = pattern_inputs(job.engine, reading, span, job.settings.late_share)
    judged = judge(job, given, span, earlier, doubted, past.keep_state(job, span))
    found = Found(reading, span, doubted, judged.outcome, judged.notes, judged.broken)
    past.commit(job, found)
    return found


def count_days(job: Job, first_day: int, since: int, before: LookBack) -> None:
    """EVENTS of the days from `since` on -> VISITS -> AGENT_DAYS; `first_day` is the first day of the log."""
    from onlooker.features import build_agent_days, build_event_days
    from onlooker.visits.build_visits import build_visits

    engine, clock = job.engine, job.clock
    with clock.stage("features"):
        job.progress("daily counts", 0.0)
        build_event_days(engine)
    with clock.stage("visits"):
        job.progress("visits", 0.0)
        build_visits(engine, first_day, before.visits, since, before.spent)
    with clock.stage("features"), before.around():
        job.progress("daily counts", 0.0)
        build_agent_days(engine, before.agent_days, since, before.visits)


def reported(job: Job, past: Past, found: Found, names: Names) -> Scan:
    """The scan as its caller sees it, with names as they are shown; its files are written, run.json last.

    The store keeps the record with the ids.
    """
    from onlooker.scanning.alerted_people import without_sealed
    from onlooker.scanning.run_record import run_record

    with job.clock.stage("write"):
        shown = past.shown(job, found)
        record = run_record(job, found, shown)
        result = Scan(
            record, shown.alerts, shown.series, without_sealed(found.outcome.scores, shown.sealed), job.engine, job.out,
            notes_before=frozenset(shown.notes_before), of_the_night=told_by(shown, record),
            hours=shown.hours, evidence=shown.evidence, sealed=shown.sealed,
        )  # fmt: skip
        if names.private:
            result.note([names.said])
        told = result.told_with(names)
        if job.out:
            write(told, job.settings.nights, job.out, job.settings.also_write)
    seconds, stages = job.clock.seconds, job.clock.stages
    told.run = replace(told.run, seconds=seconds, stages=stages)
    told.note(past.finish(replace(result.run, seconds=seconds, stages=stages)))
    if job.out:
        write_run(told, job.settings.nights, job.out)
    return told


def told_by(shown: Shown, record: Run) -> Run | None:
    """Where the run judged no night, the record that its page is made from: of the last night, with today's doubts."""
    earlier = shown.run_of_the_night
    return earlier and replace(earlier, doubts=tuple(dict.fromkeys((*earlier.doubts, *record.doubts))))


def scan(
    logs: Sequence[str | os.PathLike[str]],
    settings: Settings,
    *,
    tables: Sequence[str] = (),
    out: Path | None = None,
    closed: bool = False,
    stdin: BinaryIO | None = None,
    progress: Progress = quiet,
    session: SparkSession | None = None,
) -> Scan:
    """Scan a closed set of logs: all days are judged. The other arguments are those of `run` and `ClosedSet`."""
    from onlooker.scanning.closed_set import ClosedSet

    past = ClosedSet(out, closed=closed, tables=tables, session=session)
    return run(logs, settings, past, out=out, stdin=stdin, progress=progress)
