"""Writing: files are gathered aside, and one SQLite transaction at the end makes them count, or nothing does."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onlooker.errors import UsageError
from onlooker.schema.findings import InputFile
from onlooker.store import catalogue
from onlooker.store.database import transaction
from onlooker.store.faults import told
from onlooker.store.history_chain import seal_what_is_left
from onlooker.store.kept_alerts import KeptAlert, add_lines, keep
from onlooker.store.layout import BLOBS, ROW_GROUP, file_name, table_named
from onlooker.store.parquet_files import adopt_table, check_columns, in_order, write_blob, write_table
from onlooker.store.rewriting import Change

if TYPE_CHECKING:
    import pyarrow as pa


FORWARD = """INSERT INTO watermarks VALUES (?, ?, '{}') ON CONFLICT (source) DO UPDATE SET us = max(us, excluded.us)"""
"""A watermark never goes back: late data does not make a day that is over open again."""


@dataclass(frozen=True)
class TakenFile:
    """An input that a commit takes in."""

    file: InputFile
    days: tuple[int, ...]
    """Local days that its events fall on."""


@dataclass(frozen=True)
class Commit:
    """Everything beside the files that becomes true at once."""

    nights: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Local day -> what is to be remembered of its night (counts, notes), ready for JSON."""
    provisional: frozenset[int] = frozenset()
    """Of these nights, those that are not over yet."""
    inputs: tuple[TakenFile, ...] = ()
    watermarks: Mapping[str, int] = field(default_factory=dict)
    """Source -> last instant seen, microseconds UTC."""
    alerts: tuple[KeptAlert, ...] = ()
    """An alert that is known already stays as it was."""
    lines: tuple[tuple[str, str], ...] = ()
    """(alert id, sentence): what later data changes about an alert."""
    blobs_from: Mapping[str, int] = field(default_factory=dict)
    """Kind of blob -> first day whose blobs are still needed; older ones go."""


class Writing:
    """Files of one commit. Leave the `with` block without `commit` and they are removed again."""

    def __init__(self, root: Path, db: sqlite3.Connection, run_id: str) -> None:
        self._root, self._db, self.run_id = root, db, run_id
        self._change = Change(root, db)
        self._new: list[catalogue.StoredFile] = []

    @property
    def generation(self) -> int:
        """The number that this commit's files carry."""
        return self._change.generation

    def put(self, table: str, data: pa.Table | pa.RecordBatchReader, first: int, last: int | None = None) -> None:
        """Write all rows of `table` for the local days `first` to `last`: they replace what the store has for them.

        A table is sorted here. A reader is streamed as it comes, so its rows must be in the table's order
        (`table_named(table).order_by`) for look-ups to be cheap; they are right in any order.
        """
        import pyarrow as pa

        stored, last = table_named(table), first if last is None else last
        self._check_free(table, first, last)
        check_columns(stored, data.schema.names)
        whole = isinstance(data, pa.Table)
        batches, most = ([in_order(data, stored.order)], data.num_rows) if whole else (data, ROW_GROUP)
        name = file_name(table, first, last, self.generation)
        with told(self._root):
            written = write_table(self._root, name, stored, batches, data.schema, most)
        self._keep(catalogue.described(table, first, last, self.generation, written))

    def adopt(self, table: str, first: int, last: int, *writers: Callable[[Path], None]) -> None:
        """As `put`, but each of `writers` makes a Parquet file, at the path it is given, in any order of rows."""
        self._check_free(table, first, last)
        for part, write in enumerate(writers, start=1 if len(writers) > 1 else 0):
            name = file_name(table, first, last, self.generation, part=part)
            with told(self._root):
                written = adopt_table(self._root, name, table_named(table), write)
            self._keep(catalogue.described(table, first, last, self.generation, written, part=part))

    def put_blob(self, kind: str, day: int, data: bytes | Path, suffix: str = "npz") -> None:
        """Write a file that the store does not read (.npz or .json), by the night it belongs to."""
        if kind not in BLOBS or suffix not in ("npz", "json"):
            raise UsageError(f"the store keeps no blobs {kind!r} as .{suffix}", f"There are {', '.join(BLOBS)}.")
        self._check_free(kind, day, day)
        with told(self._root):
            written = write_blob(self._root, file_name(kind, day, day, self.generation, suffix), data)
        self._keep(catalogue.described(kind, day, day, self.generation, written, suffix=suffix))

    def commit(self, commit: Commit, *also: Callable[[sqlite3.Connection], None]) -> None:
        """Make everything count, in one transaction; `also` is called inside it, for cases and the like.

        Afterwards the files of the days written anew are superseded; they go when the next run begins.
        """
        with told(self._root):
            self._change.make_room()
            with transaction(self._db) as db:
                self._change.apply()
                self._note(db, commit)
                for step in also:
                    step(db)
                seal_what_is_left(db)
        self._change.done()
        self._new, self._change = [], Change(self._root, self._db)

    def abort(self) -> None:
        """Remove what was written and not committed."""
        self._change.__exit__()
        self._new = []

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()

    def _keep(self, file: catalogue.StoredFile) -> None:
        self._change.add(file)
        self._new.append(file)

    def _check_free(self, table: str, first: int, last: int) -> None:
        for file in self._new:
            if file.tbl == table and file.first <= last and file.last >= first:
                raise UsageError(f"{table} of these days is already written in this commit")

    def _note(self, db: sqlite3.Connection, commit: Commit) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for day, record in commit.nights.items():
            values = (day, self.generation, self.run_id, now, day in commit.provisional, json.dumps(record))
            db.execute("INSERT OR REPLACE INTO nights VALUES (?, ?, ?, ?, ?, ?)", values)
        for taken in commit.inputs:
            file = taken.file
            row = (file.sha256, file.path, file.bytes, file.rows, json.dumps(taken.days), self.run_id, now)
            db.execute("INSERT OR IGNORE INTO inputs VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        for source, us in commit.watermarks.items():
            db.execute(FORWARD, (source, us))
        keep(db, self.run_id, commit.alerts)
        add_lines(db, self.run_id, now, commit.lines)
        for kind, day in commit.blobs_from.items():
            old = [file.name for file in catalogue.current(db, kind, until=day - 1)]
            catalogue.supersede(db, old, self.generation)


def known_inputs(db: sqlite3.Connection, checksums: Iterable[str]) -> dict[str, str]:
    """Of the given checksums, those of files that were taken in before, with the name they then had."""
    found = {}
    for sha256 in checksums:
        row = db.execute("SELECT name FROM inputs WHERE sha256 = ?", (sha256,)).fetchone()
        if row:
            found[sha256] = row[0]
    return found
