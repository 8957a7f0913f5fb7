"""Retention: what is older than its table is kept for goes, from the disk as well as from the catalogue."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from onlooker.errors import UsageError
from onlooker.store import catalogue
from onlooker.store import history_chain as history
from onlooker.store.database import transaction
from onlooker.store.faults import told
from onlooker.store.holds import refuse_if_held
from onlooker.store.layout import BLOBS, FOLDERS, TABLES, as_date
from onlooker.store.rewriting import Change, delete_damaged

KEEP_DAYS: dict[str, int] = {table.name: table.keep_days for table in TABLES} | BLOBS | {"alerts": 1100, "runs": 1100}
"""Days per table, unless others are given. The history is a chain and stays."""


@dataclass(frozen=True)
class Pruned:
    """What one table lost."""

    table: str
    before: str
    """Local date, ISO: everything earlier went."""
    rows: int
    files: int


def prune(
    root: Path, db: sqlite3.Connection, today: int, author: str, keep: Mapping[str, int] | None = None
) -> tuple[Pruned, ...]:
    """Remove what is older than `keep` says (days per table, beside KEEP_DAYS). Raises StoreHeld under a legal hold."""
    refuse_if_held(db)
    days = KEEP_DAYS | dict(keep or {})
    unknown = sorted(set(days) - set(KEEP_DAYS))
    if unknown or min(days.values()) < 1:
        raise UsageError(
            f"retention can't be set for {', '.join(unknown)}" if unknown else "retention is at least one day",
            f"Tables are {', '.join(KEEP_DAYS)}.",
        )
    with told(root), Change(root, db) as change:
        done = [_prune_files(db, change, name, _limit(db, name, today, days)) for name in FOLDERS]
        with transaction(db):
            change.apply()
            done += [_prune_alerts(db, today - days["alerts"]), _prune_runs(db, today - days["runs"])]
            lost = tuple(part for part in done if part.rows or part.files)
            if lost:
                history.append(db, author, "prune", {part.table: part.before for part in lost})
        change.done()
        with transaction(db):
            catalogue.delete_superseded(db, root)  # at once: retention is a promise
        delete_damaged(root)
    return lost


def _limit(db: sqlite3.Connection, name: str, today: int, days: Mapping[str, int]) -> int:
    """The first day that is kept of a table, or of states.

    What the next night goes on from stays: events that wait to be judged, as long as visits may be kept, and the last
    state. In a store of old logs, or after weeks without a run, both are older than their retention.
    """
    limit = today - days[name]
    if name == "events":
        (last,) = db.execute("SELECT max(day) FROM nights").fetchone()
        waiting = min(limit, last + 1) if last is not None else limit
        return min(limit, max(waiting, today - days["visits"]))
    if name in BLOBS and (kept := catalogue.current(db, name)):
        return min(limit, kept[-1].last)
    return limit


def _prune_files(db: sqlite3.Connection, change: Change, table: str, before: int) -> Pruned:
    import pyarrow.compute as pc

    old = catalogue.current(db, table, until=before - 1)
    rows = 0
    for file in old:
        if file.last < before:
            change.remove(file)
            rows += file.rows
        else:
            rows += file.rows - change.rewrite(file, pc.field("day") >= before, before, file.last)
    return Pruned(table, as_date(before).isoformat(), rows, len(old))


def _prune_alerts(db: sqlite3.Connection, before: int) -> Pruned:
    """Alerts of open cases stay, however old."""
    gone = db.execute(
        "DELETE FROM alerts WHERE day < ? AND (case_id IS NULL OR case_id NOT IN"
        " (SELECT id FROM cases WHERE state = 'open'))",
        (before,),
    )
    db.execute("DELETE FROM cases WHERE state <> 'open' AND opened < ? AND id NOT IN"
               " (SELECT case_id FROM alerts WHERE case_id IS NOT NULL)", (before,))  # fmt: skip
    return Pruned("alerts", as_date(before).isoformat(), gone.rowcount, 0)


def _prune_runs(db: sqlite3.Connection, before: int) -> Pruned:
    """What runs wrote about themselves goes; that they ran, and the checksums of what they took in, stays."""
    gone = db.execute(
        "UPDATE runs SET record = '{}' WHERE record <> '{}' AND started < ?", (as_date(before).isoformat(),)
    )
    return Pruned("runs", as_date(before).isoformat(), gone.rowcount, 0)
