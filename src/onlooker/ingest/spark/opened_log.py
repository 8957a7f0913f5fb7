"""A log that Spark reads, before its columns are understood: a table by name, or files of one layout as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from onlooker.engines.spark import SparkEngine, errors_for_people
from onlooker.errors import EngineError
from onlooker.ingest.times import Order

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Kind = Literal["table", "csv", "json", "parquet"]

CORRUPT = "_corrupt_record"
FILE, SIZE, WHOLE = "onlooker_file", "onlooker_size", "onlooker_whole"
ENDINGS: dict[str, Kind] = {
    "csv": "csv", "tsv": "csv", "tab": "csv", "txt": "csv", "log": "csv", "json": "json", "jsonl": "json",
    "ndjson": "json", "parquet": "parquet", "pq": "parquet",
}  # fmt: skip
PACKED = (".gz", ".zst", ".bz2", ".lz4", ".snappy")


@dataclass(frozen=True)
class Source:
    """What is read as one. Files of a kind that go by position must have the same columns in the same order."""

    kind: Kind
    places: tuple[str, ...]
    """The table's name, or paths and globs as Spark writes them."""
    names: tuple[str, ...] = ()
    """Columns of delimited text, where they are known; else the first file's header says them, for all."""
    delimiter: str = ","
    encoding: str = "utf-8"
    array: bool = False
    """JSON: one array in each file, rather than an object on each line."""

    @property
    def shown(self) -> str:
        """For messages."""
        first = self.places[0].removeprefix("file://")
        more = f" and {len(self.places) - 1:,} more" if len(self.places) > 1 else ""
        return f"{first}{more}"


@dataclass(frozen=True)
class SparkLog:
    """An opened source."""

    source: Source
    view: str
    """Its rows, with the columns below, on the engine."""
    names: tuple[str, ...]
    """Columns of the log; those inside a record of records by dotted names."""
    types: Mapping[str, str]
    """Column -> Spark's name of its type; what the reader adds to a row included."""
    sample: list[tuple[str | None, ...]]
    """The first rows as text, in the order of `names`."""
    order: Order = ""
    """Of day and month in dates such as 03/04/2026."""


def open_log(engine: SparkEngine, source: Source, view: str = "spark_log") -> SparkLog:
    """Look at a source and give it the name `view`. Raises EngineError if Spark can't find or read it."""
    from pyspark.sql.functions import expr

    with errors_for_people():
        frame = _frame(engine, source)
        frame.createOrReplaceTempView(view)
        types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
        names = tuple(name for name in types if name not in (CORRUPT, FILE, SIZE, WHOLE))
        # As columns and not as SQL: a log may have hundreds of them, and a statement should stay short.
        # Lists and maps as JSON, as they were written.
        lists = {name for name in names if types[name].startswith(("array", "map"))}
        cells = [expr(f"to_json({quoted(n)})") if n in lists else frame[quoted(n)].cast("string") for n in names]
        sample = [tuple(row) for row in frame.select(*cells).limit(1000).collect()]
    return SparkLog(source, view, names, types, sample)


def kind_of(place: str) -> Kind:
    """What files are by their name."""
    name = place.lower().rstrip("/")
    for packed in PACKED:
        name = name.removesuffix(packed)
    ending = name.rpartition(".")[2]
    if ending not in ENDINGS:
        raise EngineError(
            f"{place}: Spark can't tell what kind of files these are.",
            f"Name files or a glob that end with .{', .'.join(ENDINGS)}, or a table with --table.",
        )
    return ENDINGS[ending]


def quoted(name: str) -> str:
    """A column in Spark's SQL."""
    return "`" + name.replace("`", "``") + "`"


def _frame(engine: SparkEngine, source: Source) -> DataFrame:
    if source.kind == "table":
        return _flat(engine.session.table(source.places[0]))
    # Files are read alone, as on one machine: Spark would make a column of a folder of the name team=x.
    read: Any = engine.session.read.option("recursiveFileLookup", "true")
    places = list(source.places)
    if source.kind == "parquet":
        frame = read.option("mergeSchema", "true").parquet(*places)
    elif source.kind == "json":
        frame = read.options(primitivesAsString="true", multiLine=str(source.array).lower()).json(places)
    else:
        checked = {} if source.names else {"enforceSchema": "false"}
        read = read.options(header="true", escape='"', sep=source.delimiter, encoding=source.encoding, **checked)
        names = source.names or read.csv(places).columns
        columns = ", ".join(f"{quoted(name)} STRING" for name in (*names, CORRUPT))
        frame = read.option("columnNameOfCorruptRecord", CORRUPT).schema(columns).csv(places)
    return _flat(frame, f"_metadata.file_path AS {FILE}", f"_metadata.file_size AS {SIZE}")


def _flat(frame: DataFrame, *further: str) -> DataFrame:
    """Records inside of records become columns with dotted names; WHOLE is the row as text."""
    from pyspark.sql.functions import coalesce, col, concat_ws, expr, lit
    from pyspark.sql.types import StructType

    def leaves(schema: StructType, path: tuple[str, ...]) -> list[Any]:
        found = []
        for field in schema.fields:
            place = (*path, field.name)
            if isinstance(field.dataType, StructType):
                found += leaves(field.dataType, place)
            else:
                found.append(col(".".join(f"`{part}`" for part in place)).alias(".".join(place)))
        return found

    flat: DataFrame = frame.select(*leaves(frame.schema, ()), *(expr(text) for text in further))
    cells = [quoted(name) for name in flat.columns if name not in (CORRUPT, FILE, SIZE)]
    return flat.withColumn(WHOLE, concat_ws(",", *(coalesce(col(cell).cast("string"), lit("")) for cell in cells)))
