"""Parquet files of this machine on Spark: those that a statement names are read, and days are written as files."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onlooker.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

OF_DAY = "of_day"
"""The day once more: Spark takes the column by whose values it makes folders out of the files."""
ROWS = "parquet.block.row.count.limit"
"""Parquet's option for the rows of a row group, which are skipped or read together."""

# As the store's SQL names them: the files alone, whatever their folders are called, and by name where they differ.
_READ = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|"""
    r"""read_parquet\(\[((?:'(?:[^']|'')*'(?:, )?)+)\], hive_partitioning = false(, union_by_name = true)?\)"""
)
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_ESCAPED = re.compile(r"\[([*?\[])\]")


def place_of(path: Path) -> str:
    """A local path to be read: never taken for a glob, nor looked for on another file system."""
    return plain(target_of(path))


def target_of(path: Path) -> str:
    """A local path to be written, which Spark takes as it is."""
    return f"file://{path.resolve()}"


def plain(place: str) -> str:
    """A place to be read that is never taken for a glob."""
    return re.sub(r"([\[\]{}*?\\,])", r"\\\1", place)


class ReadFiles:
    """Lists of files that statements read, each a view of the session under a name of its own."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._views: dict[str, str] = {}

    def named(self, sql: str) -> str:
        """`sql` with a view in the place of each list of files."""
        return _READ.sub(self._view, sql) if "read_parquet([" in sql else sql

    def _view(self, found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        name = self._views.get(found[0])
        if name is None:
            files = [Path(_ESCAPED.sub(r"\1", text.replace("''", "'"))) for text in _LITERAL.findall(found[1])]
            name = f"files_{len(self._views) + 1}"
            read: Any = self._session.read.option("mergeSchema", "true" if found[2] else "false")
            read.parquet(*map(place_of, files)).createOrReplaceTempView(name)
            self._views[found[0]] = name
        return name


def write_days(rows: DataFrame, order: Sequence[str], row_group: int, folder: Path) -> dict[int, list[Path]]:
    """Write `rows`, which have a `day`, below `folder`, which all nodes see; the files of each day.

    The files of a day are apart by the first column of `order`, each sorted by all of it. Raises EngineError if nodes
    wrote what this machine does not see.
    """
    place = folder / f"days-{uuid.uuid4().hex[:8]}"
    apart = rows.repartitionByRange("day", order[0]).sortWithinPartitions("day", *order)
    wanted = rows.count()
    write: Any = apart.selectExpr("*", f"day AS {OF_DAY}").write.option("compression", "zstd").option(ROWS, row_group)
    write.partitionBy(OF_DAY).parquet(target_of(place))
    made = {int(day.name.partition("=")[2]): sorted(day.glob("*.parquet")) for day in place.glob(f"{OF_DAY}=*")}
    seen = sum(_rows(file) for files in made.values() for file in files)
    if seen != wanted:
        raise not_shared(folder, f"of {wanted:,} rows that Spark wrote there, {seen:,} are seen here")
    return made


def not_shared(folder: Path, why: str) -> EngineError:
    """The error of a folder that is not the same one on all nodes."""
    return EngineError(
        f"{folder} is not the same folder for Spark's workers: {why}.",
        "Nights on a cluster take a store that all nodes see under the same path, and may write to as the same user.",
    )


def _rows(file: Path) -> int:
    import pyarrow.parquet as pq

    with pq.ParquetFile(file) as made:
        return int(made.metadata.num_rows)


def check_shared(session: SparkSession, folder: Path) -> None:
    """Raise EngineError unless what Spark's workers write into `folder` is seen here."""
    place, parts = folder / "seen-by-all", 4
    session.range(0, parts, 1, parts).write.parquet(target_of(place))
    seen = sum(_rows(file) for file in place.glob("*.parquet"))
    if seen != parts:
        raise not_shared(folder, "what they write is not seen here")
