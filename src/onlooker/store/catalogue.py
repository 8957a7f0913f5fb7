"""Which files count: the table `files`, where a file is current, superseded, or not there at all."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from onlooker.engines.sql_text import literal
from onlooker.schema.days import AFTER_ALL, BEFORE_ALL
from onlooker.store.differences import added_columns, columns_of_files
from onlooker.store.layout import StoredTable, file_name
from onlooker.store.parquet_files import Written


@dataclass(frozen=True)
class StoredFile:
    """One file that a commit named."""

    name: str
    """Path inside the store."""
    tbl: str
    first: int
    last: int
    generation: int
    bytes: int
    sha256: str
    rows: int
    columns: str
    """Names and Arrow types as they were written: `day int32, agent_id string`."""


COLUMNS = ", ".join(field.name for field in fields(StoredFile))


def described(
    table: str, first: int, last: int, generation: int, written: Written, *, suffix: str = "parquet", part: int = 0
) -> StoredFile:
    """The catalogue's entry of a file that was just written."""
    name = file_name(table, first, last, generation, suffix, part)
    return StoredFile(
        name, table, first, last, generation, written.bytes, written.sha256, written.rows, written.columns
    )


def current(
    db: sqlite3.Connection, table: str | None = None, since: int = BEFORE_ALL, until: int = AFTER_ALL
) -> list[StoredFile]:
    """The files that count, in order of their days; of one table, and with days of `since` to `until`, if given."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM files WHERE superseded IS NULL AND (?1 IS NULL OR tbl = ?1)"
        " AND last >= ?2 AND first <= ?3 ORDER BY tbl, first",
        (table, since, until),
    )
    return [StoredFile(*row) for row in rows]


def superseded(db: sqlite3.Connection) -> list[str]:
    """Names of files that a later generation has replaced and that still lie there."""
    return [name for (name,) in db.execute("SELECT name FROM files WHERE superseded IS NOT NULL ORDER BY name")]


def supersede(db: sqlite3.Connection, names: list[str], generation: int) -> None:
    """Take files out of what counts. They are deleted later, for a reader may be at them."""
    db.executemany("UPDATE files SET superseded = ? WHERE name = ?", [(generation, name) for name in names])


def add(db: sqlite3.Connection, files: list[StoredFile]) -> None:
    """Make files count."""
    marks = ", ".join("?" for _ in fields(StoredFile))
    db.executemany(f"INSERT INTO files ({COLUMNS}) VALUES ({marks})", [astuple(file) for file in files])


def next_generation(db: sqlite3.Connection) -> int:
    """The number that new files carry; it grows with each commit, never with one that failed."""
    row = db.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return int(row[0]) + 1 if row else 1


def note_generation(db: sqlite3.Connection, generation: int) -> None:
    """Write down that `generation` was committed."""
    db.execute("INSERT OR REPLACE INTO meta VALUES ('generation', ?)", (str(generation),))


def delete_superseded(db: sqlite3.Connection, root: Path) -> int:
    """Remove the files that a later generation has replaced, and forget them."""
    names = superseded(db)
    for name in names:
        (root / name).unlink(missing_ok=True)
    db.executemany("DELETE FROM files WHERE name = ?", [(name,) for name in names])
    return len(names)


def selection(root: Path, table: StoredTable, files: list[StoredFile], since: int, until: int) -> str:
    """SQL that stands for the rows of `files` on the days `since` to `until`, for DuckDB.

    It has all declared columns of the table: null where a file was written before there was one.
    """
    names = ", ".join(_quoted(root / file.name) for file in files)
    written = columns_of_files(root, files)
    # Reading by name opens every file first, so it is asked for only when files differ.
    by_name = ", union_by_name = true" if len(written) > 1 else ""
    added = added_columns(table.name, written)
    # A store in a folder of the name day=3 would else have that for its days.
    read = f"SELECT *{added} FROM read_parquet([{names}], hive_partitioning = false{by_name})"
    return f"({read} WHERE day >= {since} AND day <= {until}) AS stored_{table.name}"


def _quoted(path: Path) -> str:
    return literal(re.sub(r"([*?\[])", r"[\1]", str(path.absolute())))
