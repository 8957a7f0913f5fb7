"""What a run reads: logs, and the side tables that the settings name beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.errors import UsageError
from onlooker.scanning.job import AnyEngine, Job
from onlooker.scanning.start_engine import duck_engine
from onlooker.schema.side_tables import SIDE_TABLES

if TYPE_CHECKING:
    from onlooker.ingest import Reading
    from onlooker.ingest.side_tables import ContextReading


def read(
    job: Job, logs: Sequence[str | os.PathLike[str]], tables: Sequence[str] = (), *, hold_unfinished: bool = False,
    kept: Sequence[Mapping[str, str]] = (),
) -> Reading:  # fmt: skip
    """Logs and side tables -> EVENTS, REJECTS and the tables of CONTEXT; `tables` are logs in Spark's catalog.

    With `hold_unfinished`, a last line that is still being written is left for a later run. `kept` are mappings that a
    store began with.
    """
    from onlooker.ingest import read_logs
    from onlooker.ingest.spark.read_on_spark import read_on_spark

    engine, settings = job.engine, job.settings
    how = reading_settings(settings)
    if engine.distributed and settings.where:
        raise UsageError("--where is not for Spark", "Give it a table or files that hold only those lines.")
    if engine.distributed and settings.join_ids:
        raise UsageError("join_ids is not for Spark", "Give it ids in one spelling, or an identities table.")
    with job.clock.stage("read"):
        if engine.distributed:
            job.progress("reading on Spark", 0.0)
            reading = read_on_spark(engine, logs, tables, kept=kept, **how)
        else:
            how |= {
                "where": settings.where,
                "query": settings.query or "",
                "stdin": job.stdin,
                "progress": job.progress,
                "join_ids": settings.join_ids,
                "kept": kept,
            }
            reading = read_logs(engine, logs, hold_unfinished=hold_unfinished, **how)
        return read_side_tables(engine, reading, settings)[0]


def read_side_tables(engine: AnyEngine, reading: Reading, settings: Settings) -> tuple[Reading, ContextReading | None]:
    """Read the side tables that the settings name; days become local to the agents' zones where they are known.

    Their rows are no lines of the log: the reading returned counts them apart, as `side_rows` that are used and
    `side_rejected`. None without any.
    """
    from onlooker.checks.calendar_days import calendar_notes
    from onlooker.ingest.side_tables import localise

    if not settings.side_tables:
        return reading, None
    context = _context(engine, settings)
    local = localise(engine)
    first_day, last_day = local or (reading.first_day, reading.last_day)
    tables = context.tables.values()
    counts = {
        "side_rows": sum(table.lines - table.rejected - table.duplicates for table in tables),
        "side_rejected": sum(table.rejected for table in tables),
    }
    reasons = ", ".join(f"{reason} ({number:,})" for reason, number in context.rejects_by_reason.items())
    why = (f"Rows of side tables that could not be used: {reasons}; see rejects.csv.",) if reasons else ()
    return replace(
        reading,
        inputs=(*reading.inputs, *context.inputs),
        side_inputs=context.inputs,
        notes=(*reading.notes, *context.notes, *why, *calendar_notes(engine, first_day, last_day)),
        timezone=f"the zone of each agent where it is known, else {reading.timezone}" if local else reading.timezone,
        first_day=first_day,
        last_day=last_day,
        side_tables=tuple(sorted(context.given)),
        counts={**reading.counts, **counts},
    ), context


def reading_settings(settings: Settings) -> dict[str, Any]:
    """What the settings say about how logs are read, as `read_logs` and `read_on_spark` take it."""
    return {
        "columns": settings.map, "timezone": settings.tz, "verbs": settings.verbs, "dates": settings.dates,
        "side_tables": list(settings.side_tables.values()), "formats": settings.formats or "",
    }  # fmt: skip


def read_customers(engine: DuckEngine, settings: Settings) -> None:
    """Make `ctx_customers` of the customers (and identities) that the settings name, where there is no log to read."""
    _without_log(engine, settings, ("customers", "identities"))


def read_side_table(engine: DuckEngine, settings: Settings, name: str) -> ContextReading:
    """Read one side table that the settings name, where there is no log to read."""
    return _without_log(engine, settings, (name,))


def _without_log(engine: DuckEngine, settings: Settings, names: Sequence[str]) -> ContextReading:
    from onlooker.schema.tables import EVENTS, REJECTS

    for table in (EVENTS, REJECTS):
        engine.table(table.name, table.nothing)
    others = (name for name in SIDE_TABLES if name not in names)
    return _context(engine, settings.model_copy(update=dict.fromkeys(others)))


def _context(engine: AnyEngine, settings: Settings) -> ContextReading:
    from onlooker.ingest.side_tables import read_context

    wishes = settings.context
    given: dict[str, Any] = dict(
        timezone=settings.tz, site_zones=settings.site_zones, columns=wishes.columns,
        high_tiers=wishes.high_tiers or None, least_rate=wishes.least_rate, **settings.side_tables,
    )  # fmt: skip
    if not engine.distributed:
        return read_context(engine, join_ids=settings.join_ids, **given)
    from onlooker.ingest.spark.side_tables_on_spark import read_context_for_spark

    with duck_engine(settings) as here:
        return read_context_for_spark(engine, here, **given)
