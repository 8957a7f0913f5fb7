"""The formats a store has had: one visible tuple, applied in order, each in one transaction with its number."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from onlooker.store.database import transaction
from onlooker.store.faults import StoreTooNew, StoreTooOld, damaged

APPLICATION_ID = 0x4F6E6C6B
"""Marks the SQLite file as Onlooker's ("Onlk")."""

FIRST = (
    """CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)""",
    """CREATE TABLE runs (id TEXT PRIMARY KEY, started TEXT NOT NULL, ended TEXT, version TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('running', 'done', 'failed', 'unfinished')),
        record TEXT NOT NULL DEFAULT '{}')""",
    """CREATE TABLE inputs (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, bytes INTEGER NOT NULL, rows INTEGER NOT NULL,
        days TEXT NOT NULL, run_id TEXT NOT NULL REFERENCES runs, taken_at TEXT NOT NULL)""",
    """CREATE TABLE nights (day INTEGER PRIMARY KEY, generation INTEGER NOT NULL, run_id TEXT NOT NULL REFERENCES runs,
        committed_at TEXT NOT NULL, provisional INTEGER NOT NULL, record TEXT NOT NULL)""",
    """CREATE TABLE files (name TEXT PRIMARY KEY, tbl TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
        generation INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, rows INTEGER NOT NULL,
        columns TEXT NOT NULL, superseded INTEGER)""",
    """CREATE INDEX files_current ON files (tbl, first) WHERE superseded IS NULL""",
    """CREATE TABLE watermarks (source TEXT PRIMARY KEY, us INTEGER NOT NULL, record TEXT NOT NULL)""",
    """CREATE TABLE alerts (id TEXT PRIMARY KEY, day INTEGER NOT NULL, agent_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('raised', 'known', 'suppressed')), because TEXT NOT NULL,
        case_id TEXT, run_id TEXT NOT NULL REFERENCES runs, record TEXT NOT NULL)""",
    """CREATE INDEX alerts_by_agent ON alerts (agent_id, day)""",
    """CREATE INDEX alerts_by_day ON alerts (day)""",
    """CREATE TABLE alert_lines (alert_id TEXT NOT NULL REFERENCES alerts ON UPDATE CASCADE ON DELETE CASCADE,
        run_id TEXT NOT NULL REFERENCES runs, at TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (alert_id, text))""",
    """CREATE TABLE cases (id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, state TEXT NOT NULL, opened INTEGER NOT NULL,
        record TEXT NOT NULL)""",
    """CREATE INDEX cases_by_agent ON cases (agent_id)""",
    """CREATE TABLE verdicts (id INTEGER PRIMARY KEY,
        case_id TEXT NOT NULL REFERENCES cases ON UPDATE CASCADE ON DELETE CASCADE,
        at TEXT NOT NULL, author TEXT NOT NULL, record TEXT NOT NULL)""",
    """CREATE TABLE suppressions (id TEXT PRIMARY KEY, until INTEGER NOT NULL, record TEXT NOT NULL)""",
    """CREATE TABLE explanations (id TEXT PRIMARY KEY, first INTEGER NOT NULL, until INTEGER NOT NULL,
        record TEXT NOT NULL)""",
    """CREATE TABLE holds (id INTEGER PRIMARY KEY, reason TEXT NOT NULL, author TEXT NOT NULL, since TEXT NOT NULL,
        released TEXT, released_by TEXT)""",
    """CREATE TABLE history (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
        digest TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)""",
    """CREATE TABLE history_texts (seq INTEGER PRIMARY KEY REFERENCES history, salt TEXT NOT NULL,
        text TEXT NOT NULL)""",
    """CREATE TRIGGER history_stays BEFORE DELETE ON history
        BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END""",
    """CREATE TRIGGER history_is BEFORE UPDATE ON history
        BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END""",
)

SEALED_ROWS = (
    """ALTER TABLE history ADD COLUMN rows TEXT NOT NULL DEFAULT ''""",
    """CREATE TABLE history_rows (seq INTEGER NOT NULL REFERENCES history,
        sign TEXT NOT NULL CHECK (sign IN ('+', '-')), tbl TEXT NOT NULL, digest TEXT NOT NULL)""",
    """CREATE INDEX history_rows_by_entry ON history_rows (seq)""",
    """CREATE TABLE row_seals (tbl TEXT NOT NULL, key TEXT NOT NULL, salt TEXT NOT NULL, digest TEXT NOT NULL,
        PRIMARY KEY (tbl, key))""",
    """CREATE TRIGGER history_rows_stay BEFORE DELETE ON history_rows
        BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END""",
    """CREATE TRIGGER history_rows_are BEFORE UPDATE ON history_rows
        BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END""",
)
"""The history seals the rows of the other tables; a store of before is sealed as it is found (opening.py)."""

OUTBOX = (
    """CREATE TABLE outbox (seq INTEGER PRIMARY KEY, receiver TEXT NOT NULL, message_id TEXT NOT NULL,
        alert_id TEXT NOT NULL REFERENCES alerts ON UPDATE CASCADE ON DELETE CASCADE,
        event TEXT NOT NULL CHECK (event IN ('new', 'raised again')), night INTEGER NOT NULL, queued_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused', 'dropped')),
        tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', sent_at TEXT,
        UNIQUE (receiver, message_id))""",
    """CREATE INDEX outbox_waiting ON outbox (receiver, seq) WHERE state = 'waiting'""",
    """CREATE INDEX outbox_by_alert ON outbox (alert_id)""",
)
"""What waits to be delivered, and what was: no decision, and nothing that scoring or analysts look at."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (FIRST, SEALED_ROWS, OUTBOX)
"""Entry n brings a store of format n to format n + 1. Entries are added, never changed."""


SEALED_SINCE = 1 + MIGRATIONS.index(SEALED_ROWS)
"""The first format whose rows are sealed."""

READABLE_SINCE = 1
"""The first format that can be read without being brought up to date."""


def format_of(connection: sqlite3.Connection) -> int:
    """The store's format; 0 for one that is not made yet."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection, root: Path) -> int:
    """Bring the store to this version's format; the format that it had, 0 for none."""
    _check(connection, root)
    before = format_of(connection)
    for number in range(before, len(MIGRATIONS)):
        with transaction(connection):
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number + 1}")
    return before


def is_older(connection: sqlite3.Connection) -> bool:
    """Whether a writer would have to bring the store up to date."""
    return 0 < format_of(connection) < len(MIGRATIONS)


def check_format(connection: sqlite3.Connection, root: Path, reading: bool = False) -> None:
    """Raise unless the store has this version's format or, for `reading`, one that can be read as it is."""
    _check(connection, root)
    if format_of(connection) < (READABLE_SINCE if reading else len(MIGRATIONS)):
        raise StoreTooOld(
            f"the store {root} has format {format_of(connection)}; this version reads format {len(MIGRATIONS)}",
            "`onlooker scan --store` or `onlooker store compact` brings it up to date.",
        )


def _check(connection: sqlite3.Connection, root: Path) -> None:
    mark = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if mark != APPLICATION_ID and (mark or tables):
        raise damaged(root, "onlooker.sqlite was not written by Onlooker")
    if format_of(connection) > len(MIGRATIONS):
        raise StoreTooNew(
            f"the store {root} has format {format_of(connection)}, written by a newer Onlooker; "
            f"this version knows formats up to {len(MIGRATIONS)}",
            "Run the newer version. The store was not changed.",
        )
