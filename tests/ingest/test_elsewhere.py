"""Logs in object stores, Delta tables and databases: real servers on loopback, real tables."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ingest.figures import expected, figures, table

from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest.elsewhere import _without_password

sa = pytest.importorskip("sqlalchemy")


def fill(address: str, rows: int) -> None:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(
            sa.text("CREATE TABLE views (at TIMESTAMP, who VARCHAR(20), whom VARCHAR(20), note VARCHAR(90))")
        )
        lines = [
            {
                "at": f"2026-03-02 08:{n // 60 % 60:02d}:{n % 60:02d}",
                "who": f"a{n % 3}",
                "whom": f"C{n}",
                "note": 'a "b",\nc',
            }
            for n in range(rows)
        ]
        if engine.dialect.name == "postgresql":
            from datetime import datetime

            lines = [{**line, "at": datetime.fromisoformat(line["at"])} for line in lines]
        connection.execute(sa.text("INSERT INTO views VALUES (:at, :who, :whom, :note)"), lines)
    engine.dispose()


QUERY = "SELECT at AS timestamp, who AS agent_id, whom AS customer_id, note FROM views WHERE whom <> 'C:x' ORDER BY at"


def test_what_a_database_answers(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/crm.db"
    fill(address, 40)
    found = figures([address], query=QUERY)  # type: ignore[list-item]
    assert found.pairs == expected(40)
    assert found.reading.inputs[0].path == address


def test_a_database_without_a_query_or_with_a_wrong_one(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/crm.db"
    with pytest.raises(UsageError, match="which rows"):
        figures([address])  # type: ignore[list-item]
    with pytest.raises(UnusableInput, match="no such table"):
        figures([address], query=QUERY)  # type: ignore[list-item]
    with pytest.raises(UsageError):
        figures(["nothing://x"], query=QUERY)  # type: ignore[list-item]


def test_a_password_is_never_shown() -> None:
    assert _without_password("postgresql://ann:s:e@c@db.example/crm") == "postgresql://ann:***@db.example/crm"


def test_a_long_answer_takes_little_memory(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/crm.db"
    fill(address, 60_000)
    tracemalloc.start()
    try:
        from onlooker.ingest.elsewhere import _rows

        _, target = _rows(address, QUERY, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert target.stat().st_size > 2_000_000
    assert peak < 30 << 20


@pytest.fixture
def postgres() -> Iterator[str]:
    here = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))), None)
    initdb, pg_ctl = (shutil.which(name) or (here and str(here / name)) for name in ("initdb", "pg_ctl"))
    if not initdb or not pg_ctl:
        pytest.skip("PostgreSQL is not installed: a database server is not tried")
    pytest.importorskip("psycopg")
    # The server refuses to run as root, and another user can't look into pytest's folders.
    as_user = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    data = Path(tempfile.mkdtemp(prefix="onlooker-postgres-"))
    if as_user:
        shutil.chown(data, "nobody")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def call(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, cwd="/")

    place = str(data / "db")
    call(initdb, "-D", place, "-U", "ann", "--auth=trust", "-N")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    call(pg_ctl, "-D", place, "-w", "-l", f"{place}/log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://ann@127.0.0.1:{port}/postgres"
    finally:
        call(pg_ctl, "-D", place, "-m", "immediate", "stop")
        shutil.rmtree(data)


@pytest.mark.full
def test_postgresql(postgres: str) -> None:
    fill(postgres, 50)
    assert figures([postgres], query=QUERY).pairs == expected(50)  # type: ignore[list-item]


@pytest.mark.full
def test_a_delta_table_is_what_it_is_now_and_not_every_file_in_its_folder(tmp_path: Path) -> None:
    deltalake = pytest.importorskip("deltalake")
    import pyarrow as pa

    def rows(numbers: range) -> pa.Table:
        return pa.Table.from_pylist(
            [
                {
                    "timestamp": f"2026-03-02T08:00:{n:02d}Z",
                    "agent_id": f"a{n % 3}",
                    "customer_id": f"C{n}",
                    "site": "s",
                }
                for n in numbers
            ]
        )

    folder = tmp_path / "views"
    deltalake.write_deltalake(str(folder), rows(range(30, 50)), partition_by=["site"])
    deltalake.write_deltalake(str(folder), rows(range(40)), mode="overwrite")
    found = figures(folder)
    assert found.pairs == expected(40)
    assert "site" in (found.reading.mapping.get("site"), *found.reading.unmapped)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server_module = pytest.importorskip("moto.server")
    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    yield "kyc-logs"
    server.stop()


@pytest.mark.full
def test_objects_of_s3(bucket: str) -> None:
    from pyarrow import fs

    store = fs.S3FileSystem(endpoint_override=os.environ["AWS_ENDPOINT_URL"], scheme="http", allow_bucket_creation=True)
    store.create_dir(bucket)
    text = table(30)
    header = text.partition("\n")[0] + "\n"
    half = text.index("2026-03-02T08:00:15Z")
    for name, content in (("2026/a.csv", text[:half]), ("2026/b.csv", header + text[half:]), ("2026/readme.md", "x")):
        with store.open_output_stream(f"{bucket}/{name}") as out:
            out.write(content.encode())
    found = figures([f"s3://{bucket}/2026"])  # type: ignore[list-item]
    assert found.pairs == expected(30)
    assert [file.path for file in found.reading.inputs] == [f"s3://{bucket}/2026/a.csv", f"s3://{bucket}/2026/b.csv"]
    with pytest.raises(UsageError, match="no such object"):
        figures([f"s3://{bucket}/2027/x.csv"])  # type: ignore[list-item]
