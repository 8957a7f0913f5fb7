"""Spark services on loopback for a test, ended by their process ids."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

WAIT = 90.0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def standalone(folder: Path, workers: int = 2) -> Iterator[str]:
    """A master and its workers; gives the master's address."""
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    host = ("--host", "127.0.0.1")
    with ExitStack() as stack:
        master = "org.apache.spark.deploy.master.Master"
        ui = ("--webui-port", "0")
        stack.enter_context(_service(folder, "master", "spark-class", (master, *host, "--port", str(port), *ui), port))
        for place in range(workers):
            worker = "org.apache.spark.deploy.worker.Worker"
            size = ("--cores", "1", "--memory", "1g", "--work-dir", str(folder / f"work-{place}"), *ui)
            stack.enter_context(
                _service(folder, f"worker-{place}", "spark-class", (worker, *host, *size, address), None)
            )
        yield address


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """A Spark Connect server; gives its address."""
    port = free_port()
    options = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    settings = [part for name, value in options.items() for part in ("--conf", f"{name}={value}")]
    main = ("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", "local[2]")
    with _service(folder, "connect", "spark-submit", (*main, *settings), port):
        yield f"sc://127.0.0.1:{port}"


@contextmanager
def _service(folder: Path, name: str, program: str, arguments: Sequence[str], port: int | None) -> Iterator[None]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_HOME": str(home)}
    log = folder / f"{name}.log"
    with log.open("wb") as out:
        command = [str(home / "bin" / program), *arguments]
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=folder)
    try:
        if port is not None:
            _await(port, process, log)
        yield
    finally:
        process.terminate()
        process.wait(WAIT)


def _await(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise AssertionError(log.read_text(errors="replace")[-2000:])
