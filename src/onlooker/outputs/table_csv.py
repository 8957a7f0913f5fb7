"""A table as CSV for spreadsheets."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from onlooker.atomic_files import write_whole
from onlooker.outputs.cells import cell

if TYPE_CHECKING:
    import pyarrow as pa


def write_table_csv(path: Path, table: pa.Table, *, group: str | None = None) -> None:
    """Write all columns and rows of `table` in their order, every string defused."""
    with write_whole(path, group=group) as out:
        print_table_csv(out, table)


def print_table_csv(out: TextIO, table: pa.Table) -> None:
    """The same, to a stream that is open."""
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(table.schema.names)
    for batch in table.to_batches():
        columns = [column.to_pylist() for column in batch.columns]
        rows.writerows([cell(value) for value in row] for row in zip(*columns, strict=True))
