"""DuckDB and Spark on one log: local Spark, a standalone cluster of two workers, Spark Connect."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.engines.spark import SparkEngine
from onlooker.engines.spark_events import open_log, read_events
from onlooker.engines.spark_session import java_there
from onlooker.errors import EngineError
from onlooker.ingest import read_logs

from .cluster import connect_server, standalone
from .logs import write_awkward_log
from .parity import ZONE, check_parity

several_jvms = pytest.mark.skipif(
    not os.environ.get("ONLOOKER_TEST_CLUSTER"),
    reason="starts several Java machines, which takes many minutes on two busy cores: ONLOOKER_TEST_CLUSTER=1 runs it",
)

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not find_spec("pyspark"), reason="PySpark is not installed"),
    pytest.mark.skipif(not java_there(), reason="Spark needs Java, and there is none"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_awkward_log(tmp_path_factory.mktemp("log") / "views.csv")


@pytest.fixture(scope="module")
def local() -> Iterator[SparkEngine]:
    with SparkEngine("local[2]", options={"spark.sql.shuffle.partitions": "4"}) as engine:
        yield engine


def test_the_answers_are_those_of_duckdb(local: SparkEngine, log: Path) -> None:
    check_parity(local, log)


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_other_files_and_tables_by_name(local: SparkEngine, log: Path, kind: str, tmp_path: Path) -> None:
    other = tmp_path / f"views.{kind}"
    with DuckEngine(threads=1) as duck:
        form = "FORMAT parquet" if kind == "parquet" else "FORMAT json"
        duck.rows(f"COPY (FROM read_csv('{log}', all_varchar=true)) TO '{other}' ({form})")
    check_parity(local, other)
    if kind == "parquet":
        local.session.read.parquet(str(other)).createOrReplaceTempView("lake_views")
        check_parity(local, other, "lake_views")


def test_a_column_of_instants(local: SparkEngine, tmp_path: Path) -> None:
    path = tmp_path / "views.parquet"
    with DuckEngine(threads=1) as duck:
        instant = "TIMESTAMPTZ '2024-03-31 00:59:59+00' + to_seconds(i * 600)"
        duck.rows(
            f"COPY (SELECT {instant} AS ts, 'a' || i % 7 AS agent, 'c' || i % 50 AS customer FROM range(2000) t(i)) "
            f"TO '{path}' (FORMAT parquet)"
        )
    check_parity(local, path)


def test_a_saved_night_replaces_itself_and_no_other(local: SparkEngine, tmp_path: Path) -> None:
    target = str(tmp_path / "visits")
    local.table("nights", "SELECT 'a' AS agent_id, day FROM VALUES (1), (2), (2) AS v(day)")
    local.save("nights", target)
    local.table("nights", "SELECT 'b' AS agent_id, 2 AS day")
    local.save("nights", target)
    local.session.read.parquet(target).createOrReplaceTempView("saved")
    assert local.rows("SELECT agent_id, day FROM saved ORDER BY day") == [("a", 1), ("b", 2)]


def test_faults_are_said_in_a_line(local: SparkEngine, log: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"lake\W+views") as caught:
        open_log(local, "lake.views")
    assert "catalog.schema.table" in caught.value.hint
    with pytest.raises(EngineError, match="nowhere") as caught:
        open_log(local, str(tmp_path / "nowhere.csv"))
    assert "worker" in caught.value.hint
    opened = open_log(local, str(log))
    with pytest.raises(EngineError, match="no column when"):
        read_events(local, opened, {"timestamp": "when"})
    with pytest.raises(EngineError, match="time zone"):
        read_events(local, opened, {"timestamp": "timestamp"}, "Mars/Olympus")
    with pytest.raises(EngineError) as caught:
        local.table("failed", "SELECT CAST('x' AS INT) AS n")
    assert "\n" not in caught.value.message
    with pytest.raises(EngineError, match="failed"):
        local.columns("failed")


def test_arrays_are_those_of_duckdb(local: SparkEngine) -> None:
    select = "SELECT n, s, CAST(n AS DOUBLE) AS d FROM (VALUES (1, 'a'), (NULL, NULL), (3, 'c')) AS v(n, s)"
    ours = local.arrays(select)
    with DuckEngine(threads=1) as duck:
        for name, theirs in duck.arrays(select).items():
            assert ours[name].tolist() == theirs.tolist()
            assert ours[name].dtype == theirs.dtype


def test_what_was_temporary_goes(log: Path) -> None:
    script = (
        "import sys; from onlooker.engines.spark import SparkEngine\n"
        "with SparkEngine('local[1]') as engine:\n"
        "    engine.table('x', 'SELECT 1 AS a'); print(engine.folder, any(engine.folder.rglob('*.parquet')))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    folder, written = ran.stdout.split()
    assert written == "True"
    assert not Path(folder).exists()


IN_A_PROCESS = """
import sys
from pathlib import Path
from engines.parity import check_parity
from onlooker.engines.spark import SparkEngine
with SparkEngine(**eval(sys.argv[1])) as engine:
    check_parity(engine, Path(sys.argv[2]))
print("equal")
"""


def in_a_process(log: Path, **where: object) -> None:
    """A process of its own, since one can hold one kind of Spark session."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", IN_A_PROCESS, repr(where), str(log)]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert ran.stdout.strip().endswith("equal"), ran.stderr[-3000:]


@several_jvms
def test_a_standalone_cluster_of_two_workers(log: Path, tmp_path: Path) -> None:
    small = {"spark.executor.memory": "600m", "spark.sql.shuffle.partitions": "4"}
    with standalone(tmp_path) as master:
        in_a_process(log, master=master, options=small)
        in_a_process(log, master=master, options=small, folder=f"file://{tmp_path}/tables")
    assert not any((tmp_path / "tables").iterdir())


@several_jvms
def test_spark_connect(log: Path, tmp_path: Path) -> None:
    pytest.importorskip("grpc")
    pytest.importorskip("grpc_status")
    with connect_server(tmp_path) as remote:
        in_a_process(log, remote=remote)


@several_jvms
def test_a_cluster_without_workers_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        "import sys; import onlooker.engines.spark_session as s; s.WORKER_PATIENCE = 3.0\n"
        "from onlooker.engines.spark import SparkEngine; SparkEngine(sys.argv[1])"
    )
    with standalone(tmp_path, workers=0) as master:
        ran = subprocess.run([sys.executable, "-c", script, master], capture_output=True, text=True, check=False)
    assert "No worker of" in ran.stderr


def test_the_log_is_awkward(log: Path) -> None:
    with DuckEngine(threads=1) as duck:
        counts = read_logs(duck, [log], timezone=ZONE).counts
    assert counts["rejected"] == 3
    assert counts["duplicates"] >= 2
