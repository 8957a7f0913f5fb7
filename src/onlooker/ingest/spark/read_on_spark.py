"""Logs that Spark reads -> the tables `events` and `rejects`, understood as log files on one machine are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from onlooker.engines.spark import SparkEngine
from onlooker.errors import UnusableInput
from onlooker.ingest import event_ids
from onlooker.ingest.actions import whole_verbs, words
from onlooker.ingest.choose_columns import Chosen, recognise
from onlooker.ingest.columns import check_wishes
from onlooker.ingest.date_order import OrderUnknown, Settled, settle, shared_order
from onlooker.ingest.id_doubts import doubtful_ids
from onlooker.ingest.kept_mapping import by_kept, kept_mapping
from onlooker.ingest.lost_by_agent import told
from onlooker.ingest.mapping_question import MappingQuestion
from onlooker.ingest.no_logs import is_one_of, side_table_like
from onlooker.ingest.plans import Plan
from onlooker.ingest.reading import FEWEST, Reading, dates_without_clock, zone_in_words
from onlooker.ingest.spark.lost_on_spark import lost_lines
from onlooker.ingest.spark.misread import as_sniffed, refuse_later_headers, refuse_lists, refuse_product
from onlooker.ingest.spark.opened_log import SparkLog, open_log, quoted
from onlooker.ingest.spark.sources import Found, input_elsewhere, local_path, sources_of
from onlooker.ingest.spark.spark_events import SparkReading, Words, add_columns, read_events
from onlooker.ingest.spark.spark_times import steps
from onlooker.ingest.times import AMBIGUOUS, SPELLINGS, Order, is_plausible, zone_named
from onlooker.schema.findings import InputFile


def read_on_spark(
    engine: SparkEngine,
    logs: Sequence[str | os.PathLike[str]] = (),
    tables: Sequence[str] = (),
    *,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    verbs: Mapping[str, str] | None = None,
    dates: Order | None = None,
    side_tables: Sequence[str] = (),
    formats: str = "",
    kept: Sequence[Mapping[str, str]] = (),
) -> Reading:
    """Make EVENTS and REJECTS of files and of tables by name; the other arguments are those of `read_logs`.

    A log that is a file here is looked at here, and then read by Spark, which must see it under the same path on every
    node; one with a scheme (s3a://...) Spark finds by itself. Raises UsageError for what can't be carried out as
    asked, EngineError for what Spark can't find or read, UnusableInput if no line can be used.
    """
    zone = zone_named(timezone).name if timezone else None
    named = [log for log in logs if not is_one_of(Path(log), side_tables)]
    found = sources_of(named, tables, engine.folder)
    opened = [open_log(engine, source, f"spark_log_{place}") for place, source in enumerate(found.sources)]
    wanted = check_wishes(columns or {}, {log.source.shown: log.names for log in opened})
    understood = list(_understood(opened, wanted, _Plausible(engine), found, formats, kept))
    mapped = list(_ordered(engine, understood, dates or "", found))
    known = Words(words()["actions"], words()["actor_types"], SPELLINGS, AMBIGUOUS, whole_verbs(verbs or {}))
    read = read_events(engine, mapped, zone, known)
    refuse_later_headers(engine, mapped)
    reading, of_zones = _account(read, mapped, found, zone)
    doubts, odd = doubtful_ids(engine, reading.counts, reading.mapping, frozenset(columns or {}))
    lost = lost_lines(engine)
    return replace(reading, doubts=tuple(doubts), notes=(*reading.notes, *told(lost), *odd, *of_zones), lost_lines=lost)


def _understood(
    opened: Sequence[SparkLog],
    wanted: Mapping[str, str],
    plausible: _Plausible,
    found: Found,
    formats: str,
    kept: Sequence[Mapping[str, str]],
) -> Iterator[tuple[SparkLog, dict[str, str]]]:
    """Logs and their mappings; one that is no log of views is left out, and said, if others are left."""
    refused: list[UnusableInput | MappingQuestion] = []
    for log in opened:
        seen = as_sniffed(log)
        if (kind := side_table_like(seen)) and len(opened) > 1:
            found.refuse(log.source, f"{log.source.shown} looks like a table of {kind}: --{kind} uses it as that")
            continue
        try:
            refuse_product(log, seen, wanted, formats)
            chosen = _chosen(log, wanted, plausible, kept)
            refuse_lists(log, chosen.mapping)
        except (UnusableInput, MappingQuestion) as error:
            if isinstance(error, MappingQuestion) and error.tie:
                raise
            refused.append(error)
            found.refuse(log.source, error.message)
        else:
            found.notes += [note for note in chosen.notes if note not in found.notes]
            yield log, chosen.mapping
    if refused and len(refused) == len(opened):
        raise next((error for error in refused if isinstance(error, MappingQuestion)), refused[0])


def _chosen(
    log: SparkLog, wanted: Mapping[str, str], plausible: _Plausible, kept: Sequence[Mapping[str, str]]
) -> Chosen:
    """The columns that the user, names and values say, or those that a store began with."""
    before = kept_mapping(lambda _columns: log.names, kept)
    try:
        chosen = recognise(log.source.shown, log.names, log.sample, wanted, plausible)
    except MappingQuestion:
        if before is None:
            raise
        return Chosen(before)
    mapping, said = by_kept(log.source.shown, chosen.mapping, before or {})
    return Chosen(mapping, (*chosen.notes, said) if said else chosen.notes)


def _ordered(
    engine: SparkEngine, mapped: Sequence[tuple[SparkLog, dict[str, str]]], dates: Order, found: Found
) -> Iterator[tuple[SparkLog, dict[str, str]]]:
    """The logs with the order of day and month in their dates, as the user says or the logs show."""
    settled: dict[int, Settled | None] = {}
    open_orders: dict[int, OrderUnknown] = {}
    for place, (log, mapping) in enumerate(mapped):
        column = mapping["timestamp"]
        texts = ((row[log.names.index(column)] or "").strip() for row in log.sample)
        if not dates and log.types[column] == "string" and any(re.fullmatch(AMBIGUOUS, text) for text in texts):
            plan = Plan(f"SELECT {quoted(column)} AS timestamp FROM {log.view}", mapping)
            try:
                settled[place] = settle(engine, plan, log.source.shown)
            except OrderUnknown as open_order:
                open_orders[place] = open_order
    known = [one for one in settled.values() if one]
    found.notes += dict.fromkeys(one.note for one in known)
    for place, (log, mapping) in enumerate(mapped):
        own = settled.get(place)
        order = dates or (own.order if own else "")
        if place in open_orders:
            order = shared_order(mapping["timestamp"], known)
            if not order:
                raise open_orders[place]
        yield replace(log, order=order), mapping


@dataclass(frozen=True)
class _Plausible:
    """The share of texts that Spark reads as instants from 1990 to the day after tomorrow."""

    engine: SparkEngine

    def __call__(self, values: Sequence[str]) -> float:
        if not values:
            return 0.0
        self.engine.lend("sample_times", pa.table({"stamp": pa.array(values, pa.string())}))
        read = add_columns(self.engine, "sample_times", steps("string", SPELLINGS, ("dmy", "mdy")))
        found = self.engine.rows(f"SELECT w - coalesce(o, 0) * 1000000 FROM {read}")
        return sum(us is not None and is_plausible(us) for (us,) in found) / len(values)


def _inputs(read: SparkReading, found: Found) -> Iterator[InputFile]:
    """Files that are here in the order given, then what Spark found elsewhere."""
    elsewhere = {local_path(file.name): file for file in read.files}
    for path, known in found.inputs.items():
        file = elsewhere.pop(path, None)
        yield replace(known, rows=file.rows, rejected=file.rejected) if file else known
    for file in elsewhere.values():
        yield replace(input_elsewhere(file.name, file.bytes), rows=file.rows, rejected=file.rejected)


def _account(
    read: SparkReading, mapped: Sequence[tuple[SparkLog, dict[str, str]]], found: Found, zone: str | None
) -> tuple[Reading, tuple[str, ...]]:
    """The reading, and notes on its zones, which come last."""
    if not read.events or read.first_day is None or read.last_day is None:
        counted = ", ".join(f"{reason} ({n:,})" for reason, n in read.rejects_by_reason.items())
        why = f"every line was rejected: {counted}" if counted else "there are no lines"
        raise UnusableInput(f"nothing usable in the input: {why}", "docs/formats.md says what is read.")
    notes = list(found.notes)
    if read.unknown_verbs:
        verbs = list(read.unknown_verbs.items())
        named = ", ".join(f"{verb[:40]} ({n:,})" for verb, n in verbs[:10])
        more = f" and {len(verbs) - 10:,} more" if len(verbs) > 10 else ""
        notes.append(f"Actions that are not known count as views: {named}{more}.")
    if read.duplicates:
        what = "line repeats another line and was" if read.duplicates == 1 else "lines repeat another line and were"
        notes.append(f"{read.duplicates:,} {what} counted once.")
    notes += event_ids.notes(read.different, read.shared)
    offsets = {*((None,) if read.naive else ()), *((1,) if read.shifted else ())}
    timezone, said = zone_in_words(zone, offsets or {0})
    mapping: dict[str, str] = {}
    for _, one in mapped:
        mapping = one | mapping
    used = set(mapping.values())
    dates_only = read.events >= FEWEST and not read.clocked
    if dates_only:
        notes.append(dates_without_clock(mapping["timestamp"]))
    reading = Reading(
        inputs=tuple(_inputs(read, found)),
        mapping=mapping,
        mappings=tuple(dict(one) for one in dict.fromkeys(tuple(one.items()) for _, one in mapped)),
        unmapped=tuple(dict.fromkeys(name for log, _ in mapped for name in log.names if name not in used)),
        timezone=timezone,
        counts={name: getattr(read, name) for name in
                ("lines", "events", "rejected", "duplicates", "agents", "customers")},
        rejects_by_reason=dict(read.rejects_by_reason),
        notes=tuple(notes),
        first_day=read.first_day,
        last_day=read.last_day,
        dates_only=dates_only,
    )  # fmt: skip
    return reading, said
