"""What the heavy stages ask of a SQL engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


class Engine(Protocol):
    """A place where tables live and SQL runs.

    The SQL that stages hand over is one text for every engine: times as int64 microseconds, days as integers,
    `NULLS FIRST/LAST` always written, no approximate functions. Each statement has a stage and a name, and is short
    enough to be read (see `statements`); an EngineError names them.
    """

    @property
    def distributed(self) -> bool:
        """Whether its tables may be larger than this machine: it then reads logs and keeps tables by itself."""

    @property
    def folder(self) -> Path:
        """A folder of this machine for temporary files that lives as long as the engine."""

    def table(self, name: str, select: str) -> None:
        """Compute `select` once and keep it under `name`, replacing what was there."""

    def table_by_days(self, name: str, select: str, source: str, apart_by: str | None = None) -> None:
        """As `table`, for a `select` whose groups never span days; `{days}` in it stands for a condition on `day`.

        `source` is the table with that column. An engine may compute some days at a time: fewer groups at once are
        cheaper, and bound the memory. With `apart_by`, a column of the result, it may also keep the result in parts
        (see `parts`), none of which shares a value of that column with another.
        """

    def parts(self, name: str) -> tuple[str, ...]:
        """The tables that together hold the rows of `name`: it alone, unless it was made apart and is large."""

    def add_on_disk(self, name: str, select: str) -> None:
        """Compute `select` once and add its rows to `name`, a large table that is read a few times and copied out."""

    def view(self, name: str, select: str) -> None:
        """Give `select` a name without computing it."""

    def take(self, name: str, rows: pa.Table) -> None:
        """Put a small table of this process there under `name`."""

    def drop(self, name: str) -> None:
        """Forget the table or view `name`, if it is there."""

    def columns(self, name: str) -> tuple[str, ...]:
        """Column names of a table or view, in order."""

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """The result as Python tuples; for small results."""

    def arrow(self, select: str) -> pa.Table:
        """The result as an Arrow table."""

    def arrays(self, select: str) -> dict[str, np.ndarray]:
        """The result as one numpy array per column."""

    def write_parquet(self, name: str, path: Path) -> None:
        """Write a table as one Parquet file, in whatever order is cheapest."""

    def parquet_writers(self, name: str) -> Sequence[Callable[[Path], None]]:
        """What writes a table as Parquet files, one each: several for a large one made by `add_on_disk`."""

    def lean(self, memory: str | None = None) -> AbstractContextManager[None]:
        """Hold no more than `memory` ("600MB"), or less of this machine's than else, so that others have room."""

    def close(self) -> None:
        """Release what the engine holds, temporary files included."""
