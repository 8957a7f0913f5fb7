"""A database that is gone, empty or older than its files is damage: nothing is removed, and it can be mended."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.store.days import FIRST, content, rows_of, scan, write_night

from onlooker.cli import cli
from onlooker.errors import UsageError
from onlooker.store import Store, StoreDamaged
from onlooker.store.rebuilding import rebuild


def remove_database(place: Path) -> None:
    for path in place.glob("onlooker.sqlite*"):
        path.unlink()


def files(place: Path) -> set[str]:
    return {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file() and path.name != "lock"}


@pytest.mark.parametrize("how", ["gone", "empty", "new"])
def test_a_store_without_its_database_is_damaged_and_nothing_of_it_is_removed(place, tmp_path, how):
    scan(place, range(FIRST, FIRST + 5))
    remove_database(place)
    if how == "empty":
        (place / "onlooker.sqlite").touch()
    elif how == "new":
        with Store.open(tmp_path / "other", "write", create=True):
            pass
        shutil.copy(tmp_path / "other" / "onlooker.sqlite", place)
    before = files(place)
    for mode, create in (("write", True), ("write", False), *((("read", False),) if how == "gone" else ())):
        with pytest.raises(StoreDamaged, match="nothing was changed"), Store.open(place, mode, create=create):
            pass
    assert files(place) - {"onlooker.sqlite-wal", "onlooker.sqlite-shm"} == before


def test_a_database_that_is_older_than_its_files_removes_none_of_them(place, tmp_path):
    scan(place, range(FIRST, FIRST + 2))
    shutil.copytree(place, tmp_path / "backup")
    scan(place, range(FIRST, FIRST + 5), run_id="later")
    remove_database(place)
    shutil.copy(tmp_path / "backup" / "onlooker.sqlite", place)
    before = files(place)
    with pytest.raises(StoreDamaged, match="knows commits up to 2, and ") as told, Store.open(place, "write"):
        pass
    assert "repair" in told.value.hint
    assert files(place) >= before
    with Store.open(place) as store:
        assert any("of a commit that the database does not know" in fault.text for fault in store.verify())
    ran = CliRunner().invoke(cli, ["store", "repair", "--store", str(place)])
    assert ran.exit_code == 0 and "files of commits that the database does not know were set aside" in ran.output
    with Store.open(place, "write") as store:
        # The nights themselves, whose state the backup had, are as they were; what came later lies aside.
        assert len(store.nights()) == 2
    assert len(list((place / "damaged").iterdir())) == 3 * 3


def test_what_one_killed_run_left_is_removed_and_no_more(place):
    scan(place, range(FIRST, FIRST + 2))
    (place / "visits" / "2026-03-02.000003.parquet").write_bytes(b"half")
    with Store.open(place, "write") as store:
        assert store.recovered == ("a run did not finish; its 1 file was removed",)
    (place / "visits" / "2026-03-02.000004.parquet").write_bytes(b"half")
    with pytest.raises(StoreDamaged), Store.open(place, "write"):
        pass
    assert (place / "visits" / "2026-03-02.000004.parquet").exists()


@pytest.mark.parametrize("how", ["gone", "broken"])
def test_a_store_is_rebuilt_from_its_files_as_far_as_they_go(place, how):
    scan(place, range(FIRST, FIRST + 40))
    with Store.open(place, "write") as store:
        store.compact(FIRST + 40)
        rows, states = rows_of(store, "visits").num_rows, store.files("state")
    with Store.open(place, "write"):
        pass
    if how == "gone":
        remove_database(place)
    else:
        (place / "onlooker.sqlite").write_bytes(b"x" * 9000)
    broken = next(place.glob("agent_hours/2026-03-27.*"))
    broken.write_bytes(broken.read_bytes()[:-20])
    done = rebuild(place, "ana")
    assert f"agent_hours/{broken.name}" in done.set_aside
    assert ("onlooker.sqlite" in done.set_aside) == (how == "broken")
    assert any("alerts" in one for one in done.lost) and any("taken in" in one for one in done.lost)
    with Store.open(place, "write") as store:
        assert rows_of(store, "visits").num_rows == rows
        assert store.blob("state")[1] == states[-1]
        assert store.verify() == ()
        assert store.recovered == ()
        (entry,) = store.history()
        assert (entry.who, entry.what) == ("ana", "rebuild")
        store.start_run("next", "1")
        write_night(store, FIRST + 40, "next")
    with pytest.raises(UsageError, match="nothing to rebuild"):
        rebuild(place, "ana")


def test_a_day_that_was_written_twice_counts_as_it_was_written_last(place):
    scan(place, range(FIRST, FIRST + 3))
    with Store.open(place, "write") as store:
        store.start_run("again", "1")
        write_night(store, FIRST + 1, "again", rows=77)
        expected = content(store)
        assert rows_of(store, "visits").num_rows == 300 + 77 + 300
    remove_database(place)
    rebuild(place, "ana")
    with Store.open(place) as store:
        assert rows_of(store, "visits").num_rows == 300 + 77 + 300
        assert store.verify() == ()
        assert content(store) != expected  # alerts are lost
    with Store.open(place, "write"):
        pass
    assert len(list(place.glob("visits/*.parquet"))) == 3


def test_the_command_says_what_it_rebuilt_and_what_is_lost(place):
    scan(place, range(FIRST, FIRST + 2))
    remove_database(place)
    ran = CliRunner().invoke(cli, ["store", "rebuild", "--store", str(place)])
    assert ran.exit_code == 0
    assert ran.output.startswith("rebuilt from 6 files: ")
    assert "lost: alerts, cases, verdicts, suppressions, explanations, legal holds and the history" in ran.output
