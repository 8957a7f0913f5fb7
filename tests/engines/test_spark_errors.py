"""What can be wrong with Spark before it starts: said within seconds, and nothing left behind. Needs no Java."""

from __future__ import annotations

import socket
import time
from importlib.util import find_spec
from typing import TypeVar

import pytest

from onlooker.engines.spark import SparkEngine
from onlooker.errors import EngineError
from onlooker.ingest.spark.opened_log import kind_of

Test = TypeVar("Test")


def needs_pyspark(test: Test) -> Test:
    """For `make test-full`, which installs it; elsewhere skipped aloud."""
    there = pytest.mark.skipif(not find_spec("pyspark"), reason="PySpark is not installed")
    return pytest.mark.full(there(test))


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@needs_pyspark
def test_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match="Java") as caught:
        SparkEngine("local[2]")
    assert "JAVA_HOME" in caught.value.hint


@needs_pyspark
@pytest.mark.parametrize("scheme", ["spark", "sc"])
def test_nobody_at_the_address(scheme: str, closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onlooker.engines.spark_session.java_there", lambda: True)
    address = f"{scheme}://127.0.0.1:{closed_port}"
    start = time.monotonic()
    with pytest.raises(EngineError, match=address) as caught:
        SparkEngine(address) if scheme == "spark" else SparkEngine(remote=f"{address}/;token=mustard")
    assert caught.value.hint
    assert "mustard" not in caught.value.message
    assert time.monotonic() - start < 10


@needs_pyspark
def test_something_else_listens_where_spark_connect_should(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("grpc")
    monkeypatch.setattr("onlooker.engines.spark_session.HANDSHAKE_PATIENCE", 1.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"sc://127.0.0.1:{silent.getsockname()[1]}"
        start = time.monotonic()
        with pytest.raises(EngineError, match=f"{address} is no Spark Connect server") as caught:
            SparkEngine(remote=f"{address}/;token=mustard")
    assert caught.value.hint and "mustard" not in caught.value.message
    assert time.monotonic() - start < 20


@needs_pyspark
@pytest.mark.parametrize("master", ["nonsense", "http://127.0.0.1:80", "local[two]", ""])
def test_no_such_master(master: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onlooker.engines.spark_session.java_there", lambda: True)
    with pytest.raises(EngineError, match="no Spark master"):
        SparkEngine(master)


def test_what_a_source_is() -> None:
    assert kind_of("hdfs:/views/2024.log") == "csv"
    assert kind_of("s3a://lake/views/2024.csv.gz") == "csv"
    assert kind_of("views.jsonl") == "json"
    assert kind_of("dbfs:/views/*.parquet") == "parquet"
    with pytest.raises(EngineError, match="what kind"):
        kind_of("s3a://lake/views/")
