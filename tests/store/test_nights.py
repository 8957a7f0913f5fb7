"""A night is whole or absent, replaces only its own days, and is found again."""

import os
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from tests.store.days import FIRST, agent_hours, alert, content, rows_of, scan, state, taken, visits, write_night

from onlooker.engines.duck import DuckEngine
from onlooker.errors import UsageError
from onlooker.store import Commit, Store


def test_a_committed_night_is_found_again_and_verifies(place):
    scan(place, range(FIRST, FIRST + 3))
    with Store.open(place) as store:
        assert [night.day for night in store.nights()] == [FIRST, FIRST + 1, FIRST + 2]
        assert rows_of(store, "visits").num_rows == 900
        assert store.span("visits") == (FIRST, FIRST + 2)
        assert store.watermarks() == {"log": (FIRST + 2) * 86_400_000_000}
        assert store.verify() == ()
        assert [run.outcome for run in store.runs()] == ["done"]


def test_rows_of_a_day_lie_sorted_by_agent(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place) as store:
        agents = rows_of(store, "visits")["agent_id"].to_pylist()
    assert agents == sorted(agents)


def test_a_stream_is_taken_as_it_comes(place):
    with Store.open(place, "write", create=True) as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            work.put("visits", visits(FIRST, 1000).to_reader(max_chunksize=100), FIRST)
            work.commit(Commit())
        assert rows_of(store, "visits").num_rows == 1000
        assert store.verify() == ()


def test_without_commit_nothing_is_there(place):
    with Store.open(place, "write", create=True) as store:
        store.start_run("r", "1")
        with pytest.raises(ZeroDivisionError), store.begin("r") as work:
            work.put("visits", visits(FIRST), FIRST)
            1 / 0  # noqa: B018
        assert store.select("visits") is None
        assert list((place / "visits").iterdir()) == []


def test_a_failing_step_takes_the_whole_commit_back(place):
    def fail(_db):
        raise RuntimeError("the cases could not be written")

    scan(place, range(FIRST, FIRST + 2))
    with Store.open(place, "write") as store:
        before = content(store)
        store.start_run("r", "1")
        with pytest.raises(RuntimeError), store.begin("r") as work:
            work.put("visits", visits(FIRST, 99), FIRST)
            work.commit(Commit(nights={FIRST: {}}, alerts=(alert(FIRST, "agent-9"),)), fail)
        assert content(store) == before
        assert store.verify() == ()
        assert len(list((place / "visits").iterdir())) == 2


def test_three_late_days_are_one_commit(place):
    scan(place, range(FIRST, FIRST + 4))
    with Store.open(place, "write") as store:
        store.start_run("late", "1")
        with store.begin("late") as work:
            for day in range(FIRST + 1, FIRST + 4):
                work.put("visits", visits(day, 310), day)
            work.commit(Commit(nights={day: {"late": True} for day in range(FIRST + 1, FIRST + 4)}))
        assert {night.generation for night in store.nights(FIRST + 1)} == {5}
        assert rows_of(store, "visits").num_rows == 300 + 3 * 310


def test_a_rescored_day_never_overwrites_a_file(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place) as reader:
        (old,) = reader.files("visits")
        before = old.read_bytes()
        with Store.open(place, "write") as store:
            store.start_run("again", "1")
            with store.begin("again") as work:
                work.put("visits", visits(FIRST, 7), FIRST)
                work.commit(Commit())
        assert old.read_bytes() == before
        (new,) = reader.files("visits")
    assert new != old
    with Store.open(place, "write"):  # the next run
        assert not old.exists()
        assert new.exists()


def test_a_day_written_again_leaves_a_span_of_days(place):
    with Store.open(place, "write", create=True) as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            work.put("visits", visits(FIRST, 3000, days=30), FIRST, FIRST + 29)
            work.commit(Commit())
        others = rows_of(store, "visits").filter(pa.compute.field("day") != FIRST + 10).num_rows
        with store.begin("r") as work:
            work.put("visits", visits(FIRST + 10, 5), FIRST + 10)
            work.commit(Commit())
        assert rows_of(store, "visits").num_rows == others + 5
        assert len(store.files("visits")) == 3
        assert store.verify() == ()


