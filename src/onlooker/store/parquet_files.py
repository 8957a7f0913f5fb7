"""Parquet files of a store: sorted, with row groups small enough to skip, and a checksum taken as they are written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from onlooker.atomic_files import sync_directory, write_whole_bytes
from onlooker.errors import OnlookerError
from onlooker.store.access import file_mode, reading_group
from onlooker.store.layout import ROW_GROUP, StoredTable

if TYPE_CHECKING:
    import pyarrow as pa

BOUNDED = ("day", "agent_id", "customer_id", "ticket_id")
"""Columns whose bounds are written for every row group, beside those that rows are sorted by."""

SELDOM_REPEAT = ("customer_id", "ticket_id", "first_us", "last_us", "us")
"""Columns without a dictionary: it would be nearly as large as the values, and read whole to look up a few rows."""
PAGE_BYTES = 32_768
"""Bytes of a column that are read together: an agent's rows of a day lie side by side, on one or two pages."""
FALSELY_FOUND = 0.05
"""Share of row groups in which a Bloom filter does not rule out a customer that is not in them."""

READ_BYTES = 1 << 20


def joint_schema(files: Iterable[Path]) -> pa.Schema:
    """All columns that any of the files has: a column that came with an upgrade is null before it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pa.unify_schemas([pq.read_schema(file) for file in files], promote_options="permissive")


class Checked:
    """A file that is hashed and counted as it is written."""

    closed = False

    def __init__(self, raw: BinaryIO) -> None:
        self._raw, self._hash, self.bytes = raw, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Append `data`."""
        self._hash.update(data)
        self.bytes += memoryview(data).nbytes
        return self._raw.write(data)

    def tell(self) -> int:
        """Bytes so far."""
        return self.bytes

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._raw.flush()

    def close(self) -> None:
        """Nothing: the file belongs to whoever opened it."""

    @property
    def sha256(self) -> str:
        """Checksum of what was written so far."""
        return self._hash.hexdigest()


@dataclass(frozen=True)
class Written:
    """A file that is on the disk, whole."""

    bytes: int
    sha256: str
    rows: int
    columns: str
    """Names and types, as one text."""


def write_table(
    root: Path, name: str, table: StoredTable, batches: Iterable[Any], schema: pa.Schema, most: int = ROW_GROUP
) -> Written:
    """Write `batches` (Arrow tables or record batches, already in order) as the file `name` of the store `root`.

    `most` is the largest number of rows that there can be, if it is known: Bloom filters are made for that many.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = 0
    with write_whole_bytes(root / name, group=reading_group(root)) as raw:
        out = Checked(raw)
        with pq.ParquetWriter(pa.PythonFile(out, "w"), schema, **_options(schema, table, most)) as writer:
            for batch in batches:
                part = batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch], schema)
                writer.write_table(part.cast(schema), row_group_size=ROW_GROUP)
                rows += part.num_rows
    return Written(out.bytes, out.sha256, rows, columns_of(schema))


def adopt_table(root: Path, name: str, table: StoredTable, write: Callable[[Path], None]) -> Written:
    """Let `write` make the Parquet file `name` of the store `root`, at the path it is given.

    For an engine that writes Parquet itself: faster than rows can be handed over. Rows lie in the engine's order.
    """
    import pyarrow.parquet as pq

    path = root / name
    aside = path.with_name(f".{path.name}.part")
    try:
        write(aside)
        aside.chmod(file_mode(root))
        with aside.open("rb") as raw:
            sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
            os.fsync(raw.fileno())
        with pq.ParquetFile(aside) as made:
            check_columns(table, made.schema_arrow.names)
            rows, columns = made.metadata.num_rows, columns_of(made.schema_arrow)
        size = aside.stat().st_size
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)  # there only if it failed
    sync_directory(path.parent)
    return Written(size, sha256, rows, columns)


def write_blob(root: Path, name: str, data: bytes | Path) -> Written:
    """Write bytes, or the content of a file, as the file `name` of the store `root`."""
    with write_whole_bytes(root / name, group=reading_group(root)) as raw:
        out = Checked(raw)
        if isinstance(data, Path):
            with data.open("rb") as source:
                while chunk := source.read(READ_BYTES):
                    out.write(chunk)
        else:
            out.write(data)
    return Written(out.bytes, out.sha256, 0, "")


def in_order(data: pa.Table, order: Iterable[str]) -> pa.Table:
    """The rows sorted by the columns `order`, in whole chunks."""
    return data.sort_by([(column, "ascending") for column in order]).combine_chunks()


def check_columns(table: StoredTable, names: Iterable[str]) -> None:
    """Raise if rows of `table` could not be found again by the columns they have."""
    needed = {"day", *table.order, *(("customer_id",) if table.customer else ()), "agent_id"}
    missing = sorted(needed - set(names))
    if missing:
        raise OnlookerError(f"rows for the store's table {table.name} lack the columns {', '.join(missing)}")


def columns_of(schema: pa.Schema) -> str:
    """Names and types as one text: equal for files that can be read together as they are."""
    return ", ".join(f"{field.name} {field.type}" for field in schema)


def checksum(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _options(schema: pa.Schema, table: StoredTable, most: int) -> dict[str, Any]:
    import pyarrow as pa

    # Rows lie in the order of agents, so that bounds say where an agent's are; a Bloom filter says it of a customer.
    sought = {"customer_id": {"ndv": max(min(most, ROW_GROUP), 1), "fpp": FALSELY_FOUND}}
    return {
        "compression": "zstd",
        "compression_level": 3,
        # A dictionary of numbers that hardly repeat costs as much as the rest, and makes the file larger.
        "use_dictionary": [
            field.name for field in schema if not pa.types.is_floating(field.type) and field.name not in SELDOM_REPEAT
        ],
        "data_page_size": PAGE_BYTES,
        "bloom_filter_options": sought if table.customer else None,
        # Bounds of columns that nobody looks for would make the ends of files larger, and every reader reads those.
        "write_statistics": [name for name in schema.names if name in {*table.order, *BOUNDED}],
    }
