"""DuckDB in this process: the default engine."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from onlooker.atomic_files import link_or_copy
from onlooker.engines.day_spans import day_spans
from onlooker.engines.scratch import Scratch
from onlooker.engines.sql_text import literal, literals
from onlooker.engines.statements import FileLists, Statement, handed_over
from onlooker.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DEFAULT_MEMORY = "1400MB"
LEAN = 0.6
"""Part of its memory that the engine keeps to while others need room."""

DICTIONARY = 5000
"""Distinct values of a Parquet column from which it gets no dictionary: ids of customers and instants need none, and
looking for one costs a quarter of the writing."""

PARQUET = f"FORMAT parquet, PARQUET_VERSION V2, COMPRESSION snappy, DICTIONARY_SIZE_LIMIT {DICTIONARY}"
"""How tables are written: its second version's encodings make files a fifth smaller, and quicker to write and read."""

ROW_BYTES = 120
"""Memory for one row of a log while its visits are explained, about."""

UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
"""Of the engine's sizes, each 1,024 of the one before."""

SPARK_NAMES = (
    "from_utc_timestamp(t, zone) AS (t AT TIME ZONE 'UTC') AT TIME ZONE zone",
    "shiftleft(a, n) AS a << n",
    "xxhash64(a) AS hash(a), (a, b) AS hash(a, b)",
)
"""Functions of the common SQL that only Spark has under these names. Hashes differ; whether two are equal does not."""


def first_line(error: Exception) -> str:
    """The first line of an engine's message: the rest is its own advice on options that users do not see."""
    return str(error).strip().split("\n", 1)[0]


def _read(files: list[Path]) -> str:
    """SQL of the rows of some files: the files alone, and not what the names of their folders say."""
    return f"read_parquet([{literals(map(str, files))}], hive_partitioning = false)"