def test_late_days_of_one_month_file_are_each_there_once(place):
    with Store.open(place, "write", create=True) as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            work.put("visits", visits(FIRST, 3000, days=30), FIRST, FIRST + 29)
            work.put("visits", visits(FIRST + 30, 10), FIRST + 30)
            work.commit(Commit())
        before = rows_of(store, "visits")
        late = (FIRST, FIRST + 10, FIRST + 11, FIRST + 20, FIRST + 29, FIRST + 30)
        with store.begin("r") as work:
            for day in late:
                work.put("visits", visits(day, 5), day)
            work.commit(Commit())
        kept = before.filter(~pa.compute.field("day").isin(late)).num_rows
        assert rows_of(store, "visits").num_rows == kept + 5 * len(late)
        assert len(store.files("visits")) == len(late) + 3
        assert store.verify() == ()


def test_the_same_day_twice_in_one_commit_is_refused(place):
    with Store.open(place, "write", create=True) as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            work.put("visits", visits(FIRST), FIRST)
            with pytest.raises(UsageError, match="already written"):
                work.put("visits", visits(FIRST), FIRST - 1, FIRST + 1)


def test_a_file_taken_in_is_known_by_its_content_under_any_name(place):
    scan(place, range(FIRST, FIRST + 1))
    file = taken(FIRST).file
    with Store.open(place) as store:
        assert store.known_inputs([file.sha256, "0" * 64]) == {file.sha256: file.path}


def test_an_alert_once_raised_stays_and_gets_a_second_line_once(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place, "write") as store:
        (first,) = store.alerts()
        changed = replace(alert(FIRST), record=alert(FIRST).record | {"headline": "something else"})
        for run in ("a", "b"):
            store.start_run(run, "1")
            with store.begin(run) as work:
                work.commit(Commit(alerts=(changed,), lines=((first.id, "late data: 230 records"),)))
        (after,) = store.alerts()
    assert after.record == first.record
    assert after.lines == ("late data: 230 records",)


def test_old_states_go_with_the_commit_that_no_longer_needs_them(place):
    scan(place, range(FIRST, FIRST + 6))
    with Store.open(place) as store:
        assert len(store.files("state")) == 3
        assert store.blob("state", FIRST + 4)[0] == FIRST + 4
        assert store.blob("state", FIRST) is None


def test_an_engine_reads_the_selection_also_across_an_upgrade(tmp_path):
    place = tmp_path / "day=3" / "it's [a] store*"  # what a glob, a quote or a partition would spoil
    place.parent.mkdir()
    scan(place, range(FIRST, FIRST + 2))
    with Store.open(place, "write") as store:
        store.start_run("r", "2")
        wider = visits(FIRST + 2, 50)
        with store.begin("r") as work:
            work.put("visits", wider.append_column("vip", pa.array([True] * 50)), FIRST + 2)
            work.commit(Commit())
    with Store.open(place) as store, DuckEngine() as engine:
        chosen = store.select("visits", FIRST + 1, FIRST + 2)
        assert engine.rows(f"SELECT count(*), count(vip), min(day) FROM {chosen}") == [(350, 50, FIRST + 1)]


def test_every_file_and_its_folder_are_forced_to_disk(place, monkeypatch):
    scan(place, range(FIRST, FIRST + 1))
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(str(Path(f"/proc/self/fd/{fd}").readlink())), real(fd)))
    with Store.open(place, "write") as store:
        store.start_run("r", "1")
        synced.clear()
        with store.begin("r") as work:
            work.put("agent_hours", agent_hours(FIRST + 1), FIRST + 1)
            work.put_blob("state", FIRST + 1, state(FIRST + 1))
            assert [name for name in synced if name.endswith("/agent_hours")]
            assert [name for name in synced if name.endswith("/state")]
            assert len([name for name in synced if name.endswith(".part")]) == 2


def test_unknown_tables_and_rows_without_their_columns_are_refused(place):
    with Store.open(place, "write", create=True) as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            with pytest.raises(UsageError, match="no table"):
                work.put("visitors", visits(FIRST), FIRST)
            with pytest.raises(Exception, match="lack the columns customer_id"):
                work.put("visits", visits(FIRST).drop_columns("customer_id"), FIRST)


def test_nights_one_by_one_equal_nights_in_several_runs(tmp_path):
    scan(tmp_path / "one", range(FIRST, FIRST + 4))
    for day in range(FIRST, FIRST + 4):
        scan(tmp_path / "four", range(FIRST, day + 1), run_id=f"run-{day}")
    with Store.open(tmp_path / "one") as one, Store.open(tmp_path / "four") as four:
        assert content(one) == content(four)


def test_a_repeated_night_changes_nothing(place):
    scan(place, range(FIRST, FIRST + 2))
    with Store.open(place, "write") as store:
        before = content(store)
        store.start_run("again", "1")
        write_night(store, FIRST + 1, "again")
        assert content(store) == before
