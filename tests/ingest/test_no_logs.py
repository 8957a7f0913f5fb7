"""What lies beside the logs: side tables, rotated logs, other files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.ingest import Reading, read_logs

HEADER = "timestamp,agent_id,customer_id,action\n"


def log(day: int, rows: int = 30) -> str:
    lines = (f"2026-03-{day:02}T10:{n % 60:02}:00Z,agent{n % 4},c{n % 9},view\n" for n in range(rows))
    return HEADER + "".join(lines)


def read(folder: Path, **options) -> Reading:
    with DuckEngine() as engine:
        return read_logs(engine, [folder], **options)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    (tmp_path / "access.csv").write_text(log(2))
    tickets = "".join(f"T{n},c{n % 9},lead,2026-03-02T09:{n:02}:00Z,open\n" for n in range(30))
    (tmp_path / "tickets.csv").write_text("number,customer_id,owner_id,created_at,status\n" + tickets)
    customers = "".join(f"c{n},gold,2019-03-{n + 1:02},m{n}\n" for n in range(20))
    (tmp_path / "customers.csv").write_text("customer_id,tier,created_date,owner_id\n" + customers)
    return tmp_path


def test_side_tables_in_a_folder_are_no_logs_and_are_named(tables: Path) -> None:
    reading = read(tables)
    assert reading.counts["events"] == 30
    notes = [note for note in reading.notes if "is not read as a log" in note]
    assert [note.split(" looks like a table of ")[1] for note in notes] == [
        "customers and is not read as a log: --customers uses it as that.",
        "tickets and is not read as a log: --tickets uses it as that.",
    ]
    assert [file.note for file in reading.inputs if file.note] == [
        "looks like a table of customers: not read as a log", "looks like a table of tickets: not read as a log",
    ]  # fmt: skip


def test_files_given_as_side_tables_are_no_logs(tables: Path) -> None:
    reading = read(tables, side_tables=[str(tables / "tickets.csv"), str(tables / "customers.csv")])
    assert reading.counts["events"] == 30
    assert sum("was given as a side table" in note for note in reading.notes) == 2


def test_a_log_whose_tickets_repeat_is_no_tickets_table(tmp_path: Path) -> None:
    for name in ("a", "b"):
        rows = "".join(f"T{n % 7},c{n},agent{n % 3},2026-03-02T09:{n:02}:{len(name):02}Z,open\n" for n in range(30))
        header = f"ticket,customer_id,viewer,viewed_at,status{name}\n".replace("statusa", "status")
        (tmp_path / f"{name}.csv").write_text(header + rows)
    assert len(read(tmp_path).inputs) == 2
    assert not any("looks like" in note for note in read(tmp_path).notes)


def test_rotated_logs_are_read_by_their_content_and_other_files_named(tmp_path: Path) -> None:
    (tmp_path / "access.csv").write_text(log(4))
    (tmp_path / "access.csv.1").write_text(log(3))
    (tmp_path / "access.csv.2.gz").write_bytes(gzip.compress(log(2).encode()))
    (tmp_path / "README.md").write_text("# How these files came here\n\nBy night.\n")
    (tmp_path / "logo.png").write_bytes(bytes(range(256)) * 8)
    reading = read(tmp_path)
    assert reading.counts["events"] == 90
    assert f"Not read in {tmp_path}, since they are no logs: README.md, logo.png." in reading.notes
