"""Retention, legal hold, compaction and forgetting."""

import json
import shutil
from dataclasses import replace
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.store.days import FIRST, alert, content, lines_told, reason, rows_of, scan, visits, write_night

from onlooker.cases import CaseDesk, gather
from onlooker.cases.case_records import case_id
from onlooker.errors import UsageError
from onlooker.schema.days import iso
from onlooker.schema.tables import EVENTS
from onlooker.store import Commit, Store, StoreDamaged, StoreHeld, StoreReadOnly, compaction, parquet_files
from onlooker.store.retention import UNALERTED, StrictRetention


def events(day: int) -> pa.Table:
    types = {"BIGINT": pa.int64(), "INTEGER": pa.int32(), "VARCHAR": pa.string()}
    return pa.table({c.name: pa.array([day if c.name == "day" else None], types[c.type]) for c in EVENTS.columns})


def everything(store: Store) -> list[dict]:
    order = [("day", "ascending"), ("customer_id", "ascending"), ("agent_id", "ascending"), ("first_us", "ascending")]
    return rows_of(store, "visits").sort_by(order).to_pylist()


@pytest.fixture(scope="module")
def thirty_nights(tmp_path_factory):
    place = tmp_path_factory.mktemp("thirty") / "store"
    scan(place, range(FIRST, FIRST + 30))
    return place


@pytest.fixture
def two_months(thirty_nights, place):
    """2026-02-16 to 2026-03-17."""
    shutil.copytree(thirty_nights, place)
    return place


def test_whole_months_become_one_file_with_the_same_rows_in_order(two_months, monkeypatch):
    monkeypatch.setattr(compaction, "ROWS_AT_ONCE", 700)
    with Store.open(two_months, "write") as store:
        before = everything(store)
        done = store.compact(FIRST + 30)
        assert [(part.table, part.month, part.files) for part in done] == [
            ("visits", "2026-02", 13), ("agent_hours", "2026-02", 13),
        ]  # fmt: skip
        assert everything(store) == before
        assert len(store.files("visits")) == 1 + 17
        agents = pq.read_table(store.files("visits")[0])["agent_id"].to_pylist()
        assert agents == sorted(agents)
        assert store.verify() == ()
        assert store.compact(FIRST + 30) == ()
    with Store.open(two_months, "write") as store:
        assert len(list((two_months / "visits").iterdir())) == 18


def test_a_month_s_file_says_where_each_customer_and_agent_can_be(two_months, monkeypatch):
    monkeypatch.setattr(parquet_files, "ROW_GROUP", 512)
    with Store.open(two_months, "write") as store:
        store.compact(FIRST + 30)
        file = store.files("visits")[0]
    months = pq.ParquetFile(file)
    groups = [months.metadata.row_group(number) for number in range(months.num_row_groups)]
    assert len(groups) > 1
    for column in ("customer_id", "agent_id", "day", "ticket_id"):
        place = months.schema_arrow.get_field_index(column)
        assert all(group.column(place).statistics.has_min_max for group in groups), column
    place = months.schema_arrow.get_field_index("agent_id")
    bounds = [(group.column(place).statistics.min, group.column(place).statistics.max) for group in groups]
    assert all(last <= following for (_, last), (following, _) in pairwise(bounds))
    known, rare = months.read_row_group(0)["customer_id"][0].as_py(), "nobody at all"
    probe = "SELECT bloom_filter_excludes FROM parquet_bloom_probe(?, 'customer_id', ?)"
    excluded = {
        who: [one[-1] for one in duckdb.execute(probe, [str(file), who]).fetchall()]
        for who in (known, rare)
    }  # fmt: skip
    assert not excluded[known][0]
    assert sum(excluded[rare]) > len(groups) // 2


def test_a_file_that_lost_rows_is_not_compacted_away(two_months):
    with Store.open(two_months, "write") as store:
        store.db.execute("UPDATE files SET rows = rows + 1 WHERE name LIKE 'visits/2026-02-20%'")
        with pytest.raises(StoreDamaged):
            store.compact(FIRST + 30)
        assert len(store.files("visits")) == 30


def test_columns_that_came_later_survive_compaction(two_months):
    with Store.open(two_months, "write") as store:
        store.start_run("r", "2")
        with store.begin("r") as work:
            table = visits(FIRST + 2)
            work.put("visits", table.append_column("vip", table["worked"]), FIRST + 2)
            work.commit(Commit())
        store.compact(FIRST + 30)
        vip = pq.read_table(store.files("visits")[0])["vip"]
    assert len(vip) - vip.null_count == 300


