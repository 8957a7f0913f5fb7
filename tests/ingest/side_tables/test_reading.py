"""Side tables as people write them, good and bad."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.ingest.side_tables.org import context, events, rejects, write

from onlooker.engines.duck import DuckEngine
from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest.side_tables import localise, read_context
from onlooker.schema.tables import CONTEXT, EVENTS, REJECTS

LOG = "2026-03-02T10:00:00Z,ann,c1,view,T1\n2026-03-02T11:00:00Z,bob,c2,view,T2\n"


def test_without_side_tables_all_are_there_and_empty(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        reading = read_context(engine)
        for table in CONTEXT:
            table.check(engine.columns(table.name))
            assert engine.rows(f"SELECT count(*) FROM {table.name}") == [(0,)], table.name
        assert (reading.tables, reading.join_rates, reading.notes, reading.given) == ({}, {}, (), frozenset())


def test_columns_are_recognised_by_other_names(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        reading = context(
            engine, tmp_path, agents="Login;Team Name;Time Zone;Joined;Status\nann;a;Europe/Vienna;2.3.2020;active\n"
        )
        assert reading.tables["agents"].mapping == {
            "agent_id": "Login", "team": "Team Name", "zone": "Time Zone", "hire_date": "Joined", "left": "Status",
        }  # fmt: skip
        rows = engine.rows("SELECT agent_id, team, zone, hire_day, has_left FROM ctx_agents")
        assert rows == [("ann", "a", "Europe/Vienna", 18323, False)]


def test_columns_can_be_named_and_a_wrong_name_is_an_error(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        table = "x,y\nann,2026-03-01\n"
        reading = context(engine, tmp_path, leave=table, columns={"leave": {"agent_id": "x", "from": "y"}})
        assert reading.tables["leave"].rows == 1
        with pytest.raises(UsageError, match="no column z"):
            context(engine, tmp_path, leave=table, columns={"leave": {"agent_id": "z"}})
        with pytest.raises(UsageError, match="no cause to map to"):
            context(engine, tmp_path, leave=table, columns={"leave": {"cause": "x"}})
        with pytest.raises(UsageError, match="agent_id or from among: x, y"):
            context(engine, tmp_path, leave=table)
        with pytest.raises(UsageError, match="no such file"):
            read_context(engine, leave=tmp_path / "nothing.csv")


def test_bad_rows_are_rejects_with_file_line_and_reason(tmp_path: Path) -> None:
    table = """agent_id,hire_date,leave_date,left
    ann,2020-01-01,,no
    ,2020-01-01,,no
    bob,yesterday,,no
    eve,2020-01-01,,perhaps
    "fay",2020-01-01
    "gus,2020-01-01,,no
    hal,2020-01-01,0000-00-00,yes
    """
    with events(tmp_path, LOG) as engine:
        reading = context(engine, tmp_path, agents=table)
        assert rejects(engine) == [
            (3, "no agent_id"),
            (4, "hire_date not understood"),
            (5, "left not understood"),
            (6, "too few columns"),
            (7, "quote never closed"),
        ]
        side = reading.tables["agents"]
        assert (side.lines, side.rows, side.rejected) == (7, 2, 5)
        assert engine.rows("SELECT agent_id FROM ctx_agents ORDER BY agent_id") == [("ann",), ("hal",)]
        assert "5 of 7 rows of the agents table could not be used." in reading.notes
        assert any("1 agents are said to have left without a date" in note for note in reading.notes)


def test_every_table_says_what_else_is_wrong(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        context(
            engine,
            tmp_path,
            roster="agent_id,shift_start,shift_end\nann,2026-03-02T09:00Z,2026-03-02T08:00Z\n",
            leave="agent_id,from,to\nann,2026-03-05,2026-03-01\n",
            tickets="ticket_id,customer_id,opened,closed\nT1,c1,2026-03-05 10:00,2026-03-01 10:00\n",
            calendar="kind,date,agent_id\nparty,2026-03-01,ann\nproject,2026-03-01,\n",
        )
        assert sorted(reason for _, reason in rejects(engine)) == [
            "closed before it was opened",
            "ends before it begins",
            "kind not understood",
            "names neither people nor customers: it would explain every visit",
            "the shift ends before it starts",
        ]


def test_rows_that_repeat_count_once_and_the_last_of_those_that_differ(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        reading = context(engine, tmp_path, customers="customer_id,tier\nc1,gold\nc1,gold\nc1,vip\n")
        side = reading.tables["customers"]
        assert (side.lines, side.rows, side.duplicates, side.overruled) == (3, 1, 1, 1)
        assert engine.rows("SELECT tier, high FROM ctx_customers") == [("vip", True)]
        assert len(reading.notes) == 2


def test_tiers_that_nobody_knows_are_told(tmp_path: Path) -> None:
    table = "customer_id,tier\nc1,3\nc2,4\n"
    with events(tmp_path, LOG) as engine:
        reading = context(engine, tmp_path, customers=table)
        (note,) = reading.notes
        assert note == (
            "None of the customers' tiers is known as a high one (3, 4): high_tiers under [context] in onlooker.toml "
            "says which are."
        )
        assert context(engine, tmp_path, customers=table, high_tiers=["4"]).notes == ()
        assert engine.rows("SELECT customer_id FROM ctx_customers WHERE high") == [("c2",)]


def test_parquet_and_json_lines(tmp_path: Path) -> None:
    opened = pa.array([1772445600000000, None], pa.timestamp("us", "UTC"))
    tickets = pa.table({"ticket_id": [1, 2], "customer_id": ["c1", "c2"], "opened": opened, "closed": opened})
    pq.write_table(tickets, tmp_path / "tickets.parquet")
    leave = write(tmp_path, "leave.jsonl", '{"agent_id": "ann", "from": "2026-03-02"}\nnot json\n')
    with events(tmp_path, LOG) as engine:
        reading = read_context(engine, tickets=tmp_path / "tickets.parquet", leave=leave)
        assert engine.rows("SELECT ticket_id, opened_us FROM ctx_tickets ORDER BY ticket_id") == [
            ("1", 1772445600000000),
            ("2", None),
        ]
        assert rejects(engine) == [(2, "not valid JSON")]
        assert reading.tables["leave"].rows == 1
        assert [file.format for file in reading.inputs] == ["parquet", "jsonl"]


def test_the_name_of_a_folder_is_no_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "agent_id=zed" / "team=z"
    place.mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(place))
    pq.write_table(pa.table({"agent_id": ["ann"], "site": ["north"]}), place / "agents.parquet")
    with events(place, LOG) as engine:
        assert read_context(engine, agents=place / "agents.parquet").tables["agents"].mapping.keys() == {
            "agent_id", "site"
        }  # fmt: skip
        assert engine.rows("SELECT agent_id, team, site FROM ctx_agents") == [("ann", None, "north")]


def test_a_night_without_events_reads_them_all_the_same(tmp_path: Path) -> None:
    with DuckEngine() as engine:
        for table in (EVENTS, REJECTS):
            engine.table(table.name, table.nothing)
        reading = context(
            engine,
            tmp_path,
            agents="agent_id,zone\nann,Europe/Vienna\n",
            tickets="ticket_id,customer_id,opened\nT1,c1,2026-03-01\n",
            identities="system,id,entity\ncrm,ann,p1\n",
        )
        assert reading.ticket_rules and {"agents", "tickets", "identities"} <= reading.given
        assert localise(engine) is None


def test_a_file_that_is_no_table_is_an_error_and_one_without_rows_a_note(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 20)
        with pytest.raises(UnusableInput, match="binary"):
            read_context(engine, agents=tmp_path / "binary.csv")
        reading = context(engine, tmp_path, agents="agent_id,team\n")
        assert reading.given == {"agents", "agents.agent_id", "agents.team"}
        assert "has no rows" in reading.notes[0]


HOSTILE = st.text(st.sampled_from("\"',;\n\r\t\0=+-@{}[]%\\'c1ann<>\u202e\ufeffé "), max_size=20)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE), max_size=6))
@example([("", "", ","), (";", ";", ";,")])  # a line of signs is no header
@example([(";;\r;", "", ";"), (";;\r;", "", ";")])  # nor do signs in the rows decide on the delimiter
@example([(";,\r,", "", ";"), (";,\r,", "", ";")])
@example([("", "", ",,"), ("", "", ",,"), ("", "a", "a,a")])
@example([("", "a,a", "a\r,,,")])  # nor are rows with a cell too many
def test_whatever_the_cells_hold_every_line_is_accounted_for(
    engine_with_events: DuckEngine, tmp_path: Path, rows: list[tuple[str, str, str]]
) -> None:
    text = "agent_id,team,hire_date\n" + "".join(f"{','.join(row)}\n" for row in rows)
    path = tmp_path / "agents.csv"
    path.write_text(text, encoding="utf-8", newline="")
    engine_with_events.rows("DELETE FROM rejects")
    try:
        side = read_context(engine_with_events, agents=path).tables["agents"]
    except UnusableInput as refused:
        assert "binary" in refused.message  # little else than NUL bytes
        return
    assert side.lines == side.rows + side.rejected + side.duplicates + side.overruled
    ((bad,),) = engine_with_events.rows("SELECT count(*) FROM rejects")
    assert bad == side.rejected


@pytest.fixture
def engine_with_events(tmp_path: Path):  # type: ignore[no-untyped-def]
    with events(tmp_path, LOG) as engine:
        yield engine
