"""Every entry of the history seals the rows of the database that changed with it, so that a later change shows.

A row's seal is a digest of its values and of a random salt that is kept beside it. The entry's own link covers the list
of seals that began to stand and ceased to stand with it. When a row is changed or erased its salt goes, so that nobody
can find out by trying what the old seal was of.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Change = tuple[str, str, str]
"""`+` or `-`, table, digest: a seal that stands from now on, or no longer."""


@dataclass(frozen=True)
class Sealed:
    """A table whose rows are sealed."""

    name: str
    key: str
    """SQL of what tells its rows apart; {0} stands before each column."""
    where: str = "true"
    decision: bool = True
    """Whether rows go only by retention, erasure or repair; others are replaced night by night."""

    @property
    def key_sql(self) -> str:
        """What tells a row apart, in a query of the table alone."""
        return self.key.format("")


TABLES = (
    Sealed("alerts", "{0}id"), Sealed("alert_lines", "{0}alert_id || ' ' || {0}text"),
    Sealed("cases", "{0}id"), Sealed("verdicts", "{0}id"), Sealed("suppressions", "{0}id"),
    Sealed("explanations", "{0}id"), Sealed("holds", "{0}id"), Sealed("nights", "{0}day"),
    Sealed("inputs", "{0}sha256"),
    Sealed("watermarks", "{0}source", decision=False), Sealed("meta", "{0}key", decision=False),
    Sealed("files", "{0}name", "superseded IS NULL", decision=False),
)  # fmt: skip
"""All but the runs, whose records are what runs said of themselves and go on changing while they run, and the outbox,
which changes with every try: what left the store is told by entries of the history."""

REMOVING = frozenset({"prune", "forget", "repair"})
"""Entries of the history with which rows of decisions may go."""
MADE_ANEW = "scan"
"""The entry with which the working state of a closed set of logs is made anew, and all its rows with it."""


def watch(db: sqlite3.Connection) -> None:
    """Remember from now on which rows this connection changes. Other connections are none of the product's."""
    db.execute("PRAGMA temp_store = MEMORY")
    # No key of its own: a trigger's OR IGNORE gives way to what the statement that fires it says of conflicts.
    db.execute("CREATE TEMP TABLE unsealed (tbl TEXT, key TEXT)")
    for table in TABLES:
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            keys = [f"('{table.name}', {table.key.format(row + '.')})" for row in rows]
            note = f"INSERT INTO unsealed VALUES {', '.join(keys)};"
            name = f"{table.name}_{event.lower()}"
            db.execute(f"CREATE TEMP TRIGGER {name} AFTER {event} ON main.{table.name} BEGIN {note} END")


def all_unsealed(db: sqlite3.Connection) -> None:
    """Let the next entry seal every row there is: in a store of a version that sealed none."""
    for table in TABLES:
        db.execute(f"INSERT INTO unsealed SELECT '{table.name}', {table.key_sql} FROM {table.name}")


def seal(db: sqlite3.Connection) -> list[Change]:
    """Seal the rows that changed since the last entry; the changes, for the entry that is being written."""
    changes: list[Change] = []
    by_name = {table.name: table for table in TABLES}
    for name, key in db.execute("SELECT DISTINCT tbl, key FROM unsealed ORDER BY tbl, key").fetchall():
        changes += _seal_row(db, by_name[name], key)
    db.execute("DELETE FROM unsealed")
    return changes


def digest_of(changes: list[Change]) -> str:
    """What an entry's link covers of its changes; empty for none, as in entries of versions that sealed nothing."""
    return hashlib.sha256(json.dumps(sorted(changes)).encode()).hexdigest() if changes else ""


def seal_is_due(db: sqlite3.Connection) -> bool:
    """Whether rows have changed, other than back again, since the last entry."""
    by_name = {table.name: table for table in TABLES}
    for name, key in db.execute("SELECT DISTINCT tbl, key FROM unsealed").fetchall():
        row, before = _row(db, by_name[name], key), _seal_of(db, name, key)
        if (row is None) != (before is None) or (row and before and _digest(before[0], name, row) != before[1]):
            return True
    return False


def rows_sealed(db: sqlite3.Connection) -> str:
    """The column of the history with the digest of an entry's changes; in a store of before, what stands for none."""
    there = {name for _, name, *_ in db.execute("PRAGMA table_info(history)")}
    return "rows" if "rows" in there else "''"


