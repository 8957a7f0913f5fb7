"""How a store reads its logs: by the columns, and the rule for ids, that it began with, until somebody remaps it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onlooker.errors import UsageError
from onlooker.store import history_chain as history
from onlooker.store.database import transaction

MARK = "reading"


@dataclass(frozen=True)
class KeptReading:
    """What a store keeps of how its logs were read."""

    mappings: tuple[dict[str, str], ...] = ()
    """Column of EVENTS -> column of the log, for each kind of log that was delivered."""
    join_ids: bool | None = None
    """Whether ids that differ in case, marks or `.0` only are one; None before the first night, and after `remap`."""

    def with_mappings(self, mappings: Sequence[Mapping[str, str]], join_ids: bool) -> KeptReading:
        """With those that are not known yet."""
        fresh = [dict(mapping) for mapping in mappings if not any(_within(mapping, known) for known in self.mappings)]
        return KeptReading((*self.mappings, *fresh), join_ids)

    def record(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"mappings": list(self.mappings), "join_ids": self.join_ids}


def kept_reading(db: sqlite3.Connection) -> KeptReading:
    """What the store keeps; of one from before this was kept, the columns of its last night."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (MARK,)).fetchone()
    if row:
        said = json.loads(row[0])
        return KeptReading(tuple(said["mappings"]), said["join_ids"])
    last = db.execute("SELECT record FROM nights ORDER BY day DESC LIMIT 1").fetchone()
    columns = json.loads(last[0]).get("columns") if last else None
    return KeptReading((columns,), False) if columns else KeptReading()


def keep_of(db: sqlite3.Connection, mappings: Sequence[Mapping[str, str]], join_ids: bool) -> None:
    """Keep how a run read its logs beside what is kept already. Inside its commit."""
    if mappings:
        keep(db, kept_reading(db).with_mappings(mappings, join_ids))


def keep(db: sqlite3.Connection, reading: KeptReading) -> None:
    """Keep it. Inside a transaction."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (MARK, json.dumps(reading.record(), sort_keys=True)))


def remap(db: sqlite3.Connection, author: str, why: str) -> KeptReading:
    """Forget how logs were read: the next run reads them anew, and keeps that. Returns what was kept; on record."""
    if not why.strip():
        raise UsageError("a store is remapped for a reason", "Say it with --reason.")
    before = kept_reading(db)
    with transaction(db):
        keep(db, KeptReading())
        history.append(db, author, "remap", before.record(), why)
    return before


def _within(mapping: Mapping[str, str], known: Mapping[str, str]) -> bool:
    return mapping.items() <= known.items()
