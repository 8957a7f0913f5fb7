"""Whether a store is the working state of a scan without --store, which the next such scan makes anew."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from onlooker.errors import UsageError
from onlooker.store import history_chain as history
from onlooker.store.database import open_for_reading
from onlooker.store.layout import DATABASE, KEY

MARK = "working_state"
SCAN = "scan"
DECIDED = ("case ", "suppress", "unsuppress", "hold", "release", "forget")
"""What entries of the history begin with that say that somebody decided something; `case shown` does not."""


def mark_working(db: sqlite3.Connection) -> None:
    """Say that this store is a working state. Inside a transaction."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, 'yes')", (MARK,))


def marked(db: sqlite3.Connection) -> bool:
    """Whether an open store is a working state."""
    return bool(db.execute("SELECT 1 FROM meta WHERE key = ?", (MARK,)).fetchone())


def is_working(root: Path) -> bool:
    """Whether the folder is a working state; False for all else, damaged ones included."""
    if not (root / DATABASE).is_file():
        return False
    try:
        with closing(open_for_reading(root)) as db:
            return marked(db)
    except sqlite3.DatabaseError:
        return False


def refuse_working_state(root: Path) -> None:
    """Raise UsageError if nights may not accumulate in `root`, since a later scan would take them away."""
    if is_working(root):
        raise UsageError(
            f"{root} is the working state of a scan without --store: the next such scan makes it anew",
            "Name another folder with --store, and scan the same logs into it with --closed.",
        )


def decided(root: Path) -> bool:
    """Whether somebody decided something in a working state since its scan, rather than only looked."""
    found = False
    with closing(open_for_reading(root)) as db:
        for entry in history.entries(db):
            found = entry.what != SCAN and (found or (entry.what.startswith(DECIDED) and entry.what != "case shown"))
    return found


def carry_history(db: sqlite3.Connection, before: Path) -> None:
    """Let the history of the state `before`, if there is one, go on in this new one. Inside a transaction."""
    if not is_working(before):
        return
    with closing(open_for_reading(before)) as old:
        there = {name for (name,) in old.execute("SELECT name FROM sqlite_master")}
        for table in ("history", "history_texts", "history_rows", "row_seals"):
            if table in there:
                _copy_rows(old, db, table)
    # Rows of the state before that are not in this one go with the next entry.
    db.execute("INSERT INTO unsealed SELECT tbl, key FROM row_seals")
    if (before / KEY).is_file():
        into = Path(db.execute("PRAGMA database_list").fetchone()[2]).parent
        shutil.copy2(before / KEY, into / KEY)


def _copy_rows(old: sqlite3.Connection, db: sqlite3.Connection, table: str) -> None:
    rows = old.execute(f"SELECT * FROM {table} ORDER BY rowid")
    names = [column[0] for column in rows.description]
    marks = ", ".join("?" for _ in names)
    db.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows.fetchall())
