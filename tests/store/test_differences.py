"""A column that a later version declares is a difference to apply to a store's files, and never damage."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.store.days import FIRST, scan
from tests.store.versions.unpacked import ARCHIVES, scan_arguments, unpack

from onlooker.engines.duck import DuckEngine
from onlooker.schema import tables
from onlooker.schema.tables import Column, Table
from onlooker.store import Store, StoreTooOld
from onlooker.store.differences import read_columns
from onlooker.store.parquet_files import checksum

ROOT = Path(__file__).parents[2]
OPTIONAL = {
    "VISITS": [["priority", "VARCHAR", False]],
    "EVENTS": [["channel", "VARCHAR", False]],
}
REQUIRED = {"VISITS": [["priority", "VARCHAR", True]]}
LATER = 20_600


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The store of version 0.1.0, with the next night's log beside it."""
    return unpack(ARCHIVES[0], tmp_path)


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch):
    """Adds a column to a declared table."""
    before: list[tuple[Table, tuple[Column, ...]]] = []

    def add(table: Table, name: str, kind: str = "VARCHAR", required: bool = False) -> None:
        before.append((table, table.columns))
        object.__setattr__(table, "columns", (*table.columns, Column(name, kind, "added by a test", required)))

    yield add
    for table, columns in reversed(before):
        object.__setattr__(table, "columns", columns)


def run_with(columns: dict[str, list[list[object]]], *commands: list[str]) -> list[tuple[int, str]]:
    """Status and output of commands of a version that declares these columns too."""
    program = [sys.executable, "-m", "tests.store.versions.with_columns", json.dumps(columns), json.dumps(commands)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    return [(status, output) for status, output in json.loads(done.stdout)]


def select(store: Store, table: str, columns: str) -> list[tuple[object, ...]]:
    with DuckEngine() as engine:
        return engine.rows(f"SELECT {columns} FROM {store.select(table)}")


def test_a_store_goes_on_when_optional_columns_are_added(old: Path) -> None:
    place = ["--store", str(old / "store")]
    with Store.open(old / "store") as store:
        agent, nights = store.alerts()[0].record["agent_id"], len(store.nights())
    commands = (
        ["store", "verify", *place], ["store", "repair", *place], scan_arguments(old), ["store", "verify", *place],
        ["explain", agent, *place], ["store", "forget", "agent", agent, "--reason", "asked for it", *place],
        ["store", "compact", *place], ["store", "verify", *place],
    )  # fmt: skip
    done = run_with(OPTIONAL, *commands)
    assert [status for status, _ in done] == [0] * len(commands), done
    assert done[0] == done[3] == done[-1]
    assert "no file is damaged" in done[1][1]
    with Store.open(old / "store") as store:
        assert len(store.nights()) == nights + 1
        assert all(len(store.files(table)) == 1 for table in ("events", "visits", "agent_days"))
        last = store.nights()[-1].day
        assert set(select(store, "visits", f"priority, day = {last}")) == {(None, False), ("new", True)}
        assert agent not in {one for (one,) in select(store, "visits", "agent_id")}


def test_an_optional_column_of_agent_days_is_read_as_null(old: Path, declare) -> None:
    declare(tables.AGENT_DAYS, "office")
    with Store.open(old / "store") as store:
        assert store.verify() == ()
        assert set(select(store, "agent_days", "office")) == {(None,)}


def test_a_column_that_no_file_has_is_read_as_null(place: Path, declare) -> None:
    scan(place, range(FIRST, FIRST + 2))
    declare(tables.VISITS, "priority")
    declare(tables.VISITS, "waited", "BIGINT")
    with Store.open(place, "write") as store:
        assert store.verify() == ()
        assert set(select(store, "visits", "priority, waited, typeof(waited)")) == {(None, None, "BIGINT")}
        assert store.repair("b.aldous").set_aside == ()
        assert len(store.nights()) == 2


def test_a_required_column_needs_a_migration_and_no_night_is_undone(place: Path, declare) -> None:
    scan(place, range(FIRST, FIRST + 2))
    declare(tables.VISITS, "priority", required=True)
    with Store.open(place, "write") as store:
        (fault,) = store.verify()
        assert fault.text.startswith(
            "visits was written before this version required the columns priority: a migration"
        )
        with pytest.raises(StoreTooOld, match="the columns priority"):
            store.select("visits")
        done = store.repair("b.aldous")
        assert (done.set_aside, done.nights, done.remaining) == ((), (), (fault.text,))
        assert len(store.nights()) == 2


@pytest.mark.full
def test_a_scan_says_that_a_required_column_needs_a_migration(old: Path) -> None:
    ((status, output), (verified, _)) = run_with(
        REQUIRED, scan_arguments(old), ["store", "verify", "--store", str(old / "store")]
    )
    assert status == 2 and verified != 0
    assert "a migration of the store must say what the old rows have there" in output
    with Store.open(old / "store") as store:
        assert store.verify() == ()
        assert len(store.nights()) == 18


def test_a_file_whose_columns_are_not_known_is_held_against_the_required_ones(place: Path, declare) -> None:
    scan(place, range(FIRST, FIRST + 2))
    with Store.open(place, "write") as store:
        with store.deciding() as db:
            db.execute("UPDATE files SET columns = '' WHERE tbl = 'visits'")
        declare(tables.VISITS, "priority")
        assert store.verify() == ()
        assert set(select(store, "visits", "priority")) == {(None,)}
        declare(tables.VISITS, "waited", "BIGINT", required=True)
        assert [fault.text.partition(": ")[2] for fault in store.verify()] == ["lacks the columns waited"] * 2


def test_a_file_of_unknown_columns_with_another_type_is_damaged(place: Path) -> None:
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place, "write") as store:
        (path,) = store.files("visits")
        rows = pq.read_table(path)
        number = rows.schema.get_field_index("events")
        pq.write_table(rows.set_column(number, "events", rows["events"].cast("string")), path)
        with store.deciding() as db:
            db.execute("UPDATE files SET columns = '' WHERE tbl = 'visits'")
        (fault,) = store.verify()
        assert "bytes instead of" in fault.text
        written = (path.stat().st_size, checksum(path))
        with store.deciding() as db:
            db.execute("UPDATE files SET bytes = ?, sha256 = ? WHERE tbl = 'visits'", written)
        (fault,) = store.verify()
        assert fault.text.endswith("has events as string instead of int64")


def test_columns_are_read_from_the_catalogue_with_commas_in_their_types() -> None:
    text = "day int32, price decimal128(10, 2), parts struct<a: int64, b: string>, agent_id string"
    assert read_columns(text) == {
        "day": "int32", "price": "decimal128(10, 2)", "parts": "struct<a: int64, b: string>", "agent_id": "string",
    }  # fmt: skip
