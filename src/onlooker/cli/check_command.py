"""`onlooker check`: how a log is understood, and what is wrong with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onlooker.cli.options import logs_argument, reading_options, side_table_options, voice_options
from onlooker.cli.screen import Screen
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.checks.profile import Profile
    from onlooker.schema.findings import InputFile

MOST = 10
FEW = 5
"""Up to this many files have a line each."""
UNREAD = 0.2
"""A file with this share of rejects always has one."""


@click.command("check", short_help="How logs are understood, and what is wrong.")
@logs_argument
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@side_table_options
@reading_options
@voice_options
def command(
    logs: tuple[str, ...], as_json: bool, quiet: bool, verbose: bool, config_file: Path | None, **flags: Any
) -> int:
    """Show how LOGS would be read: columns, rows, rejected lines, time span, gaps, and what would sharpen the result.

    Side tables are read as well: how many of the log's ids each of them knows, and whether tickets can be judged.
    """
    from onlooker.checks.profile import profile
    from onlooker.config import load
    from onlooker.engines.duck import DuckEngine
    from onlooker.ingest import read_logs
    from onlooker.privacy.names_of_logs import names_of_checked_logs
    from onlooker.scanning.inputs import read_side_tables, reading_settings

    screen = Screen(quiet, verbose)
    settings = load(flags, config_file)
    with DuckEngine(memory=settings.memory, threads=settings.threads) as engine:
        names = names_of_checked_logs(engine, settings.privacy, settings.pseudonym_key)
        with names.in_errors():
            reading = read_logs(
                engine, logs, where=settings.where, query=settings.query or "", join_ids=settings.join_ids,
                stdin=sys.stdin.buffer, progress=screen.progress, **reading_settings(settings),
            )  # fmt: skip
            reading, context = read_side_tables(engine, reading, settings)
            found = profile(engine, names.shown(reading), context)
            reading = found.reading
    screen.clear()
    document = {"mapping": reading.mapping, "counts": reading.counts, "products": reading.products, **found.record()}
    click.echo(json.dumps(document) if as_json else "\n".join(for_terminal(line) for line in lines(found)))
    return 0


def lines(found: Profile) -> Iterator[str]:
    """The profile in words."""
    reading = found.reading
    for doubt in reading.doubts:
        yield f"in doubt: {doubt}"
    yield from of_files(reading.inputs)
    if reading.products:
        yield f"read as: {', '.join(reading.products.values())}"
    yield ""
    yield "columns"
    for name, column in reading.mapping.items():
        yield f"  {name:<12} = {column}"
    if reading.unmapped:
        yield f"  not used: {', '.join(reading.unmapped)}"
    yield f"days: {reading.timezone}"
    counts = reading.counts
    yield (
        f"lines: {counts['lines']:,}, of them {counts['events']:,} events, {counts['rejected']:,} rejected, "
        f"{counts['duplicates']:,} repeated"
        + (f"; {rows:,} rows of side tables" if (rows := counts.get("side_rows")) else "")
    )
    for reason, number in list(reading.rejects_by_reason.items())[:MOST]:
        yield f"  rejected {number:,}: {reason}"
    days = "day" if found.nights == 1 else "days"
    yield f"span: {found.first_date} to {found.last_date}, {found.nights:,} {days} with events"
    yield f"agents: {found.agents:,}; customers: {found.customers:,}"
    yield from beside(found)
    yield from troubles(found)
    for note in reading.notes:
        yield f"note: {note}"
    if found.missing:
        yield "would sharpen the result:"
        for missing in found.missing:
            yield f"  {missing.column:<12} {missing.would_allow}"


def of_files(inputs: Sequence[InputFile]) -> Iterator[str]:
    """A line for each file; of many, those of one kind about which there is nothing to say are summed up."""
    summed: dict[str, list[InputFile]] = {}
    for file in inputs if len(inputs) > FEW else ():
        if not file.note and file.rejected < UNREAD * file.rows:
            summed.setdefault(kind_of(file), []).append(file)
    for kind, files in summed.items():
        rows, rejected = sum(file.rows for file in files), sum(file.rejected for file in files)
        span = f"{files[0].path} to {files[-1].path}" if files[1:] else files[0].path
        yield f"{len(files):,} files, {span}: {kind}, {rows:,} rows, {rejected:,} rejected"
    told = [file for file in inputs if file not in summed.get(kind_of(file), [])]
    for file in told[:MOST]:
        note = f"  ({file.note})" if file.note else ""
        yield f"{file.path}: {kind_of(file)}, {file.rows:,} rows, {file.rejected:,} rejected{note}"
    if told[MOST:]:
        yield f"and {len(told) - MOST:,} more files (--json lists all)"


def kind_of(file: InputFile) -> str:
    """Format and compression of a file."""
    return file.format + ("" if file.compression in ("", "none") else f".{file.compression}") or "not read"


def beside(found: Profile) -> Iterator[str]:
    """The side tables: their columns, and how many of the log's ids they know."""
    if found.context is None:
        return
    yield "side tables"
    for name, table in found.context.tables.items():
        columns = ", ".join(f"{ours} = {theirs}" for ours, theirs in table.mapping.items())
        yield f"  {name}: {table.rows:,} rows used; {columns}"
    yield "join rates"
    for name, rate in found.context.join_rates.items():
        yield f"  {rate:>4.0%} of {found.joined[name]}"
    if "tickets" in found.context.tables:
        yield f"ticket rules: {'on' if found.context.ticket_rules else 'off'}"


def troubles(found: Profile) -> Iterator[str]:
    """Gaps and thin days."""
    for gap in found.gaps[:MOST]:
        yield f"gap: nothing from {gap.first} to {gap.last} ({gap.days} days)"
    for day in found.thin_days[:MOST]:
        yield f"thin: {day.events:,} events on {day.date}; {day.usual:,.0f} usual on that weekday"
    more = max(len(found.gaps) - MOST, 0) + max(len(found.thin_days) - MOST, 0)
    if more:
        yield f"and {more} more gaps and thin days (--json lists all)"
