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
from onlooker.engines.spark_session import java_there
from onlooker.errors import EngineError, UnusableInput, UsageError
from onlooker.ingest import read_logs
from onlooker.ingest.spark.read_on_spark import read_on_spark

from .cluster import SMALL, connect_server, standalone
from .logs import LOUD, add_damage, write_awkward_log
from .parity import ZONE, check_events, check_scans, same
from .side_tables import write_side_tables

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not find_spec("pyspark"), reason="PySpark is not installed"),
    pytest.mark.skipif(not java_there(), reason="Spark needs Java, and there is none"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
DEMO = Path(__file__).parents[2] / "sample_logs" / "demo" / "*.csv.gz"
"""The logs alone: what else lies in a folder is named by each engine in its own way."""
PATIENCE = 240
"""Seconds for a scan in a process of its own, on a machine that others use too; a quiet one takes 30."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_awkward_log(tmp_path_factory.mktemp("log") / "views.csv")


@pytest.fixture(scope="module")
def local() -> Iterator[SparkEngine]:
    with SparkEngine("local[2]", options=SMALL) as engine:
        yield engine


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with standalone(tmp_path_factory.mktemp("cluster")) as master:
        yield master


def test_the_log_is_awkward(log: Path) -> None:
    with DuckEngine(threads=1) as duck:
        counts = read_logs(duck, [log], timezone=ZONE).counts
        assert duck.rows(f"SELECT count(*) > 400 FROM events WHERE agent_id = '{LOUD.replace(chr(39), chr(39) * 2)}'")
    assert counts["rejected"] == 4
    assert counts["duplicates"] >= 2


def test_a_scan_finds_what_it_finds_with_duckdb(local: SparkEngine, log: Path) -> None:
    check_scans(log, {"tz": ZONE}, session=local.session)


def test_side_tables_say_what_they_say_with_duckdb(local: SparkEngine, log: Path, tmp_path: Path) -> None:
    check_scans(log, {"tz": ZONE, **write_side_tables(tmp_path / "side")}, session=local.session)


@pytest.mark.soak
def test_the_demonstration_log_too(local: SparkEngine) -> None:
    check_scans(DEMO, {"tz": "UTC"}, kinds={"score", "pattern"}, session=local.session)


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_other_files_and_tables_by_name(local: SparkEngine, log: Path, kind: str, tmp_path: Path) -> None:
    other = tmp_path / f"views.{kind}"
    with DuckEngine(threads=1) as duck:
        form = "FORMAT parquet" if kind == "parquet" else "FORMAT json"
        duck.rows(f"COPY (FROM read_csv('{log}', all_varchar=true)) TO '{other}' ({form})")
    check_events(local, other)
    if kind == "parquet":
        local.session.read.parquet(str(other)).createOrReplaceGlobalTempView("lake_views")
        check_events(local, other, ("global_temp.lake_views",))


def test_damaged_lines_are_kept_and_counted(local: SparkEngine, log: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "views [1], {a} *.csv"
    damaged.write_bytes(log.read_bytes())
    add_damage(damaged)
    read = check_events(local, damaged)
    ((file, line, text),) = local.rows("SELECT file, line, text FROM rejects WHERE reason LIKE 'not readable%'")
    assert text == "2024-03-05T10:00:00Z,ann"
    assert (line, Path(file).name.replace("%20", " ").replace("%5B1%5D", "[1]")[:9]) == (None, "views [1]")
    (kept,) = read.inputs
    assert (kept.path, kept.rejected, kept.rows) == (str(damaged), 5, read.counts["lines"])


def test_files_of_several_layouts_are_one_log(local: SparkEngine, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("timestamp,agent_id,customer_id\n2024-03-01T10:00:00Z,ann,c1\n")
    (tmp_path / "b.tsv").write_text("customer_id\tagent_id\ttimestamp\nc2\tbob\t2024-03-02T10:00:00Z\n")
    (tmp_path / "c.jsonl").write_text('{"timestamp": "2024-03-03T10:00:00Z", "agent_id": "eve", "customer_id": "c3"}\n')
    (tmp_path / "d.csv").write_text("name,size\nno,log\n")
    read = read_on_spark(local, [tmp_path])
    assert sorted(local.rows("SELECT agent_id, customer_id FROM events")) == [
        ("ann", "c1"),
        ("bob", "c2"),
        ("eve", "c3"),
    ]
    assert [(Path(file.path).name, file.rows) for file in read.inputs] == [
        ("a.csv", 1), ("b.tsv", 1), ("c.jsonl", 1), ("d.csv", 0)
    ]  # fmt: skip
    assert any("d.csv" in note for note in read.notes)


def test_event_ids_count_once_within_their_source(local: SparkEngine, tmp_path: Path) -> None:
    ids = "timestamp,agent_id,customer_id,event_id\n2024-11-03T10:00:00Z,ann,c1,e1\n2024-11-03T09:00:00Z,bob,c1,e1\n"
    (tmp_path / "a.csv").write_text(ids + "2024-11-03T10:00:00Z,ann,c2,\n" * 2 + "2024-11-03T10:00:00Z,ann,c2,e3\n")
    (tmp_path / "b.csv").write_text(
        "ts,agent,customer,event_id\n2024-11-03T09:00:00Z,bob,c1,e1\n2024-11-03T09:00:00Z,eve,c1,e3\n"
    )
    read = check_events(local, tmp_path)
    assert (read.counts["events"], read.counts["duplicates"]) == (4, 3)
    numbers = [f"2024-11-03T10:{n // 60:02}:{n % 60:02}Z,a{n % 7},c{n},{n % 50}\n" for n in range(600)]
    (tmp_path / "rows.csv").write_text(ids.splitlines(keepends=True)[0] + "".join([*numbers, numbers[0]]))
    assert check_events(local, tmp_path / "rows.csv").counts["duplicates"] == 1


def test_a_column_of_instants(local: SparkEngine, tmp_path: Path) -> None:
    path = tmp_path / "views.parquet"
    with DuckEngine(threads=1) as duck:
        instant = "TIMESTAMPTZ '2024-03-31 00:59:59+00' + to_seconds(i * 600)"
        duck.rows(
            f"COPY (SELECT {instant} AS ts, 'a' || i % 7 AS agent, 'c' || i % 50 AS customer FROM range(2000) t(i)) "
            f"TO '{path}' (FORMAT parquet)"
        )
    check_events(local, path)


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
        read_on_spark(local, (), ["lake.views"])
    assert "catalog.schema.table" in caught.value.hint
    with pytest.raises(EngineError, match="nowhere") as caught:
        read_on_spark(local, [f"file:{tmp_path}/nowhere.csv"])
    assert "worker" in caught.value.hint
    with pytest.raises(UsageError, match="no column when"):
        read_on_spark(local, [log], columns={"timestamp": "when"})
    with pytest.raises(UsageError, match="time zone"):
        read_on_spark(local, [log], timezone="Mars/Olympus")
    (tmp_path / "bad.csv").write_text("timestamp,agent_id,customer_id\nsoon,ann,c\n")
    with pytest.raises(UnusableInput, match=r"timestamp not understood \(1\)"):
        read_on_spark(local, [tmp_path / "bad.csv"])
    with pytest.raises(EngineError) as caught:
        local.table("failed", "SELECT CAST('x' AS INT) AS n")
    assert "\n" not in caught.value.message
    with pytest.raises(EngineError, match="failed"):
        local.columns("failed")


def test_files_elsewhere_with_other_columns_are_refused(local: SparkEngine, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("timestamp,agent_id,customer_id\n2024-03-01T10:00:00Z,ann,c1\n")
    (tmp_path / "b.csv").write_text("agent_id,timestamp,customer_id\nbob,2024-03-01T10:00:00Z,c1\n")
    with pytest.raises(EngineError, match="header") as caught:
        read_on_spark(local, [f"file:{tmp_path}/*.csv"])
    assert "same columns" in caught.value.hint


def test_rows_are_added_as_with_duckdb(local: SparkEngine) -> None:
    with DuckEngine(threads=1) as duck:
        for engine in (duck, local):
            engine.add_on_disk("heap", "SELECT 1 AS a, 'x' AS b")
            engine.add_on_disk("heap", "SELECT 'y' AS b, 2 AS a")
            engine.add_on_disk("heap", "SELECT a + 2 AS a, b FROM heap")
        query = "SELECT a, b FROM heap ORDER BY a"
        assert local.rows(query) == [(1, "x"), (2, "y"), (3, "x"), (4, "y")]
        same(duck.arrow(query), local.arrow(query), "heap")
        for engine in (duck, local):
            engine.drop("heap")
            engine.add_on_disk("heap", "SELECT 5 AS a, 'z' AS b")
            assert engine.rows(query) == [(5, "z")]
            engine.drop("heap")


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_the_name_of_a_folder_elsewhere_is_no_column(local: SparkEngine, tmp_path: Path, kind: str) -> None:
    place = tmp_path / f"views.{kind}"
    local.session.sql(
        "SELECT '2024-03-01T10:00:00Z' AS timestamp, 'ann' AS agent_id, 'c1' AS customer_id, 'north' AS site, 'z' AS t"
    ).write.partitionBy("t").option("header", "true").format(kind).save(str(place))
    inside = place / "t=z"
    assert inside.is_dir()
    inside.rename(place / "team=z")
    for log in (f"file:{place}", f"file:{place}/team=z/*.{kind}", place):
        read = read_on_spark(local, [log])
        assert set(read.mapping) == {"timestamp", "agent_id", "customer_id", "site"}, log
        assert local.rows("SELECT agent_id, team, site FROM events") == [("ann", None, "north")]


def test_arrays_are_those_of_duckdb(local: SparkEngine) -> None:
    select = "SELECT n, s, CAST(n AS DOUBLE) AS d FROM (VALUES (1, 'a'), (NULL, NULL), (3, 'c')) AS v(n, s)"
    ours = local.arrays(select)
    with DuckEngine(threads=1) as duck:
        for name, theirs in duck.arrays(select).items():
            assert ours[name].tolist() == theirs.tolist()
            assert ours[name].dtype == theirs.dtype


def test_literals_mean_what_they_mean_to_duckdb(local: SparkEngine) -> None:
    select = r"""SELECT 'CORP\new' AS a, 'it''s' AS b, '' AS c, '\' AS d, 'O''B' IN ('O''B', '''') AS e, '''' AS f"""
    with DuckEngine(threads=1) as duck:
        same(duck.arrow(select), local.arrow(select), "literals")


IN_A_PROCESS = """
import sys
from pathlib import Path
from engines.parity import check_scans
check_scans(Path(sys.argv[1]), eval(sys.argv[2]))
print("equal")
"""


def in_a_process(log: Path, **settings: object) -> None:
    """A process of its own, since one can hold one kind of Spark session."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", IN_A_PROCESS, str(log), repr({"tz": ZONE, **settings})]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=PATIENCE)
    assert ran.stdout.strip().endswith("equal"), ran.stderr[-3000:]


def test_a_standalone_cluster_of_two_workers(cluster: str, log: Path, tmp_path: Path) -> None:
    saved, between = tmp_path / "saved", tmp_path / "between"
    in_a_process(
        log, master=cluster, spark_conf=SMALL, spark_folder=f"file://{between}", tables_to=f"file://{saved}"
    )  # fmt: skip
    assert not any(between.iterdir()), "what was temporary goes"
    with DuckEngine(threads=1) as duck:
        for name in ("visits", "agent_days"):
            ((rows, days),) = duck.rows(
                f"SELECT count(*), count(DISTINCT day) FROM read_parquet('{saved}/{name}/*/*.parquet')"
            )
            assert rows > days > 80


def test_a_cluster_whose_workers_are_too_small_is_said(cluster: str) -> None:
    script = (
        "import sys; import onlooker.engines.spark_session as s; s.WORKER_PATIENCE = 2.0\n"
        "from onlooker.engines.spark import SparkEngine\n"
        "SparkEngine(sys.argv[1], options={'spark.executor.memory': '64g'})"
    )
    command = [sys.executable, "-c", script, cluster]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert "No worker of" in ran.stderr


@pytest.mark.soak
def test_spark_connect(log: Path, tmp_path: Path) -> None:
    pytest.importorskip("grpc")
    pytest.importorskip("grpc_status")
    with connect_server(tmp_path) as remote:
        in_a_process(log, remote=remote)


def test_what_was_temporary_goes() -> None:
    script = (
        "import sys; from onlooker.engines.spark import SparkEngine\n"
        "with SparkEngine('local[1]', options=eval(sys.argv[1])) as engine:\n"
        "    engine.table('x', 'SELECT 1 AS a'); print(engine.folder, any(engine.folder.rglob('*.parquet')))"
    )
    command = [sys.executable, "-c", script, repr(SMALL)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    folder, written = ran.stdout.split()
    assert written == "True"
    assert not Path(folder).exists()
