"""Which of the delivered files are read: not those taken in before, not those still growing, not empty ones."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError, UnusableInput
from onlooker.ingest import Reading
from onlooker.ingest.files import LogFile, find_files
from onlooker.nightly.deliveries_to_spark import being_written, with_checksums
from onlooker.scanning.inputs import read, read_side_tables
from onlooker.scanning.job import Job
from onlooker.schema.findings import InputFile
from onlooker.schema.tables import EVENTS, REJECTS
from onlooker.store import Store
from onlooker.store.kept_reading import KeptReading
from onlooker.store.parquet_files import checksum

FRESH_SECONDS = 10.0
"""A file that was written to within this many seconds may still be growing."""
WATCH_SECONDS = 1.0
"""It is then watched for so long."""
SILENT_AFTER = timedelta(hours=20)
"""A run without anything new this long after the last one that had something reports that its night is missing."""


@dataclass
class Delivered:
    """The files of a run."""

    paths: list[str | os.PathLike[str]] = field(default_factory=list)
    """To be read."""
    aside: list[InputFile] = field(default_factory=list)
    """Not read, each with a note that says why."""
    known: int = 0
    """Of those, files that were taken in before."""
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """What must be told where there is no input for the night."""


def read_deliveries(job: Job, store: Store, logs: Sequence[str | os.PathLike[str]]) -> tuple[Reading, Delivered]:
    """EVENTS of the files that are new to the store, and what became of the others."""
    found = look_at(logs, store, job.engine.folder, job.settings.query or "")
    if job.engine.distributed:
        leave_to_later(found, being_written(found.paths))
    kept = store.kept_reading()
    job = by_the_rule_for_ids(job, kept, found.notes)
    empty: list[str] = []
    reading = None
    if found.paths:
        try:
            reading = read(job, found.paths, hold_unfinished=True, kept=kept.mappings)
            reading = with_checksums(reading, found.paths) if job.engine.distributed else reading
        except UnusableInput as error:
            if not only_headers(job.engine):
                raise
            empty = [f"{error.message}."]
    if reading is None:
        nothing = without_input(job.engine, *last_read(store))
        reading, _ = read_side_tables(job.engine, nothing, job.settings)
        last = store.last_taken()
        if not found.known:
            empty = [*empty, *found.notes]
        elif last and job.clock.at - last > SILENT_AFTER:
            empty = [f"Nothing new since {last:%Y-%m-%d %H:%M} UTC: every file was taken in before."]
    if empty:
        found.missing = [f"No input for this night. {' '.join(empty)}"]
    return replace(reading, inputs=(*reading.inputs, *found.aside)), found


def leave_to_later(found: Delivered, growing: Sequence[LogFile]) -> None:
    """Take the files whose last line is being written out of those to be read, and say so."""
    for file in growing:
        found.paths.remove(file)
        found.notes.append(f"{file.shown} is being written: its last line has no end yet; it is left for later.")
        found.aside.append(_aside(file, file.path.stat().st_size, "", "still being written: not read"))


def by_the_rule_for_ids(job: Job, kept: KeptReading, notes: list[str]) -> Job:
    """`job` with the rule for ids that the store began with; `notes` say what the settings would have instead."""
    asked = job.settings.join_ids
    if kept.join_ids is None or kept.join_ids == asked:
        return job
    apart, joined = "counts them apart", "takes ids that differ in case, marks or .0 only for one"
    begun, other = (joined, apart) if kept.join_ids else (apart, joined)
    notes.append(
        f"join_ids = {str(asked).lower()} is not followed: the store began otherwise and {begun}. "
        f"`onlooker store remap` switches: from the next run on it {other}."
    )
    return replace(job, settings=job.settings.model_copy(update={"join_ids": kept.join_ids}))


def last_read(store: Store) -> tuple[dict[str, str], int]:
    """Columns of the last run's log, and its last day."""
    nights = store.nights()
    for run in store.runs():
        if run.record.get("mapping"):
            return dict(run.record["mapping"]), nights[-1].day if nights else 0
    return (dict(nights[-1].record.get("columns", {})), nights[-1].day) if nights else ({}, 0)


def look_at(logs: Sequence[str | os.PathLike[str]], store: Store, folder: Path, query: str = "") -> Delivered:
    """Tell the files to be read from those that are not. Raises UsageError for a path that does not exist.

    Standard input and pipes are handed on as they are: they can be read only once.
    """
    found = Delivered()
    files: list[LogFile] = []
    for log in logs:
        if os.fspath(log) == "-" or Path(log).is_fifo():
            found.paths.append(log)
            continue
        try:
            files += find_files([log], folder, None, found.notes, query)
        except UnusableInput as error:
            found.notes.append(f"{error.message}.")
    growing = watch([file.path for file in files])
    for file in dict.fromkeys(files):
        size = file.path.stat().st_size
        if file.path in growing:
            found.notes.append(f"{file.shown} is still growing: it is left alone until a later run.")
            found.aside.append(_aside(file, size, "", "still growing: not read"))
        elif size == 0:
            found.notes.append(f"{file.shown} is empty.")
            found.aside.append(_aside(file, 0, "", "empty"))
        elif earlier := taken_before(store, file.path, size):
            found.aside.append(_aside(file, size, earlier[0], f"taken in before as {earlier[1]}: not read again"))
            found.known += 1
        else:
            found.paths.append(file)
    if found.known:
        count = f"{found.known:,} files were" if found.known > 1 else "1 file was"
        found.notes.append(f"{count} taken in before, under this or another name, and changed nothing.")
    return found


def watch(paths: Sequence[Path]) -> frozenset[Path]:
    """Those of `paths` that are being written to. Only files changed in the last seconds cost any waiting."""
    now = time.time()
    fresh = {path: path.stat() for path in paths if abs(now - path.stat().st_mtime) < FRESH_SECONDS}
    if not fresh:
        return frozenset()
    time.sleep(WATCH_SECONDS)
    then = {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in fresh}
    return frozenset(path for path, seen in fresh.items() if then[path] != (seen.st_size, seen.st_mtime_ns))


def taken_before(store: Store, path: Path, size: int) -> tuple[str, str] | None:
    """Checksum and earlier name of a file that the store has taken in; only files of a known size are read for it."""
    if not store.knows_size(size):
        return None
    sha256 = checksum(path)
    name = store.known_inputs([sha256]).get(sha256)
    return (sha256, name) if name else None


def without_input(engine: Engine, columns: dict[str, str], day: int) -> Reading:
    """The reading of a run that has nothing to read; `columns` are those of the run before."""
    for table in (EVENTS, REJECTS):
        engine.drop(table.name)
        engine.table(table.name, table.nothing)
    counts = dict.fromkeys(("lines", "events", "rejected", "duplicates", "agents", "customers"), 0)
    return Reading((), columns, (), "as in the run before: nothing was read", counts, {}, (), day, day)


def only_headers(engine: Engine) -> bool:
    """Whether files were understood and held no line, good or bad."""
    try:
        found = engine.rows("SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM rejects)")
    except EngineError:  # no file was understood
        return False
    return found == [(0, 0)]


def _aside(file: LogFile, size: int, sha256: str, note: str) -> InputFile:
    return InputFile(file.shown, size, sha256, 0, 0, "", "", "", note)
