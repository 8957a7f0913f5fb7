"""The history is append-only, and what was changed in it shows."""

import os
import sqlite3

import pytest

from onlooker.store import Store
from onlooker.store.history_chain import person


@pytest.fixture
def told(place):
    with Store.open(place, "write", create=True):
        pass
    with Store.open(place, "decide") as store:
        for number in range(5):
            store.record("explain", {"agent": f"agent-{number}"}, "morning round", who="ana")
    return place


def test_entries_say_who_what_about_whom_and_why(told):
    with Store.open(told) as store:
        entries = store.history()
        assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
        assert entries[2].record() | {"at": "", "hash": ""} == {
            "seq": 3, "at": "", "who": "ana", "what": "explain", "about": {"agent": "agent-2"}, "why": "morning round",
            "hash": "", "erased": False,
        }  # fmt: skip
        assert store.verify_history() == ()
        assert [entry.seq for entry in store.history(after=3)] == [4, 5]


def test_entries_can_be_neither_changed_nor_removed_in_passing(told):
    with Store.open(told, "decide") as store:
        for sql in ("DELETE FROM history WHERE seq = 5", "UPDATE history SET who = 'dora'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                store.db.execute(sql)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE history SET who = 'dora' WHERE seq = 3", "entry 3 was changed"),
        ("UPDATE history SET at = '2020' WHERE seq = 3", "entry 3 was changed"),
        ("UPDATE history_texts SET text = replace(text, 'agent-2', 'agent-9')", "the text of entry 3 was changed"),
        ("DELETE FROM history_texts WHERE seq = 3", "the text of entry 3 is gone"),
        ("DELETE FROM history WHERE seq = 3", "entry 4 does not follow"),
    ],
)
def test_a_change_shows(told, change, fault):
    with Store.open(told, "decide") as store:
        store.db.execute("PRAGMA foreign_keys = OFF")
        store.db.execute("DROP TRIGGER history_stays")
        store.db.execute("DROP TRIGGER history_is")
        store.db.execute(change)
        faults = store.verify_history()
        assert any(fault in text for text in faults)
        assert any(fault in found.text for found in store.verify())


def test_an_end_that_was_cut_off_shows_against_a_head_noted_elsewhere(told):
    with Store.open(told, "decide") as store:
        head = store.history_head()
        assert store.verify_history(head) == ()
        store.record("explain")
        assert store.verify_history(head) == ()
        store.db.execute("PRAGMA foreign_keys = OFF")
        store.db.execute("DROP TRIGGER history_stays")
        store.db.execute("DELETE FROM history WHERE seq >= 5")
        assert store.verify_history() == ()
        assert "cut off" in store.verify_history(head)[0]


def test_a_lookup_that_fails_to_be_written_leaves_no_gap(told):
    with Store.open(told, "decide") as store:
        with pytest.raises(RuntimeError), store.deciding():
            store.record("export", who="ana")
            raise RuntimeError("the export failed")
        store.record("export", who="ana")
        assert [entry.seq for entry in store.history()] == [1, 2, 3, 4, 5, 6]
        assert store.verify_history() == ()


def test_the_person_behind_sudo_is_named(monkeypatch):
    monkeypatch.setenv("SUDO_USER", "ana")
    assert person() == "ana"
    monkeypatch.delenv("SUDO_USER")
    assert person() != "ana"


@pytest.mark.parametrize("error", [KeyError("getpwuid(): uid not found: 10001"), OSError("No username set")])
def test_a_user_without_a_name_is_named_by_number(monkeypatch, error):
    def nameless():
        raise error

    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr("getpass.getuser", nameless)
    assert person() == f"uid {os.getuid()}"
