"""Disk full, read-only, damaged, too new: a clear error, and nothing lost."""

import os
import resource
import sqlite3
import stat
import tempfile
from pathlib import Path

import pytest
from tests.store.copies import in_copy
from tests.store.days import FIRST, content, lines_told, scan, visits, write_night

from onlooker.errors import OnlookerError, UsageError
from onlooker.store import (
    Commit,
    Store,
    StoreDamaged,
    StoreFull,
    StoreMissing,
    StoreReadOnly,
    StoreTooNew,
    StoreTooOld,
)
from onlooker.store.faults import StoreError


@pytest.fixture
def limited():
    """Sets the size that no file may exceed, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_while_a_day_is_written_loses_nothing(place, limited):
    scan(place, range(FIRST, FIRST + 2))
    with Store.open(place, "write") as store:
        before = content(store)
        store.start_run("r", "1")
        with store.begin("r") as work:
            limited(5000)
            with pytest.raises(StoreFull, match="nothing that was committed is lost") as told:
                work.put("visits", visits(FIRST + 2), FIRST + 2)
            limited(resource.RLIM_INFINITY)
        assert "prune" in told.value.hint
        assert content(store) == before
        assert store.verify() == ()
        assert len(list((place / "visits").iterdir())) == 2
        write_night(store, FIRST + 2, "r")
        assert len(store.nights()) == 3


def test_a_full_disk_at_the_commit_loses_nothing(place, limited):
    scan(place, range(FIRST, FIRST + 2))
    with Store.open(place, "write") as store:
        before = content(store)
        store.start_run("r", "1")
        with store.begin("r") as work:
            work.put("visits", visits(FIRST + 2), FIRST + 2)
            limited((place / "onlooker.sqlite-wal").stat().st_size + 4096)
            with pytest.raises(StoreError, match="disk"):
                work.commit(Commit(nights={day: {"text": "x" * 9000} for day in range(FIRST, FIRST + 99)}))
            limited(resource.RLIM_INFINITY)
        assert content(store) == before
        assert store.verify() == ()


def test_no_space_is_told_as_such(place, monkeypatch):
    scan(place, range(FIRST, FIRST + 1))

    def full(_fd):
        raise OSError(28, "No space left on device")

    with Store.open(place, "write") as store:
        store.start_run("r", "1")
        monkeypatch.setattr(os, "fsync", full)
        with store.begin("r") as work, pytest.raises(StoreFull):
            work.put("visits", visits(FIRST + 1), FIRST + 1)
        monkeypatch.undo()
        assert store.verify() == ()


def test_reading_changes_nothing_and_writing_then_is_refused(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place) as store:
        with pytest.raises(StoreReadOnly):
            store.start_run("r", "1")
        with pytest.raises(StoreReadOnly):
            store.record("explain")
        with pytest.raises(sqlite3.OperationalError):
            store.db.execute("DELETE FROM nights")
    with Store.open(place, "decide") as store, pytest.raises(StoreReadOnly):
        store.begin("r")


def look_as_somebody_of(group: str, place: Path, report: int) -> None:
    import grp
    import pwd

    os.setgroups([])
    os.setgid(grp.getgrnam(group).gr_gid)
    os.setuid(pwd.getpwnam("nobody").pw_uid)
    seen = []
    with Store.open(place) as store:
        seen += [str(len(store.nights())), str(len(store.verify()))]
    for mode in ("decide", "write"):
        try:
            Store.open(place, mode).close()
        except OnlookerError as error:
            seen.append(type(error).__name__)
    os.write(report, " ".join(seen).encode())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_member_of_the_group_reads_and_cannot_write(tmp_path):
    for folder in (tmp_path, *tmp_path.parents):  # pytest's own folders are for root alone
        if folder.is_relative_to(tempfile.gettempdir()) and folder != Path(tempfile.gettempdir()):
            folder.chmod(folder.stat().st_mode | 0o055)
    place = tmp_path / "store"
    with Store.open(place, "write", create=True, group="daemon"):
        pass
    scan(place, range(FIRST, FIRST + 1))
    reader, writer = os.pipe()
    child = in_copy(lambda: look_as_somebody_of("daemon", place, writer))
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as seen:
        assert seen.read() == "1 0 StoreReadOnly StoreReadOnly"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in place.rglob("*") if path.is_file() and path.name != "lock"}
    assert modes == {0o640}


def test_a_store_in_a_folder_that_hands_its_group_on_has_that_folders_readers(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2750)
    scan(shared / "store", range(FIRST, FIRST + 1))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (shared / "store").rglob("*")}
    assert stat.S_IMODE((shared / "store").stat().st_mode) == 0o2750
    assert modes["visits"] == 0o2750
    assert modes["onlooker.sqlite"] == 0o640


def test_without_a_group_everything_is_the_owners(place):
    scan(place, range(FIRST, FIRST + 1))
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.rglob("*") if path.is_file()} == {0o600}


def test_a_newer_store_is_left_alone(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place, "write") as store:
        store.db.execute("PRAGMA user_version = 99")
    for mode in ("read", "decide", "write"):
        with pytest.raises(StoreTooNew, match="format 99"), Store.open(place, mode):
            pass


def test_an_older_store_is_brought_up_to_date_by_a_writer_only(place, monkeypatch):
    from onlooker.store import migrations

    scan(place, range(FIRST, FIRST + 1))
    step = ("ALTER TABLE watermarks ADD COLUMN note TEXT",)
    now = len(migrations.MIGRATIONS)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))
    with Store.open(place) as store:
        assert len(store.nights()) == 1  # read as it is, until a migration changes what is read
    monkeypatch.setattr(migrations, "READABLE_SINCE", now + 1)
    with pytest.raises(StoreTooOld, match=f"format {now}"), Store.open(place):
        pass
    with Store.open(place, "write") as store:
        assert len(store.nights()) == 1
    with Store.open(place) as store:
        assert migrations.format_of(store.db) == now + 1


def test_a_place_that_is_no_store_is_told(tmp_path):
    with pytest.raises(StoreMissing, match="no store"), Store.open(tmp_path / "none"):
        pass
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(UsageError, match="not empty"), Store.open(tmp_path, "write", create=True):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letters.txt"]


def test_a_database_that_is_none_is_told(place):
    scan(place, range(FIRST, FIRST + 1))
    (place / "onlooker.sqlite-wal").unlink()
    (place / "onlooker.sqlite").write_bytes(b"This is a letter, not a database. " * 200)
    for mode in ("read", "write"):
        with pytest.raises(StoreDamaged, match=r"onlooker\.sqlite"), Store.open(place, mode):
            pass


def test_somebody_elses_database_is_left_alone(place):
    place.mkdir()
    other = sqlite3.connect(place / "onlooker.sqlite")
    other.execute("CREATE TABLE letters (text)")
    other.close()
    with pytest.raises(StoreDamaged, match="not written by Onlooker"), Store.open(place, "write", create=True):
        pass


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "short":
        path.write_bytes(data[: len(data) // 2])
    else:
        path.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])


@pytest.mark.parametrize("how", ["missing", "short", "one bit"])
def test_a_damaged_file_is_found_and_set_aside_and_its_night_scanned_again(place, how):
    scan(place, range(FIRST, FIRST + 4))
    with Store.open(place) as store:
        before = content(store)
        damage(store.files("visits")[2], how)
        (fault,) = store.verify()
        assert fault.text.startswith("visits/2026-02-18")
    with Store.open(place, "write") as store:
        repaired = store.repair("ana")
        assert repaired.nights == ("2026-02-18",)
        assert store.verify() == ()
        assert len(store.nights()) == 3
        assert [entry.what for entry in lines_told(store)] == ["repair"]
        store.start_run("again", "1")
        write_night(store, FIRST + 2, "again")
        assert content(store) == before
    assert len(list(place.glob("damaged/*"))) == (how != "missing")


@pytest.mark.parametrize("how", ["missing", "short", "one bit"])
def test_a_damaged_state_of_scoring_is_told_where_it_is_asked_for(place, how):
    scan(place, range(FIRST, FIRST + 2))
    with Store.open(place) as store:
        _, path = store.blob("state")
        damage(path, how)
        with pytest.raises(StoreDamaged, match=rf"{path.name} is not as it was written") as told:
            store.blob("state")
        assert "onlooker store repair" in told.value.hint
    with Store.open(place, "write") as store:
        store.repair("ana")
        assert store.blob("state") is None or store.blob("state")[1] != path


def test_a_sound_store_needs_no_repair(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place, "write") as store:
        assert store.repair("ana").set_aside == ()
        assert lines_told(store) == []


def test_a_file_changed_together_with_its_checksum_is_still_found_by_its_rows(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place, "write") as store:
        store.db.execute("UPDATE files SET rows = rows + 1 WHERE tbl = 'visits'")
        faults = [fault.text for fault in store.verify()]
    assert any("has 300 rows instead of 301" in text for text in faults)
    assert any(text.startswith("files: the row visits/") and "was changed since entry" in text for text in faults)
