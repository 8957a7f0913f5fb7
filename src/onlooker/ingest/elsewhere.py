"""Logs that lie elsewhere than in files: objects of S3, Delta tables, and what a database answers.

Each is put into a file of the engine's folder, in blocks or batches, and is read from there as any other.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from onlooker.errors import UnusableInput, UsageError

if TYPE_CHECKING:
    pass

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+._-]+://")
BATCH = 20_000
"""Rows that are held at once."""
BLOCK = 1 << 22


def is_elsewhere(path: str) -> bool:
    """Whether a path is the address of an object store or of a database."""
    return bool(_ADDRESS.match(path))


def is_delta(folder: Path) -> bool:
    """Whether a folder is a Delta table: not every file in it is part of the table."""
    return (folder / "_delta_log").is_dir()


def fetched(address: str, query: str, folder: Path, is_log: Callable[[str], bool]) -> Iterator[tuple[str, Path]]:
    """What an address means: a name for people, and the file with its bytes or rows, for each object.

    Of objects below a prefix, those are meant whose name `is_log`. Raises UsageError and UnusableInput.
    """
    if address.startswith("s3://"):
        yield from _objects(address, folder, is_log)
    else:
        yield _rows(address, query, folder)


def delta_rows(table: Path, shown: str, folder: Path) -> Path:
    """The rows of a Delta table as it is now, as Parquet."""
    try:
        import deltalake
    except ImportError as error:
        raise UnusableInput(
            f"{shown} is a Delta table, which needs the library deltalake",
            "Install it with: pip install 'onlooker[delta]'",
        ) from error
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = folder / f"delta-{_number(folder)}.parquet"
    try:
        rows = deltalake.DeltaTable(str(table)).to_pyarrow_dataset()
        with pq.ParquetWriter(target, rows.schema) as writer:
            for batch in rows.to_batches(batch_size=BATCH):
                writer.write_batch(batch)
    except (deltalake.exceptions.DeltaError, pa.ArrowException, OSError) as error:
        raise UnusableInput(f"{shown} is a Delta table that can't be read: {_first_line(error)}") from error
    return target


def _objects(address: str, folder: Path, is_log: Callable[[str], bool]) -> Iterator[tuple[str, Path]]:
    import pyarrow as pa
    from pyarrow import fs

    place = urlsplit(address)
    path = f"{place.netloc}{place.path}".rstrip("/")
    try:
        store = fs.S3FileSystem(endpoint_override=_endpoint(), scheme=urlsplit(_endpoint() or "https://").scheme)
        found = store.get_file_info(path)
        if found.type == fs.FileType.NotFound:
            raise UsageError(f"no such object: {address}")
        inside = [found] if found.is_file else store.get_file_info(fs.FileSelector(path, recursive=True))
        meant = [one for one in inside if one.is_file and (found.is_file or is_log(one.base_name))]
        if not meant:
            raise UnusableInput(f"{address} holds no log files", "Name the objects, if they are logs.")
        for one in sorted(meant, key=lambda one: str(one.path)):
            target = folder / f"object-{_number(folder)}"
            with store.open_input_stream(one.path, compression=None) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, BLOCK)
            yield f"s3://{one.path}", target
    except (pa.ArrowException, OSError) as error:
        raise UnusableInput(
            f"{address} can't be read: {_first_line(error)}",
            "Keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the machine's role.",
        ) from error


def _endpoint() -> str | None:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")


def _rows(address: str, query: str, folder: Path) -> tuple[str, Path]:
    """The answer of a database as CSV, in batches."""
    try:
        import sqlalchemy as sa
    except ImportError as error:
        raise UnusableInput(
            f"{_without_password(address)} is a database, which needs the library SQLAlchemy",
            "Install it with: pip install 'onlooker[databases]', and the driver of your database.",
        ) from error
    shown = _without_password(address)
    if not query:
        raise UsageError(
            f"{shown} is a database: which rows?", "Say with --query 'SELECT viewed_at, agent, customer FROM ...'"
        )
    target = folder / f"query-{_number(folder)}.csv"
    try:
        engine = sa.create_engine(address)
        with engine.connect().execution_options(stream_results=True, max_row_buffer=BATCH) as connection:
            answer = connection.exec_driver_sql(query)
            with target.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n")
                writer.writerow(answer.keys())
                for part in answer.partitions(BATCH):
                    writer.writerows(map(_plain, part))
        engine.dispose()
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{shown} needs the driver {error.name}", f"Install it with: pip install {error.name}"
        ) from error
    except sa.exc.ArgumentError as error:
        raise UsageError(
            f"{shown} is no address of a log: {_first_line(error)}", "Write s3://... or DIALECT://..."
        ) from error
    except sa.exc.SQLAlchemyError as error:
        raise UnusableInput(f"{shown} can't be read: {_first_line(error)}") from error
    return shown, target


def _plain(row: Any) -> list[Any]:
    return [json.dumps(value) if isinstance(value, dict | list) else value for value in row]


def _without_password(address: str) -> str:
    return re.sub(r"(://[^/:@]*):[^/]*@", r"\1:***@", address)


def _number(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:300]