class DuckEngine:
    """An embedded database in a temporary folder: what does not fit `memory` goes to disk and is removed at the end."""

    distributed: Literal[False] = False
    """Its tables are on this machine."""

    def __init__(self, memory: str = DEFAULT_MEMORY, threads: int | None = None, folder: Path | None = None) -> None:
        """`memory` as DuckDB writes it ("2GB"); `folder` for temporary data, by default the system's."""
        self.memory = memory
        self._scratch = Scratch(folder)
        self._files: dict[str, list[Path]] = {}
        self._apart: dict[str, tuple[str, ...]] = {}
        self._made = 0
        self._lists = FileLists()
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": f"{self.folder}/spill",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads:
            config["threads"] = threads
        with self._errors_for_people():
            # In memory, what does not fit goes to `spill`: three times faster than tables in a database file.
            self.connection = duckdb.connect(":memory:", config=config)
        self._run("SET TimeZone = 'UTC'", "time_zone")
        # Data alone goes to standard output; without a script's file, as in `python -c`, DuckDB would draw there.
        # In a notebook it draws with ipywidgets or not at all, and without them refuses even to be told not to.
        if "ipykernel" not in sys.modules:
            self._run("SET enable_progress_bar = false", "progress_bar")
        for macro in SPARK_NAMES:
            self._run(f"CREATE MACRO {macro}")

    @property
    def folder(self) -> Path:
        """A folder for temporary files that lives as long as the engine."""
        return self._scratch.path

    @contextmanager
    def _errors_for_people(self, statement: Statement | None = None) -> Iterator[None]:
        where = f" ({statement.place})" if statement else ""
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            message, hint = first_line(error), "Give more with --memory, for example --memory 4GB."
            raise EngineError(f"DuckDB ran out of memory{where}: {message}", hint, message) from error
        except duckdb.Error as error:
            raise EngineError(f"DuckDB{where}: {first_line(error)}", said=first_line(error)) from error

    @contextmanager
    def _running(self, sql: str, makes: str | None = None) -> Iterator[str]:
        """The SQL to run, as it is; in the meantime errors name its stage and table."""
        short, lists = self._lists.apart(sql)
        for name, files in lists.items():
            self._run(f"SET VARIABLE {name} = ?", name, [files])
        statement = handed_over(short, makes)
        with self._errors_for_people(statement):
            yield short

    def _run(self, sql: str, makes: str | None = None, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._running(sql, makes) as statement:
            # A result that is not drained makes the next statement fail.
            return self.connection.execute(statement, given or None).fetchall()

    def table(self, name: str, select: str) -> None:
        """Compute `select` once and keep it under `name`."""
        if name not in self._files:
            self._run(f"CREATE OR REPLACE TABLE {name} AS {select}")
            return
        self._run(f"CREATE TABLE {name}_anew AS {select}")  # which may read what it replaces
        self.drop(name)
        self._run(f"ALTER TABLE {name}_anew RENAME TO {name}", name)

    def table_by_days(self, name: str, select: str, source: str, apart_by: str | None = None) -> None:
        """As `table`, for a `select` whose groups never span days, with `{days}` for a condition on `day`.

        Rows in the order of time are grouped some days at a time, while the groups fit the processor's cache. Where
        days are mixed, each time reads everything, so it is done only as often as memory asks for. With `apart_by`,
        what would not fit into memory later is kept in files, apart by the hash of that column (see `parts`).
        """
        parts = max(math.ceil(self._count(source) * ROW_BYTES / self._memory_bytes()), 1)
        selects = [
            select.format(days=days) for days in day_spans(self.rows, source, self._count(source) / parts) or ["TRUE"]
        ]
        if apart_by and parts > 1:
            self._keep_apart(name, selects, apart_by, parts)
            return
        first, *further = selects
        self.table(name, first)
        for rows in further:
            self._run(f"INSERT INTO {name} {rows}")

    def parts(self, name: str) -> tuple[str, ...]:
        """The tables that together hold the rows of `name`."""
        return self._apart.get(name, (name,))

    def _count(self, source: str) -> int:
        ((rows,),) = self.rows(f"SELECT count(*) FROM {source}")
        return int(rows)

    def _keep_apart(self, name: str, selects: list[str], column: str, parts: int) -> None:
        self.drop(name)
        place = self.folder / f"{name}-apart"
        for number, select in enumerate(selects):
            apart = f"SELECT *, CAST(hash({column}) % {parts} AS INTEGER) AS part FROM ({select})"
            how = f"PARTITION_BY (part), OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'rows{number}-{{i}}'"
            self._write(name, apart, place, how)
        names = []
        for part in range(parts):
            if files := sorted((place / f"part={part}").glob("*.parquet")):
                names.append(f"{name}_{part}")
                self.view(names[-1], f"SELECT * FROM {_read(files)}")
        if not names:  # no row, no file
            self.table(name, selects[0])
            return
        self.view(name, " UNION ALL ".join(f"SELECT * FROM {part}" for part in names))
        self._apart[name], self._files[name] = tuple(names), sorted(place.rglob("*.parquet"))

    def add_on_disk(self, name: str, select: str) -> None:
        """Compute `select` once, into a Parquet file of the temporary folder, and add it to what `name` stands for."""
        self._made += 1
        path = self.folder / f"{name}-{self._made}.parquet"
        self._write(name, select, path)
        self._files.setdefault(name, []).append(path)
        self.view(name, f"SELECT * FROM {_read(self._files[name])}")

    def view(self, name: str, select: str) -> None:
        """Give `select` a name."""
        self._run(f"CREATE OR REPLACE VIEW {name} AS {select}")

    def take(self, name: str, rows: pa.Table) -> None:
        """Put a table of this process there under `name`."""
        with self._errors_for_people():
            self.connection.register(f"{name}_taken", rows)
        self.table(name, f"SELECT * FROM {name}_taken")
        with self._errors_for_people():
            self.connection.unregister(f"{name}_taken")

    def drop(self, name: str) -> None:
        """Forget `name`, if it is there."""
        kinds = self._run(f"SELECT table_type FROM information_schema.tables WHERE table_name = '{name}'", name)
        for (kind,) in kinds:
            self._run(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} {name}")
        for part in self._apart.pop(name, ()):
            self.drop(part)
        for file in self._files.pop(name, ()):
            file.unlink()

    def columns(self, name: str) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(row[0] for row in self._run(f"DESCRIBE {name}", name))

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """The result as Python tuples."""
        return self._run(select)

    def arrow(self, select: str) -> pa.Table:
        """The result as an Arrow table."""
        with self._running(select) as statement:
            return self.connection.sql(statement).to_arrow_table()

    def arrays(self, select: str) -> dict[str, np.ndarray]:
        """The result as one numpy array per column."""
        with self._running(select) as statement:
            return self.connection.sql(statement).fetchnumpy()

    def write_parquet(self, name: str, path: Path) -> None:
        """Write a table as one Parquet file, in whatever order is cheapest; a single file is only linked or copied."""
        files = self._files.get(name, [])
        if len(files) == 1:
            link_or_copy(files[0], path)
        else:
            self._write(name, f"SELECT * FROM {name}", path)

    def parquet_writers(self, name: str) -> Sequence[Callable[[Path], None]]:
        """What writes a table as Parquet files, one each; those on disk are only linked or copied."""
        files = self._files.get(name, [])
        return [partial(link_or_copy, file) for file in files] or [partial(self.write_parquet, name)]

    def _write(self, name: str, select: str, path: Path, how: str = "USE_TMP_FILE false") -> None:
        self._run("SET preserve_insertion_order = false", name)  # with both threads
        try:
            self._run(f"COPY ({select}) TO {literal(str(path))} ({PARQUET}, {how})", name)
        finally:
            self._run("SET preserve_insertion_order = true", name)

    def _memory_bytes(self) -> float:
        ((limit,),) = self._run("SELECT current_setting('memory_limit')", "memory")
        size, unit = limit.split()
        return float(size) * float(1024 ** UNITS.index(unit))

    @contextmanager
    def lean(self, memory: str | None = None) -> Iterator[None]:
        """Keep to `memory`, or to 60 %, meanwhile, so that others have room; the rest goes to disk until it is read."""
        self._run(f"SET memory_limit = '{memory or f'{LEAN * self._memory_bytes():.0f} bytes'}'", "memory")
        try:
            yield
        finally:
            self._run(f"SET memory_limit = '{self.memory}'", "memory")

    def close(self) -> None:
        """Release memory and temporary files."""
        self.connection.close()
        self._scratch.close()

    def __enter__(self) -> DuckEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
