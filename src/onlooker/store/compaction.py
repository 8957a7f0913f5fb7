"""Day files of months long gone become month files: fewer to open, sorted over the month, in one transaction each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onlooker.store import catalogue
from onlooker.store import history_chain as history
from onlooker.store.catalogue import StoredFile
from onlooker.store.database import transaction
from onlooker.store.faults import damaged, told
from onlooker.store.layout import TABLES, StoredTable, as_date, as_day, file_name
from onlooker.store.parquet_files import in_order, joint_schema, write_table

if TYPE_CHECKING:
    pass

ROWS_AT_ONCE = 1_000_000
"""Rows that are sorted together; a month is merged in as many ranges of its leading column as that takes."""


@dataclass(frozen=True)
class Compacted:
    """One month of one table."""

    table: str
    month: str
    files: int
    """Files that became one."""
    rows: int


def compact(root: Path, db: sqlite3.Connection, before: int, author: str) -> tuple[Compacted, ...]:
    """Merge the files of every whole month that ended before the day `before`.

    Day files that were replaced lie there until the next run begins, for a reader may be at them.
    """
    done = []
    for table in TABLES:
        old = [file for file in catalogue.current(db, table.name) if _month_end(file.last) < before]
        for month, group in groupby(old, key=lambda file: f"{as_date(file.first):%Y-%m}"):
            files = [file for file in group if f"{as_date(file.last):%Y-%m}" == month]
            if len(files) > 1:
                with told(root):
                    done.append(_merge(root, db, table, month, files, author))
    return tuple(done)


def _merge(
    root: Path, db: sqlite3.Connection, table: StoredTable, month: str, files: list[StoredFile], author: str
) -> Compacted:
    import pyarrow as pa
    import pyarrow.dataset as ds

    generation = catalogue.next_generation(db)
    first, last = files[0].first, files[-1].last
    name = file_name(table.name, first, last, generation)
    try:
        paths = [root / file.name for file in files]
        whole = ds.dataset(paths, schema=joint_schema(paths))
        written = write_table(root, name, table, _ranges(whole, table, files, root), whole.schema)
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        raise damaged(root, f"a file of {table.name} in {month} ({error})") from error
    if written.rows != sum(file.rows for file in files):
        (root / name).unlink()
        raise damaged(root, f"the files of {table.name} in {month} do not have the rows they were written with")
    with transaction(db):
        catalogue.supersede(db, [file.name for file in files], generation)
        catalogue.add(db, [catalogue.described(table.name, first, last, generation, written)])
        catalogue.note_generation(db, generation)
        history.append(db, author, "compact", {"table": table.name, "month": month, "files": len(files)})
    return Compacted(table.name, month, len(files), written.rows)


def _ranges(whole: Any, table: StoredTable, files: list[StoredFile], root: Path) -> Iterator[Any]:
    import pyarrow.compute as pc

    leading = pc.field(table.order[0])
    bounds = _bounds(table, files, root)
    for low, high in zip([None, *bounds], [*bounds, None], strict=True):
        chosen = leading.is_valid() if low is None else leading >= low
        if high is not None:
            chosen = chosen & (leading < high)
        if low is None:
            chosen = chosen | leading.is_null()
        yield in_order(whole.to_table(filter=chosen), table.order)


def _bounds(table: StoredTable, files: list[StoredFile], root: Path) -> list[Any]:
    """Values of the leading column that cut the month into parts of about ROWS_AT_ONCE rows."""
    import pyarrow.parquet as pq

    starts = []
    for file in files:
        with pq.ParquetFile(root / file.name) as source:
            column = source.schema_arrow.get_field_index(table.order[0])
            for number in range(source.num_row_groups):
                bounds = source.metadata.row_group(number).column(column).statistics
                if bounds is not None and bounds.has_min_max:
                    starts.append(bounds.min)
    starts.sort()
    parts = sum(file.rows for file in files) // ROWS_AT_ONCE + 1
    return sorted({starts[len(starts) * part // parts] for part in range(1, parts) if starts})


def _month_end(day: int) -> int:
    following = (as_date(day).replace(day=1) + timedelta(days=31)).replace(day=1)
    return as_day(following) - 1
