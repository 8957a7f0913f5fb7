"""Killed at any moment, a night is whole or absent, and the next run says so and mends it."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.store.copies import in_copy
from tests.store.days import FIRST, content, lines_told, rows_of, scan, write_night

from onlooker.errors import StoreBusy
from onlooker.store import Store

NIGHTS = 12
HERE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    fastest = float("inf")
    for _ in range(3):
        place = tmp_path_factory.mktemp("undisturbed") / "store"
        started = time.monotonic()
        scan(place, range(FIRST, FIRST + NIGHTS), rows=2000)
        fastest = min(fastest, time.monotonic() - started)
    with Store.open(place) as store:
        return content(store), fastest


def fork_writer(place: Path, run_id: str) -> int:
    return in_copy(lambda: scan(place, range(FIRST, FIRST + NIGHTS), run_id=run_id, rows=2000))


def kill_and_repeat(place: Path, seed: int, expected: str, seconds: float) -> bool:
    """Kill a writer at a random moment up to three times, then let it end; whether a kill met a night in the making."""
    chance = random.Random(seed)
    met = False
    for attempt in range(chance.randint(1, 3)):
        child = fork_writer(place, f"killed-{attempt}")
        time.sleep(chance.uniform(0, seconds))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if (place / "onlooker.sqlite").exists():
            met |= mended(place)
    scan(place, range(FIRST, FIRST + NIGHTS), run_id="last", rows=2000)
    with Store.open(place) as store:
        assert store.verify() == ()
        assert content(store) == expected
    return met


def mended(place: Path) -> bool:
    with Store.open(place, "write", create=True) as store:
        assert store.verify() == ()
        days = [night.day for night in store.nights()]
        assert days == list(range(FIRST, FIRST + len(days)))
        for table in ("visits", "agent_hours"):
            on_disk = {path.name for path in (place / table).iterdir()}
            assert on_disk == {path.name for path in store.files(table)}
            assert len(on_disk) == len(days)
        unfinished = [run for run in store.runs() if run.outcome == "unfinished"]
        assert not [run for run in store.runs() if run.outcome == "running"]
        if store.recovered:
            assert unfinished
            assert "did not finish" in store.recovered[0]
        return bool(store.recovered)


def test_killed_at_random_moments_every_store_verifies_and_every_repeat_ends_equal(tmp_path, undisturbed):
    met = [kill_and_repeat(tmp_path / f"store-{seed}", seed, *undisturbed) for seed in range(15)]
    assert sum(met) > 5, "the kills missed what they were for"


@pytest.mark.full
@pytest.mark.parametrize("kills", [60, pytest.param(200, marks=pytest.mark.soak)])
def test_many_kills(tmp_path, undisturbed, kills):
    met = [kill_and_repeat(tmp_path / f"store-{seed}", 1000 + seed, *undisturbed) for seed in range(kills)]
    assert sum(met) > kills // 2  # or the kills missed what they were for


def test_a_process_of_its_own_killed_in_the_middle_is_told_with_its_files(place):
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.store.killed", str(place), str(FIRST), "500", "long"],
        cwd=HERE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with child:
        while not list(place.glob("visits/*.000003.parquet")):
            time.sleep(0.01)
        with pytest.raises(StoreBusy, match=f"process {child.pid} "), Store.open(place, "write"):
            pass
        child.kill()
    with Store.open(place, "write") as store:
        assert "the run of " in store.recovered[0]
        assert store.verify() == ()


def test_leftovers_are_counted_and_strangers_left_alone(place):
    scan(place, range(FIRST, FIRST + 1))
    (place / "visits" / "2026-03-02.000002.parquet").write_bytes(b"half")
    (place / "visits" / ".2026-03-02.000002.parquet.abc.part").write_bytes(b"h")
    (place / "state" / "2026-03-02.000002.npz").write_bytes(b"half")
    (place / "visits" / "notes.txt").write_text("mine")
    with Store.open(place, "write") as store:
        store.start_run("r", "1")
        assert store.recovered == ("a run did not finish; its 3 files were removed",)
        assert (place / "visits" / "notes.txt").exists()
    with Store.open(place, "write") as store:
        (sentence,) = store.recovered
        assert sentence.endswith("did not finish; it left no files")
    with Store.open(place, "write") as store:
        assert store.recovered == ()


def test_two_writers_the_second_is_told_who_holds_it(place):
    with Store.open(place, "write", create=True):
        with pytest.raises(StoreBusy, match=f"process {os.getpid()} on ") as told, Store.open(place, "write"):
            pass
        assert told.value.exit_status == 5
    with Store.open(place, "write"):
        pass


def test_readers_and_deciders_work_beside_a_writer(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place, "write") as writer, Store.open(place) as reader, Store.open(place, "decide") as decider:
        writer.start_run("r", "1")
        with reader.snapshot():
            assert len(reader.nights()) == 1
            write_night(writer, FIRST + 1, "r")
            assert len(reader.nights()) == 1
            assert all(path.exists() for path in reader.files("visits"))
        assert len(reader.nights()) == 2
        decider.record("explain", {"agent": "agent-3"}, "morning round", who="ana")
        assert [entry.what for entry in lines_told(reader)] == ["explain"]


def tidy(place: Path) -> None:
    with Store.open(place, "write") as store:
        store.compact(FIRST + 40)
        store.prune(FIRST + 30, "ana", {"visits": 20})
        store.forget("customer", "C00077", "ana", "asked for it")
        store.forget("agent", "agent-3", "ana", "asked for it")


def outcome(place: Path) -> tuple[list[dict], int]:
    with Store.open(place) as store:
        assert store.verify() == ()
        rows = rows_of(store, "visits")
        order = [
            ("day", "ascending"),
            ("customer_id", "ascending"),
            ("agent_id", "ascending"),
            ("first_us", "ascending"),
        ]
        return rows.sort_by(order).to_pylist(), len(store.alerts())


def test_killed_while_it_compacts_prunes_or_forgets_nothing_is_lost_but_what_was_to_go(tmp_path):
    template, tidied = tmp_path / "template", tmp_path / "tidied"
    scan(template, range(FIRST, FIRST + 30), rows=1000)
    shutil.copytree(template, tidied)
    started = time.monotonic()
    tidy(tidied)
    seconds, expected = time.monotonic() - started, outcome(tidied)
    chance, met = random.Random(7), 0
    for number in range(5):
        place = tmp_path / f"store-{number}"
        shutil.copytree(template, place)
        child = in_copy(lambda place=place: tidy(place))
        time.sleep(chance.uniform(0, seconds))
        os.kill(child, signal.SIGKILL)
        met += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        tidy(place)
        assert outcome(place) == expected
        with Store.open(place) as store:
            assert set((place / "visits").iterdir()) == set(store.files("visits"))
    assert met > 1, "the kills came too late"
