"""Legal hold: while one stands, nothing is removed from the store."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from onlooker.errors import UsageError
from onlooker.store import history_chain as history
from onlooker.store.database import transaction
from onlooker.store.faults import StoreHeld


@dataclass(frozen=True)
class Hold:
    """A reason to keep everything."""

    id: int
    reason: str
    author: str
    since: str
    """UTC, ISO."""
    released: str | None = None
    released_by: str | None = None


def holds(db: sqlite3.Connection, standing: bool = True) -> tuple[Hold, ...]:
    """The holds that stand, or all there ever were."""
    rows = db.execute("SELECT * FROM holds WHERE released IS NULL OR NOT ? ORDER BY id", (standing,))
    return tuple(Hold(*row) for row in rows)


def hold(db: sqlite3.Connection, reason: str, author: str) -> Hold:
    """Forbid removal from now on."""
    if not reason.strip():
        raise UsageError("a legal hold needs a reason", "Name the matter it belongs to.")
    since = datetime.now(UTC).isoformat(timespec="seconds")
    with transaction(db):
        cursor = db.execute("INSERT INTO holds (reason, author, since) VALUES (?, ?, ?)", (reason, author, since))
        history.append(db, author, "hold", {"hold": cursor.lastrowid}, reason)
    return Hold(cursor.lastrowid or 0, reason, author, since)


def release(db: sqlite3.Connection, hold_id: int, reason: str, author: str) -> None:
    """End one hold."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with transaction(db):
        done = db.execute(
            "UPDATE holds SET released = ?, released_by = ? WHERE id = ? AND released IS NULL", (now, author, hold_id)
        )
        if not done.rowcount:
            raise UsageError(f"no hold {hold_id} stands", "`onlooker store hold` without a reason lists the holds.")
        history.append(db, author, "release", {"hold": hold_id}, reason)


def refuse_if_held(db: sqlite3.Connection) -> None:
    """Raise StoreHeld if anything may not be removed."""
    for standing in holds(db):
        raise StoreHeld(
            f"a legal hold stands since {standing.since} ({standing.reason}; {standing.author}): nothing is removed",
            f"`onlooker store release {standing.id}` ends it, if its author agrees.",
        )
