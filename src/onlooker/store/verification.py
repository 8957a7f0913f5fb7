"""Is the store what was committed? And if not: set aside what is damaged, and say which nights to scan again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onlooker.store import catalogue
from onlooker.store import history_chain as history
from onlooker.store.catalogue import StoredFile
from onlooker.store.database import transaction
from onlooker.store.differences import read_columns, unlike_declared, unmigrated
from onlooker.store.faults import told
from onlooker.store.layout import BLOBS, TABLES, as_date, part_of
from onlooker.store.parquet_files import checksum, columns_of
from onlooker.store.personal_fields import RECORDS
from onlooker.store.recovery import of_unknown_commits, put_aside
from onlooker.store.sealed_rows import faults as row_faults
from onlooker.store.working_store import marked

Reader = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the store."""

    text: str
    """One sentence."""
    file: StoredFile | None = None
    """The file it is about; None for the database and the history."""


@dataclass(frozen=True)
class Repaired:
    """What `repair` did."""

    set_aside: tuple[str, ...]
    """Files that no longer count; those that were there lie in `damaged/`."""
    nights: tuple[str, ...]
    """Local dates, ISO, that must be scanned again, in order."""
    remaining: tuple[str, ...]
    """Sentences: what only a backup mends."""


def verify(
    root: Path,
    db: sqlite3.Connection,
    known_head: tuple[int, str] | None = None,
    readers: Mapping[str, Reader] | None = None,
) -> tuple[Fault, ...]:
    """Check every file that counts, the database, its records and the history. Changes nothing and needs no lock.

    `readers` make of a table's records what the commands make of them, and raise if they can't.
    """
    with told(root):
        faults = [Fault(f"onlooker.sqlite: {text}") for text in _database_faults(db)]
        for file in catalogue.current(db):
            text = file_fault(root, file)
            if text:
                faults.append(Fault(f"{file.name}: {text}", file))
        faults += [Fault(text) for text in (*_unmigrated(db), *_record_faults(db, readers or {}), *_night_faults(db))]
        unknown = of_unknown_commits(root, db)
        faults += [Fault(f"{path.name}: of a commit that the database does not know") for path in unknown]
        faults += [Fault(text) for text in (*history.verify(db, known_head), *row_faults(db, marked(db)))]
    return tuple(faults)


def repair(root: Path, db: sqlite3.Connection, author: str) -> Repaired:
    """Set damaged files aside, and undo the nights that had them, so that scanning their logs again mends the store.

    The logs' checksums are forgotten too: the same files are taken in again. Nothing is deleted.
    """
    faults = verify(root, db)
    broken = [fault.file for fault in faults if fault.file is not None]
    remaining = tuple(fault.text for fault in faults if fault.file is None)
    if not broken:
        return Repaired((), (), remaining)
    names = [file.name for file in broken]
    with told(root):
        for name in names:
            if (root / name).exists():
                put_aside(root, root / name)
        with transaction(db):
            nights = _undo_nights(db, broken)
            db.executemany("DELETE FROM files WHERE name = ?", [(name,) for name in names])
            history.append(db, author, "repair", {"files": names, "nights": list(nights)})
    return Repaired(tuple(names), nights, remaining)


def file_fault(root: Path, file: StoredFile) -> str:
    """What is wrong with one file, or nothing."""
    path = root / file.name
    if path.is_symlink():
        return "is a link"
    if not path.exists():
        return "is missing"
    if path.stat().st_size != file.bytes:
        return f"has {path.stat().st_size:,} bytes instead of {file.bytes:,}"
    if checksum(path) != file.sha256:
        return "has another content than what was written"
    return "" if file.tbl in BLOBS else _content_fault(path, file)


def _content_fault(path: Path, file: StoredFile) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as source:
            rows, schema = source.metadata.num_rows, source.schema_arrow
    except pa.ArrowInvalid as error:
        return f"can't be read ({error})"
    if rows != file.rows:
        return f"has {rows:,} rows instead of {file.rows:,}"
    if not file.columns:
        return unlike_declared(file.tbl, read_columns(columns_of(schema)))
    return "" if columns_of(schema) == file.columns else "has other columns than were written"


def _unmigrated(db: sqlite3.Connection) -> Iterator[str]:
    """Tables that this version can't read yet; their files are what was written, and stay."""
    for table in TABLES:
        written = [read_columns(text) for text in {file.columns for file in catalogue.current(db, table.name)} if text]
        if text := unmigrated(table.name, written):
            yield f"{text}."


def _database_faults(db: sqlite3.Connection) -> Iterator[str]:
    for (text,) in db.execute("PRAGMA integrity_check"):
        if text != "ok":
            yield text
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} points to a row of {parent} that is not there"


def _record_faults(db: sqlite3.Connection, readers: Mapping[str, Reader]) -> Iterator[str]:
    for table, key, column in RECORDS:
        read = readers.get(table, dict)
        for identity, text in db.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}"):
            try:
                read(json.loads(text))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                why = f"{type(error).__name__}: {error}"
                yield f"onlooker.sqlite: the record {identity} of {table} can't be read ({why})"


def _night_faults(db: sqlite3.Connection) -> Iterator[str]:
    overlapping = db.execute(
        "SELECT a.name, b.name, a.first = b.first AND a.last = b.last"
        " FROM files a JOIN files b ON a.tbl = b.tbl AND a.name < b.name"
        " AND a.first <= b.last AND b.first <= a.last WHERE a.superseded IS NULL AND b.superseded IS NULL"
    )
    for one, other, alike in overlapping:
        # Several files of the same days; an erasure gives only those that it changes another generation.
        if alike and 0 < part_of(one) != part_of(other) > 0:
            continue
        yield f"{one} and {other} hold the same days"


def _undo_nights(db: sqlite3.Connection, broken: list[StoredFile]) -> tuple[str, ...]:
    spans = [(file.first, file.last) for file in broken]
    nights = [day for (day,) in db.execute("SELECT day FROM nights ORDER BY day")]
    undone = [day for day in nights if any(first <= day <= last for first, last in spans)]
    for sha256, days in db.execute("SELECT sha256, days FROM inputs").fetchall():
        if any(first <= day <= last for day in json.loads(days) for first, last in spans):
            db.execute("DELETE FROM inputs WHERE sha256 = ?", (sha256,))
    db.executemany("DELETE FROM nights WHERE day = ?", [(day,) for day in undone])
    return tuple(as_date(day).isoformat() for day in undone)