def test_what_is_older_than_its_retention_goes_from_the_disk(two_months):
    today = FIRST + 30
    with Store.open(two_months, "write") as store:
        store.compact(today)
        lost = store.prune(today, "ana", {"visits": 20, "alerts": 5})
        assert {(part.table, part.rows) for part in lost} == {("visits", 3000), ("alerts", 25)}
        assert min(row["day"] for row in everything(store)) == today - 20
        assert store.span("agent_hours") == (FIRST, FIRST + 29)
        assert len(list((two_months / "visits").iterdir())) == len(store.files("visits"))
        assert store.verify() == ()
        assert [entry.what for entry in lines_told(store)] == ["compact", "compact", "prune"]
        assert store.prune(today, "ana", {"visits": 20, "alerts": 5}) == ()


def test_what_the_next_night_goes_on_from_is_not_removed_however_old(two_months):
    """Events of days that are not judged yet, and the last state of scoring."""
    with Store.open(two_months, "write") as store:
        store.start_run("waiting", "1.0")
        with store.begin("waiting") as work:
            for day in (FIRST + 29, FIRST + 30):
                work.put("events", events(day), day)
            work.commit(Commit())
        lost = {part.table: part.files for part in store.prune(FIRST + 300, "ana")}
        assert (lost["events"], lost["agent_hours"]) == (1, 30)
        assert store.span("events") == (FIRST + 30, FIRST + 30)
        assert store.blob("state")[0] == FIRST + 29
        # Waiting is no reason to keep them for longer than what becomes of them.
        store.prune(FIRST + 300, "ana", {"visits": 200})
        assert store.span("events") is None


