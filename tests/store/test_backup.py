"""The backup of docs/operations.md, taken while a run holds the store, is a whole store."""

import shutil

import pytest
from tests.store.days import FIRST, content, lines_told, scan, write_night

from onlooker.store import Store


def test_the_database_first_and_the_files_after_it_make_a_whole_store(place, tmp_path):
    backup = tmp_path / "backup"
    scan(place, range(FIRST, FIRST + 3))
    with Store.open(place, "write") as running:
        running.start_run("r", "1")
        running.record("explain", {"agent": "agent-3"}, who="ana")
        expected = content(running)
        backup.mkdir()
        with Store.open(place) as reader:
            reader.db.execute("VACUUM INTO ?", (str(backup / "onlooker.sqlite"),))
        write_night(running, FIRST + 2, "r")  # while the files are being copied
        ignored = shutil.ignore_patterns("onlooker.sqlite*", "lock")
        shutil.copytree(place, backup, dirs_exist_ok=True, ignore=ignored)
    with Store.open(backup, "write") as restored:
        assert content(restored) == expected
        assert restored.verify() == ()
        assert "did not finish" in restored.recovered[0]
        assert [entry.what for entry in lines_told(restored)] == ["explain"]


@pytest.mark.parametrize("mode", ["read", "decide"])
def test_a_restored_store_can_be_read_before_the_next_run(place, tmp_path, mode):
    scan(place, range(FIRST, FIRST + 1))
    copy = tmp_path / "copy"
    shutil.copytree(place, copy, ignore=shutil.ignore_patterns("*-wal", "*-shm", "lock"))
    with Store.open(copy, mode) as store:
        assert store.verify() == ()
