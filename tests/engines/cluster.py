"""Spark on loopback for tests: small, quick to start, and ended by its process ids."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

START = 60.0
"""Seconds in which a service must have said that it is up; a quiet machine takes 3, a busy one 20."""
END = 20.0

QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Compile quickly rather than well: half the time, since no test runs long enough for the other half to pay."""
SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.driver.extraJavaOptions": QUICK_JAVA,
    "spark.executor.extraJavaOptions": QUICK_JAVA,
    "spark.executor.memory": "512m",
    "spark.ui.enabled": "false",
}

INTERPRETED = SMALL | {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""Expressions are interpreted: compiling them takes longer than they run on a small log."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def standalone(folder: Path, workers: int = 2) -> Iterator[str]:
    """A master and its workers; gives the master's address once all workers have registered."""
    with standalone_processes(folder, workers) as (address, _):
        yield address


@contextmanager
def standalone_processes(folder: Path, workers: int = 2) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The same, with the workers' processes."""
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    host = ("--host", "127.0.0.1", "--webui-port", "0")
    with ExitStack() as services:
        master = ("org.apache.spark.deploy.master.Master", *host, "--port", str(port))
        services.enter_context(service(folder, "master", ("spark-class", *master), "New state: ALIVE"))
        processes = []
        for place in range(workers):
            size = ("--cores", "1", "--memory", "600m", "--work-dir", str(folder / f"work-{place}"))
            worker = ("org.apache.spark.deploy.worker.Worker", *host, *size, address)
            up = service(folder, f"worker-{place}", ("spark-class", *worker), "Successfully registered with master")
            processes.append(services.enter_context(up))
        yield address, processes


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """A Spark Connect server; gives its address."""
    port = free_port()
    options = SMALL | {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
    }
    settings = [part for name, value in options.items() for part in ("--conf", f"{name}={value}")]
    main = ("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", "local[2]")
    command = ("spark-submit", *main, "--driver-memory", "1g", *settings)
    with service(folder, "connect", command, f"server started at: 127.0.0.1:{port}"):
        yield f"sc://127.0.0.1:{port}"


@contextmanager
def service(folder: Path, name: str, command: Sequence[str], up: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of Spark, from the line of its log that says `up` to the end of the block; gives its process."""
    import pyspark

    home = Path(pyspark.__file__).parent
    # The launcher's own Java and the daemons' too; a REST server on a fixed port would be in another run's way.
    environment = os.environ | {
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_HOME": str(home),
        "SPARK_NO_DAEMONIZE": "1",
        "SPARK_DAEMON_MEMORY": "1g",
        "SPARK_DAEMON_JAVA_OPTS": QUICK_JAVA,
        "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
        "SPARK_LAUNCHER_OPTS": QUICK_JAVA,
    }
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        program = [str(home / "bin" / command[0]), *command[1:]]
        process = subprocess.Popen(program, stdout=out, stderr=out, env=environment, cwd=folder)
    try:
        await_line(process, log, up)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_line(process: subprocess.Popen[bytes], log: Path, up: str) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        if up in log.read_text(errors="replace"):
            return
        time.sleep(0.1)
    said = log.read_text(errors="replace")[-2000:]
    ended = "did not come up in time" if process.poll() is None else f"ended with {process.returncode}"
    raise AssertionError(f"{log.stem} {ended}; the end of its log:\n{said}")
