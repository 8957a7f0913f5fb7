"""Starting Spark, or finding out within seconds, and in words, why it does not start."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onlooker.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SAME_ANSWERS = {
    "spark.sql.session.timeZone": "UTC",
    # Overflow and bad casts fail, as in DuckDB, instead of giving a wrong number or NULL.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
}
"""Settings under which the common SQL gives the answer that it gives on DuckDB."""

PATIENCE = 5.0
"""Seconds to wait for a port to answer."""
HANDSHAKE_PATIENCE = 15.0
"""Seconds for a Spark Connect server to take up a connection."""
WORKER_PATIENCE = 30.0
"""Seconds to wait for a worker that takes the work."""
JAVA_OPTIONS = "spark.driver.extraJavaOptions"
CONNECT_PORT = 15002
MASTER_PORT = 7077


def connect(remote: str, options: Mapping[str, str]) -> SparkSession:
    """A session on a Spark Connect server, sc://host:port."""
    _answers(remote, "sc://", CONNECT_PORT, "Start it with start-connect-server.sh, or check the address.")
    _be_quiet()
    try:
        from pyspark.sql import SparkSession

        _shakes_hands(remote)
        session: SparkSession = _with(SparkSession.builder.remote(remote), options).create()
    except ImportError as error:
        raise EngineError(
            f"Spark Connect lacks a package: {error}", "Install it with: pip install 'pyspark[connect]'"
        ) from error
    return session


def start(master: str, scratch: Path, options: Mapping[str, str]) -> SparkSession:
    """A session with a driver in this process."""
    if not java_there():
        raise EngineError(
            "Spark needs Java 17 or newer, and none was found.",
            "Install one (for example openjdk-17-jre-headless) and set JAVA_HOME, or use --engine duckdb.",
        )
    if master.startswith("spark://"):
        _answers(master, "spark://", MASTER_PORT, "Is the master running there? Its web page shows its address.")
    elif not re.fullmatch(r"local(\[(\d+|\*)(,\d+)?\])?|local-cluster\[.*\]|yarn|k8s://.*", master):
        raise EngineError(
            f"There is no Spark master {master}.", "Give local[2], spark://host:7077, yarn or k8s://host:port."
        )
    from pyspark.sql import SparkSession

    _be_quiet()
    own = _own_options(master, scratch)
    java = f"{own[JAVA_OPTIONS]} {options.get(JAVA_OPTIONS, '')}".strip()
    own |= {**options, JAVA_OPTIONS: java}
    with _master_takes_part(master), _java_says_to(scratch / "java.log"):
        session: SparkSession = _with(SparkSession.builder.master(master).appName("onlooker"), own).getOrCreate()
        session.sparkContext.setLogLevel("FATAL")
    if master.startswith("spark://"):
        _await_worker(session, master)
    return session


@contextmanager
def _master_takes_part(master: str) -> Iterator[None]:
    """Where nobody took the application in, Spark gives up after a minute, and says that its context is stopped."""
    failed = import_module("py4j.protocol").Py4JJavaError
    try:
        yield
    except failed as error:
        if "stopped SparkContext" not in str(error.java_exception):
            raise
        raise EngineError(
            f"What listens at {master} did not take the work within a minute.",
            "Is it a Spark master, of this version of Spark? Its web page shows its address.",
        ) from error


@contextmanager
def _java_says_to(log: Path) -> Iterator[None]:
    """Java inherits where output goes, and greets with warnings that concern nobody. Its last words are wanted."""
    from pyspark.errors import PySparkException

    # Some of its last words go to standard output.
    kept = os.dup(1), os.dup(2)
    try:
        with log.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        yield
    except PySparkException as error:
        said = [line for line in log.read_text(errors="replace").splitlines() if "WARN" not in line and line.strip()]
        if "JAVA_GATEWAY_EXITED" not in str(error) or not said:
            raise
        raise EngineError(
            f"Spark's Java did not start: {' '.join(said[:2])}",
            "It takes Java 17 or newer, and as much memory as --memory or spark.driver.memory says.",
        ) from error
    finally:
        for place, own in enumerate(kept, 1):
            os.dup2(own, place)
            os.close(own)


def java_there() -> bool:
    """Whether Spark would find a Java."""
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java", path=f"{home}/bin") if home else shutil.which("java"))


def _be_quiet() -> None:
    """What people must know comes as an EngineError; Spark's stack traces and advice would bury it."""
    logging.getLogger("SQLQueryContextLogger").disabled = True
    # Of pandas only what Arrow needs is used.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)


def _own_options(master: str, scratch: Path) -> dict[str, str]:
    log = files("onlooker.engines").joinpath("log4j2.properties")
    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.structuredLogging.enabled": "false",
        JAVA_OPTIONS: f"-Dlog4j2.configurationFile={log} -Dderby.system.home={scratch}",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    if master.startswith("local"):
        options |= {"spark.local.dir": str(scratch), "spark.sql.shuffle.partitions": "8"}
    if master.startswith("local") or _first_host(master, "spark://", MASTER_PORT)[0] in ("127.0.0.1", "localhost"):
        options |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return options


def _with(builder: Any, options: Mapping[str, str]) -> Any:
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder


def _hosts(address: str, scheme: str, port: int) -> list[tuple[str, int]]:
    """The hosts of spark://one:7077,two:7077 or sc://host:15002/;token=..."""
    pairs = []
    for part in re.split(r"[/;]", address.removeprefix(scheme), maxsplit=1)[0].split(","):
        host, _, number = part.rpartition(":") if re.search(r":\d+$", part) else (part, "", str(port))
        pairs.append((host, int(number)))
    return pairs


def _first_host(address: str, scheme: str, port: int) -> tuple[str, int]:
    return _hosts(address, scheme, port)[0]


def _answers(address: str, scheme: str, port: int, hint: str) -> None:
    """Raise unless somebody listens there: Spark itself would try for minutes."""
    if not address.startswith(scheme):
        raise EngineError(f"{address} is no address of the form {scheme}host:{port}.")
    reasons = []
    for host, number in _hosts(address, scheme, port):
        try:
            socket.create_connection((host, number), timeout=PATIENCE).close()
        except OSError as error:
            reasons.append(f"{host}:{number}: {error.strerror or error}")
        else:
            return
    shown = address.partition("/;")[0]  # after it comes a token
    raise EngineError(f"Nothing answers at {shown} ({'; '.join(reasons)}).", hint)


def _shakes_hands(remote: str) -> None:
    """Raise unless gRPC is spoken there: PySpark would try again for ten minutes."""
    import grpc
    from pyspark.sql.connect.client import DefaultChannelBuilder

    channel = DefaultChannelBuilder(remote).toChannel()
    try:
        grpc.channel_ready_future(channel).result(timeout=HANDSHAKE_PATIENCE)
    except grpc.FutureTimeoutError as error:
        shown = remote.partition("/;")[0]
        raise EngineError(
            f"What listens at {shown} is no Spark Connect server, or not with these options.",
            "Its port is 15002 unless it was given another; with use_ssl=true it must speak TLS.",
        ) from error
    finally:
        channel.close()


def _await_worker(session: SparkSession, master: str) -> None:
    """Raise if no worker takes the work: Spark itself would wait for one for ever."""
    context: Any = session.sparkContext
    end = time.monotonic() + WORKER_PATIENCE
    # The driver counts as one.
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > end:
            session.stop()
            raise EngineError(
                f"No worker of {master} took the work within {WORKER_PATIENCE:.0f} seconds.",
                "Its web page shows whether workers are there and have cores and memory free.",
            )
        time.sleep(0.2)
