"""Whatever is deleted, changed, cut short, added or rolled back in a store is found by verify."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.store.days import FIRST, alert, reason, scan, write_night
from tests.store.versions.unpacked import ARCHIVES, unpack

from onlooker.cases import CaseDesk, Scope, gather
from onlooker.cases.case_tables import READERS
from onlooker.store import Commit, Store
from onlooker.store.sealed_rows import TABLES


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """Four nights, alerts with a later line, an open and a closed case, a suppression, an explanation, a hold."""
    place = tmp_path_factory.mktemp("whole") / "store"
    scan(place, range(FIRST, FIRST + 4))
    about = alert(FIRST, "kim", reasons=[reason()])
    with Store.open(place, "write") as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            later = ((f"alert-agent-3-{FIRST}", "With later data this night would not be alerted on."),)
            work.commit(
                Commit(alerts=(about,), lines=later),
                lambda db: gather(db, [about, *store.alerts()], "2026-02-16T04:00:00+00:00"),
            )
        desk = CaseDesk(store)
        desk.close(desk.cases(agent="kim")[0].id, "benign", "ana", "on a project")
        desk.suppress(Scope(agents=("sam",)), "2026-04-30", "ana", "moved")
        store.hold("matter 12", "dora")
        with store.deciding() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES ('side_tables', '{}')")
        assert store.verify(readers=READERS) == ()
    return place


@pytest.fixture
def victim(whole, place) -> Path:
    shutil.copytree(whole, place)
    return place


def by_hand(place: Path, *statements: str) -> None:
    """What somebody does who has the file and any program for SQLite."""
    db = sqlite3.connect(place / "onlooker.sqlite")
    db.execute("PRAGMA foreign_keys = OFF")
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert db.execute(statement).rowcount != 0, statement
    db.commit()
    db.close()


def found(place: Path) -> list[str]:
    with Store.open(place) as store:
        return [fault.text for fault in store.verify(readers=READERS)]


LESS = {
    "alerts": "state = 'suppressed'", "alert_lines": "text = 'nothing'", "cases": "state = 'closed'",
    "verdicts": "author = 'bo'", "suppressions": "until = until + 900", "explanations": "first = first - 90",
    "holds": "released = '2026'", "nights": "record = '{}'", "inputs": "rows = 1", "watermarks": "us = us - 1",
    "files": "rows = rows", "meta": "value = '{\"x\": 1}'",
}  # fmt: skip


@pytest.mark.parametrize("table", [table.name for table in TABLES])
@pytest.mark.parametrize("how", ["delete", "delete with its seal", "change", "add"])
def test_a_row_that_is_deleted_changed_or_added_is_found(victim, table, how):
    key = next(one for one in TABLES if one.name == table).key_sql
    where = "superseded IS NULL" if table == "files" else "key = 'side_tables'" if table == "meta" else "true"
    one = f"rowid = (SELECT min(rowid) FROM {table} WHERE {where})"
    if how == "delete with its seal":
        by_hand(
            victim, f"DELETE FROM row_seals WHERE tbl = '{table}' AND key = (SELECT {key} FROM {table} WHERE {one})"
        )
    if how.startswith("delete"):
        by_hand(victim, f"DELETE FROM {table} WHERE {one}")
    elif how == "change":
        change = "sha256 = '00'" if table == "files" else LESS[table]
        by_hand(victim, f"UPDATE {table} SET {change} WHERE {one}")
    else:
        with sqlite3.connect(victim / "onlooker.sqlite") as db:
            names = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        other = {"alerts": "id", "cases": "id", "suppressions": "id", "explanations": "id", "inputs": "sha256",
                 "watermarks": "source", "files": "name", "meta": "key", "alert_lines": "text"}.get(table)  # fmt: skip
        pick = [f"{name} || 'x'" if name == other else "99999" if name in ("id", "day") else name for name in names]
        by_hand(victim, f"INSERT INTO {table} SELECT {', '.join(pick)} FROM {table} WHERE {one}")
    texts = found(victim)
    assert any(text.startswith(f"{table}: ") for text in texts), texts


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM history WHERE seq = 3", "UPDATE history SET who = 'bo' WHERE seq = 3",
        "UPDATE history SET rows = '' WHERE seq = 3", "DELETE FROM history_texts WHERE seq = 3",
        "DELETE FROM history_rows WHERE seq = 3", "UPDATE history_rows SET tbl = 'files' WHERE tbl = 'alerts'",
        "INSERT INTO history_rows VALUES (3, '-', 'alerts', 'ab')", "DELETE FROM row_seals WHERE tbl = 'nights'",
    ],
)  # fmt: skip
def test_a_change_of_the_history_or_of_what_it_seals_is_found(victim, statement):
    by_hand(victim, statement)
    assert found(victim)


def test_an_alert_taken_out_together_with_all_that_names_its_seal_is_found(victim):
    by_hand(
        victim,
        "DELETE FROM history_rows WHERE digest IN (SELECT digest FROM row_seals WHERE tbl = 'alerts')",
        "DELETE FROM row_seals WHERE tbl = 'alerts'",
        "DELETE FROM alerts",
    )
    assert any("the list of rows of entry" in text for text in found(victim))


def test_a_database_rolled_back_is_found_by_its_files_and_by_a_line_noted_elsewhere(victim, tmp_path):
    shutil.copytree(victim, tmp_path / "before")
    with Store.open(victim, "write") as store:
        store.start_run("s", "1")
        for day in (FIRST + 4, FIRST + 5):
            write_night(store, day, "s")
        head = store.history_head()
    for path in victim.glob("onlooker.sqlite*"):
        path.unlink()
    shutil.copy(tmp_path / "before" / "onlooker.sqlite", victim)
    assert any("of a commit that the database does not know" in text for text in found(victim))
    with Store.open(tmp_path / "before") as store:  # files rolled back with it: only the line noted elsewhere tells
        assert store.verify() == ()
        assert "the end may have been cut off" in store.verify(head)[0].text


@pytest.mark.parametrize("how", ["delete", "change", "cut", "grow", "older"])
def test_every_file_is_held_against_the_history(victim, how):
    with Store.open(victim) as store:
        paths = [path for table in ("visits", "agent_hours", "state") for path in store.files(table)[-1:]]
    for path in paths:
        data = path.read_bytes()
        if how == "delete":
            path.unlink()
        else:
            path.write_bytes({
                "change": data[:50] + bytes([data[50] ^ 1]) + data[51:], "cut": data[:-1], "grow": data + b"x",
                "older": b"PAR1",
            }[how])  # fmt: skip
        assert any(text.startswith(f"{path.parent.name}/{path.name}: ") for text in found(victim))
        path.write_bytes(data)
    assert found(victim) == []


def test_what_is_removed_lawfully_is_no_fault_and_what_went_with_another_entry_is(victim):
    with Store.open(victim, "write") as store:
        store.release(1, "settled", "dora")
        store.forget("agent", "agent-3", "dora", "asked for it")
        store.prune(FIRST + 20, "dora", {"alerts": 5})
        store.compact(FIRST + 90)
        assert store.verify(readers=READERS) == ()
        with store.deciding() as db:
            db.execute("DELETE FROM suppressions")
            store.record("case note", {"case": "x"}, "nothing to see", who="ana")
    assert found(victim) == ["suppressions: 1 rows went with entry 16 of the history (case note), which removes none"]


def test_an_erased_rows_old_seal_can_not_be_tried_out(victim):
    """Who guesses a name can't confirm it: the salts of what was erased are gone."""
    with sqlite3.connect(victim / "onlooker.sqlite") as db:
        salts = {salt for (salt,) in db.execute("SELECT salt FROM row_seals WHERE tbl IN ('alerts', 'cases')")}
    with Store.open(victim, "write") as store:
        store.release(1, "settled", "dora")
        store.forget("agent", "kim", "dora", "asked for it")
        store.forget("agent", "agent-3", "dora", "asked for it")
    left = b"".join(path.read_bytes() for path in victim.glob("onlooker.sqlite*"))
    assert not [salt for salt in salts if salt.encode() in left]
    assert b"kim" not in left.replace(b"kimono", b"")


def test_an_older_store_is_sealed_as_it_is_found(tmp_path):
    place = unpack(ARCHIVES[0], tmp_path) / "store"
    with Store.open(place, "write") as store:
        assert store.verify(readers=READERS) == ()
        *_, upgrade = store.history()
        assert (upgrade.what, upgrade.about["from format"]) == ("upgrade", 1)
    with sqlite3.connect(place / "onlooker.sqlite") as db:
        (text,) = db.execute("SELECT record FROM alerts LIMIT 1").fetchone()
        changed = json.dumps(json.loads(text) | {"severity": "low"})
        db.execute("UPDATE alerts SET record = ? WHERE record = ?", (changed, text))
    assert any(text.startswith("alerts: the row ") for text in found(place))