def faults(db: sqlite3.Connection, made_anew: bool) -> Iterator[str]:
    """Rows that are not as the history has them, in sentences. `made_anew`: the store is a working state."""
    if rows_sealed(db) != "rows":
        return
    standing, wrong = _standing(db)
    yield from wrong
    yield from _unlawful(db, made_anew)
    for table in TABLES:
        seals = {
            key: (salt, digest)
            for key, salt, digest in db.execute("SELECT key, salt, digest FROM row_seals WHERE tbl = ?", (table.name,))
        }
        for key, *values in db.execute(f"SELECT {table.key_sql}, * FROM {table.name} WHERE {table.where}"):
            salt, digest = seals.get(str(key), ("", ""))
            if not digest or standing.get(digest, ("",))[0] != table.name:
                yield f"{table.name}: the row {key} is not in the history"
            elif _digest(salt, table.name, values) != digest:
                yield f"{table.name}: the row {key} was changed since entry {standing[digest][1]} of the history"
            standing.pop(digest, None)
    for table_name, seq in standing.values():
        yield f"{table_name}: a row that entry {seq} of the history has is gone"


def _seal_row(db: sqlite3.Connection, table: Sealed, key: str) -> Iterator[Change]:
    row, before = _row(db, table, key), _seal_of(db, table.name, key)
    if row and before and _digest(before[0], table.name, row) == before[1]:
        return
    if before:
        yield "-", table.name, before[1]
        db.execute("DELETE FROM row_seals WHERE tbl = ? AND key = ?", (table.name, key))
    if row:
        salt = secrets.token_hex(16)
        digest = _digest(salt, table.name, row)
        db.execute("INSERT INTO row_seals VALUES (?, ?, ?, ?)", (table.name, key, salt, digest))
        yield "+", table.name, digest


def _row(db: sqlite3.Connection, table: Sealed, key: str) -> tuple[Any, ...] | None:
    found = db.execute(f"SELECT * FROM {table.name} WHERE {table.key_sql} = ? AND {table.where}", (key,)).fetchone()
    return tuple(found) if found else None


def _seal_of(db: sqlite3.Connection, table: str, key: str) -> tuple[str, str] | None:
    """Salt and digest."""
    found = db.execute("SELECT salt, digest FROM row_seals WHERE tbl = ? AND key = ?", (table, key)).fetchone()
    return (found[0], found[1]) if found else None


def _standing(db: sqlite3.Connection) -> tuple[dict[str, tuple[str, int]], list[str]]:
    """Digest -> table and entry of every seal that stands; and what is wrong with the lists of the entries."""
    standing: dict[str, tuple[str, int]] = {}
    wrong: list[str] = []
    lists: dict[int, list[Change]] = {}
    rows = db.execute("SELECT seq, sign, tbl, digest FROM history_rows ORDER BY seq, sign DESC")
    for seq, sign, table, digest in rows:
        lists.setdefault(seq, []).append((sign, table, digest))
        if sign == "+":
            standing[digest] = (table, seq)
        elif standing.pop(digest, None) is None:
            wrong.append(f"history: entry {seq} lets a row go that no entry before it has")
    sealed = dict(db.execute("SELECT seq, rows FROM history WHERE rows <> ''").fetchall())
    listed = sorted(lists.keys() | sealed.keys())
    changed = [seq for seq in listed if digest_of(lists.get(seq, [])) != sealed.get(seq, "")]
    wrong += [f"history: the list of rows of entry {seq} was changed" for seq in changed]
    return standing, wrong


def _unlawful(db: sqlite3.Connection, made_anew: bool) -> Iterator[str]:
    lawful = REMOVING | {MADE_ANEW} if made_anew else REMOVING
    decisions = [table.name for table in TABLES if table.decision]
    marks = ", ".join("?" for _ in decisions)
    rows = db.execute(
        "SELECT seq, what, tbl, sum(CASE sign WHEN '-' THEN 1 ELSE -1 END) AS fewer FROM history_rows JOIN history"
        f" USING (seq) WHERE tbl IN ({marks}) GROUP BY seq, what, tbl HAVING fewer > 0 ORDER BY seq",
        decisions,
    )
    for seq, what, table, fewer in rows:
        if what not in lawful:
            yield f"{table}: {fewer} rows went with entry {seq} of the history ({what}), which removes none"


def _digest(salt: str, table: str, values: Any) -> str:
    return hashlib.sha256(f"{salt}{json.dumps([table, *values], ensure_ascii=False)}".encode()).hexdigest()
