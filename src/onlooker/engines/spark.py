"""Spark: the way past one machine. The stages hand it the same SQL text as DuckDB."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from onlooker.engines.scratch import Scratch
from onlooker.engines.spark_files import ReadFiles, check_shared, plain, target_of, write_days
from onlooker.engines.spark_session import SAME_ANSWERS, connect, start
from onlooker.engines.spark_workers import Workers
from onlooker.engines.sql_text import for_spark
from onlooker.engines.statements import handed_over
from onlooker.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession


NO_SUCH_TABLE = (
    "TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND", "REQUIRES_SINGLE_PART_NAMESPACE",
)  # fmt: skip


class SparkEngine:
    """Tables on Spark, as temporary views of a session of their own.

    A table is computed once: in local mode, or where `folder` names a place that all nodes see, it is written there as
    Parquet; else the executors keep it in memory and on their disks, and a run fails that loses one of them. Either way
    its history is over.
    """

    distributed: Literal[True] = True
    """Its tables may be larger than this machine."""

    def __init__(
        self,
        master: str | None = None,
        remote: str | None = None,
        *,
        session: SparkSession | None = None,
        folder: str | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        """One of: `master` (local[2], spark://host:7077, yarn, ...), `remote` (Spark Connect: sc://host:15002), or a
        `session` that is already there and is left running at the end. `options` are Spark's own. Raises EngineError.
        """
        self._started: SparkSession | None = None
        self._scratch = Scratch()
        self._shared: Scratch | None = None
        self._workers: Workers | None = None
        self._kept: dict[str, DataFrame] = {}
        with ExitStack() as on_failure, errors_for_people():
            on_failure.callback(self.close)
            self.session = self._open("local[*]" if master is None else master, remote, session, options or {})
            for name, value in SAME_ANSWERS.items():
                self.session.conf.set(name, value)
            on_failure.pop_all()
        self._files = ReadFiles(self.session)
        self._here = session is None and remote is None and (master is None or master.startswith("local"))
        self._folder = str(self._scratch.path) if self._here and not folder else folder
        self._run = f"onlooker-{uuid.uuid4().hex[:12]}"

    def _open(
        self, master: str, remote: str | None, session: SparkSession | None, options: Mapping[str, str]
    ) -> SparkSession:
        if session is not None:
            return session.newSession()
        self._started = connect(remote, options) if remote else start(master, self._scratch.path, options)
        if not remote and master.startswith("spark://"):
            self._workers = Workers(self._started, master)
        return self._started

    @property
    def folder(self) -> Path:
        """A folder for temporary files that lives as long as the engine; all nodes see it, if any is shared."""
        return self._shared.path if self._shared else self._scratch.path

    def share(self, place: Path) -> None:
        """Say that all nodes see the folder `place` of this machine: days are written there.

        Tables are too, if they have no other `folder`. What is put there is removed when the engine closes.
        Raises EngineError if the workers do not see it.
        """
        if self._here:
            return
        self._shared = Scratch(place)
        with errors_for_people(f" (a folder for all nodes, {place})"):
            check_shared(self.session, self._shared.path)
        self._folder = self._folder or target_of(self._shared.path)

    def table(self, name: str, select: str) -> None:
        """Compute `select` once and keep it under `name`."""
        with self._running(select, name) as statement:
            made = self._computed(name, statement)
            self.drop(name)
            self._keep(name, made)

    @contextmanager
    def _running(self, select: str, makes: str | None = None) -> Iterator[str]:
        """The SQL to run, as Spark spells it; in the meantime errors name its stage and table."""
        with errors_for_people():
            named = self._files.named(select)
        statement = handed_over(for_spark(named), makes)
        where = f" ({statement.place})"
        with self._workers.needed(where) if self._workers else nullcontext(), errors_for_people(where):
            yield statement.sql

    def _computed(self, name: str, statement: str) -> DataFrame:
        made = self.session.sql(statement)
        if self._folder:
            place = f"{self._folder}/{self._run}/{name}-{uuid.uuid4().hex[:8]}"
            made.write.parquet(place)
            return self.session.read.schema(made.schema).parquet(plain(place))
        # Persisting would keep the history in the plan, which then grows from table to table without end.
        return made.localCheckpoint(eager=True)

    def _keep(self, name: str, made: DataFrame) -> None:
        self._kept[name] = made
        made.createOrReplaceTempView(name)

    def table_by_days(self, name: str, select: str, source: str, apart_by: str | None = None) -> None:
        """As `table`: Spark parts its work by itself."""
        del source, apart_by
        self.table(name, select.format(days="TRUE"))

    def parts(self, name: str) -> tuple[str, ...]:
        """The table itself."""
        return (name,)

    def add_on_disk(self, name: str, select: str) -> None:
        """Compute `select` once and add its rows to `name`: where Spark keeps them is its own affair."""
        with self._running(select, name) as statement:
            made, earlier = self._computed(name, statement), self._kept.get(name)
            self._keep(name, made if earlier is None else earlier.unionByName(made))

    def view(self, name: str, select: str) -> None:
        """Give `select` a name. Unlike DuckDB's, the view keeps to the tables that have the names now."""
        with self._running(select, name) as statement:
            self.session.sql(statement).createOrReplaceTempView(name)

    def take(self, name: str, rows: pa.Table) -> None:
        """Put a table of this machine there under `name`: for side tables, not for logs."""
        self.lend(f"taken_{name}", rows)
        self.table(name, f"SELECT * FROM taken_{name}")
        self.drop(f"taken_{name}")

    def lend(self, name: str, rows: pa.Table) -> None:
        """The same for a few rows that are read once: they stay on this machine."""
        with errors_for_people():
            self.session.createDataFrame(rows).createOrReplaceTempView(name)

    def drop(self, name: str) -> None:
        """Forget `name`, if it is there. Views made of it go on working."""
        with errors_for_people():
            self.session.catalog.dropTempView(name)
            self._kept.pop(name, None)

    def columns(self, name: str) -> tuple[str, ...]:
        """Column names, in order."""
        with errors_for_people():
            return tuple(self.session.table(name).columns)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """The result as Python tuples."""
        with self._running(select) as statement:
            return [tuple(row) for row in self.session.sql(statement).collect()]

    def arrow(self, select: str) -> pa.Table:
        """The result as an Arrow table."""
        with self._running(select) as statement:
            return self.session.sql(statement).toArrow()

    def write_parquet(self, name: str, path: Path) -> None:
        """Write a table as one Parquet file, through this machine's memory."""
        import pyarrow.parquet as pq

        pq.write_table(self.arrow(f"SELECT * FROM {name}"), path)

    def parquet_writers(self, name: str) -> Sequence[Callable[[Path], None]]:
        """What writes a table as one Parquet file."""
        return [partial(self.write_parquet, name)]

    def arrays(self, select: str) -> dict[str, np.ndarray]:
        """The result as one numpy array per column, masked where there are nulls."""
        table = self.arrow(select)
        return {name: _array(table.column(name)) for name in table.column_names}

    def lean(self, memory: str | None = None) -> AbstractContextManager[None]:
        """Nothing is lent: Spark's memory is its own."""
        del memory
        return nullcontext()

    def days_written(self, name: str, select: str, order: Sequence[str], row_group: int) -> dict[int, list[Path]]:
        """Write the rows of `select`, of the table `name`, as Parquet files of this machine; those of each `day`.

        They are sorted by `order`, and the files of a day are apart by its first column. Closing the engine removes
        them.
        """
        with self._running(select, name) as statement:
            return write_days(self.session.sql(statement), order, row_group, self.folder)

    def save(self, name: str, target: str) -> None:
        """Write a table that has a `day` to the folder `target` as Parquet, a folder per day.

        Days that are there already are replaced, whole and at the end: a run that fails leaves them as they were.
        """
        with errors_for_people():
            table = self.session.table(name).repartition("day")
            table.write.mode("overwrite").option("partitionOverwriteMode", "dynamic").partitionBy("day").parquet(target)

    def close(self) -> None:
        """Stop what was started; temporary tables go."""
        try:
            if self._workers:
                self._workers.close()
            if self._started is not None:
                self._remove_folder()
                self._started.stop()
        finally:
            self._started = None
            self._kept.clear()
            if self._shared:
                self._shared.close()
            self._scratch.close()

    def _remove_folder(self) -> None:
        """Through Hadoop, since the folder may be on any kind of storage."""
        if not self._kept or not self._folder or not hasattr(self.session, "sparkContext"):
            return
        with errors_for_people():
            context: Any = self.session.sparkContext
            path = context._jvm.org.apache.hadoop.fs.Path(f"{self._folder}/{self._run}")
            path.getFileSystem(context._jsc.hadoopConfiguration()).delete(path, True)

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _array(column: pa.ChunkedArray) -> np.ndarray:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    values: np.ndarray = column.to_numpy()
    if column.null_count:
        empty = "" if pa.types.is_string(column.type) else pa.scalar(0).cast(column.type)
        values = np.ma.masked_array(pc.fill_null(column, empty).to_numpy(), column.is_null().to_numpy())
    return values


@contextmanager
def errors_for_people(where: str = "") -> Iterator[None]:
    """Spark's exceptions as EngineErrors of one line; `where` says what was run."""
    try:
        # Spark's own bridge to Java, which has no types.
        py4j = import_module("py4j.protocol")
        from pyspark.errors import AnalysisException, PySparkException
    except ImportError as error:
        raise EngineError("PySpark is not installed.", "Install it with: pip install 'onlooker[spark]'") from error
    try:
        yield
    except AnalysisException as error:
        raise _not_understood(error, where) from error
    except PySparkException as error:
        message = _first_line(str(error))
        raise EngineError(f"Spark{where}: {message}", _hint(message), message) from error
    except py4j.Py4JJavaError as error:
        message = _first_line(_root_cause(error.java_exception))
        raise EngineError(f"Spark{where}: {message}", _hint(message), message) from error
    except py4j.Py4JError as error:
        raise EngineError(f"Spark stopped answering{where}: {_first_line(str(error))}") from error


def _not_understood(error: Any, where: str) -> EngineError:
    message = _first_line(str(error))
    if any(condition in message for condition in NO_SUCH_TABLE):
        hint = (
            "Name it as Spark does, catalog.schema.table. A catalog of your own must be set up for the session: "
            "--spark-conf spark.sql.catalog.NAME=CLASS, or spark-defaults.conf."
        )
        return EngineError(f"Spark{where}: {message}", hint, message)
    if "PATH_NOT_FOUND" in message:
        hint = "The path must be readable from the driver and from every worker."
        return EngineError(f"Spark{where}: {message}", hint, message)
    return EngineError(f"Spark{where}: {message}", said=message)


def _hint(message: str) -> str:
    if "Class org.apache.hadoop.fs" in message and "not found" in message:
        return "Spark lacks this storage's package: --spark-conf spark.jars.packages=... names it, hadoop-aws for s3a."
    if "CSV header does not conform" in message:
        return "Files that Spark finds by itself must all have the same columns in the same order."
    return ""


def _root_cause(java_exception: Any) -> str:
    while java_exception.getCause() is not None:
        java_exception = java_exception.getCause()
    return str(java_exception.toString())


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0]