def test_a_removal_that_fails_at_the_end_changes_nothing(two_months, monkeypatch):
    with Store.open(two_months, "write") as store:
        store.compact(FIRST + 30)
        before = content(store)
        monkeypatch.setattr("onlooker.store.history_chain.append", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.prune(FIRST + 30, "ana", {"visits": 20})
        with pytest.raises(ZeroDivisionError):
            store.forget("customer", "C00077", "ana", "asked for it")
        monkeypatch.undo()
        assert content(store) == before
        assert store.verify() == ()
    with Store.open(two_months, "write") as store:
        assert store.recovered == ()


def test_retention_of_an_unknown_table_is_refused(place):
    with Store.open(place, "write", create=True) as store, pytest.raises(UsageError, match="visitors"):
        store.prune(FIRST, "ana", {"visitors": 3})


def test_a_legal_hold_stops_prune_and_forget_until_it_is_released(two_months):
    with Store.open(two_months, "write") as store:
        before = content(store)
        held = store.hold("matter 12 of the labour court", "dora")
        with pytest.raises(StoreHeld, match="matter 12"):
            store.prune(FIRST + 900, "ana")
        with pytest.raises(StoreHeld):
            store.forget("customer", "C00001", "ana", "asked for it")
        assert content(store) == before
        store.release(held.id, "settled", "dora")
        assert store.holds() == ()
        assert store.holds(standing=False)[0].released_by == "dora"
        assert store.prune(FIRST + 900, "ana")
        with pytest.raises(UsageError, match="no hold"):
            store.release(held.id, "again", "dora")


def test_a_forgotten_customer_is_in_no_file_and_no_record(two_months):
    who = "C00077"
    about = alert(FIRST + 3, "agent-5", visits=[{"customer_id": who, "why": f"{who} is new; C000771 is not"}])
    with Store.open(two_months, "write") as store:
        store.compact(FIRST + 30)
        store.record("trace", {"customers": [who, "C00078"]}, "a complaint", who="ana")
        store.record("trace", {"customers": ["C00078"]}, "another", who="ana")
        store.start_run("r", "1")
        with store.begin("r") as work:
            work.commit(Commit(alerts=(about,), lines=((about.id, f"{who} was opened again"),)))
        others = [row for row in everything(store) if row["customer_id"] != who]
        done = store.forget("customer", who, "ana", f"{who} asked for it")
        assert done.rows > 0
        assert everything(store) == others
        kept = next(a for a in store.alerts() if a.id == about.id)
        assert kept.record["visits"] == [{"customer_id": "(erased)", "why": "(erased) is new; C000771 is not"}]
        assert kept.lines == ("(erased) was opened again",)
        assert store.verify() == ()
        trace, other, forget = (entry for entry in lines_told(store) if entry.what != "compact")
        assert trace.erased
        assert not other.erased
        assert forget.what == "forget"
        assert forget.about["mark"] == done.mark
        assert store.forget("customer", who, "ana", "again").mark == done.mark
        assert store.forget("customer", who, "ana", "again").rows == 0
    for path in two_months.rglob("*"):
        if path.is_file():
            # That it is not in the rows of the compressed files is asserted above.
            assert who.encode() not in path.read_bytes().replace(b"C000771", b"")


def test_a_forgotten_agent_leaves_the_states_and_the_ids_made_from_it(two_months):
    with Store.open(two_months, "write") as store:
        store.forget("agent", "agent-3", "ana", "left in 2019")
        assert "agent-3" not in {row["agent_id"] for row in everything(store)}
        assert not [a for a in store.alerts() if "agent-3" in json.dumps(a.record)]
        assert all(a.id == a.record["id"] and a.id.startswith("erased-") for a in store.alerts())
        for path in store.files("state"):
            with np.load(path) as arrays:
                assert "agent-3" not in arrays["agents"]
                assert "(erased)" in arrays["agents"]
                assert "agent-11" in arrays["agents"]
        assert store.verify() == ()
        write_night(store, FIRST + 30, store.runs()[0].id)


def test_a_short_number_is_erased_as_an_id_and_kept_as_a_count(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place, "write") as store:
        store.start_run("r", "1")
        about = replace(
            alert(FIRST, "x"), record=alert(FIRST, "x").record | {"customer_id": "212", "text": "212 of 300"}
        )
        with store.begin("r") as work:
            work.commit(Commit(alerts=(about,)))
        store.forget("customer", "212", "ana", "asked")
        kept = next(a for a in store.alerts() if a.id == about.id)
    assert kept.record["customer_id"] == "(erased)"
    assert kept.record["text"] == "212 of 300"


def test_only_the_holder_of_the_lock_removes(two_months):
    with Store.open(two_months, "decide") as store:
        for attempt in (
            lambda: store.prune(FIRST, "ana"),
            lambda: store.forget("agent", "agent-3", "ana", ""),
            lambda: store.compact(FIRST),
            lambda: store.repair("ana"),
        ):
            with pytest.raises(StoreReadOnly):
                attempt()


def test_what_repair_has_set_aside_does_not_outlive_an_erasure(two_months):
    with Store.open(two_months, "write") as store:
        damaged = store.files("visits")[3]
        damaged.write_bytes(damaged.read_bytes()[:-9])
        store.repair("ana")
        assert list((two_months / "damaged").iterdir())
        store.forget("customer", "C00077", "ana", "asked for it")
        assert not list((two_months / "damaged").iterdir())


def scores(day: int) -> pa.Table:
    """Scores of twelve agents on one day."""
    agents = [f"agent-{n}" for n in range(12)]
    return pa.table({"agent_id": agents, "day": pa.array([day] * 12, pa.int32()), "p_value": [0.5] * 12})


def closed(store: Store, agent: str, verdict: str, at: str) -> None:
    """The case of an agent, closed on a day with a verdict."""
    case = CaseDesk(store).close(case_id(agent, iso(FIRST)), verdict, "ana", "why", until=iso(FIRST + 40))  # type: ignore[arg-type]
    with store.deciding() as db:
        db.execute("UPDATE cases SET record = json_set(record, '$.verdict.at', ?) WHERE id = ?", (at, case.id))


def test_strict_privacy_erases_scores_of_people_without_an_alert_and_cases_by_their_verdict(place):
    scan(place, range(FIRST, FIRST + 4))
    with Store.open(place, "write") as store:
        with store.begin("run-1") as work:
            for day in range(FIRST, FIRST + 4):
                work.put("scores", scores(day), day)
            told = tuple(alert(FIRST, f"agent-{n}", reasons=[reason()]) for n in (5, 6, 7))
            work.commit(Commit(alerts=told), lambda db: gather(db, told, f"{iso(FIRST)}T04:00:00+00:00"))
        for agent, verdict, days in (
            ("agent-5", "false alarm", 0),
            ("agent-6", "confirmed", 0),
            ("agent-7", "benign", 90),
        ):
            closed(store, agent, verdict, iso(FIRST + days))
        strict = StrictRetention(90, {"confirmed": 400, "benign": 120, "false alarm": 120})
        done = {one.table: one.rows for one in store.prune(FIRST + 92, "ana", strict=strict)}
        # Days 0 and 1 are older than 90 days; of 12 agents 3, 5, 6 and 7 are in an alert.
        assert done[UNALERTED] == 2 * 8 and "cases closed as false alarm" not in done
        held = rows_of(store, "scores")
        assert set(held.filter(pc.field("day") < FIRST + 2)["agent_id"].to_pylist()) == {
            f"agent-{n}" for n in (3, 5, 6, 7)
        }
        assert held.filter(pc.field("day") >= FIRST + 2).num_rows == 24
        done = {one.table: one.rows for one in store.prune(FIRST + 130, "ana", strict=strict)}
        assert done["cases closed as false alarm"] == 1 and "cases closed as benign" not in done
        assert {case.agent_id for case in CaseDesk(store).cases(None)} == {"agent-6", "agent-7"}
        assert "agent-5" not in {one.agent_id for one in store.alerts()}
        assert store.verify() == ()
