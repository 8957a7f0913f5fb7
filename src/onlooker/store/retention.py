"""Retention: what is older than its table is kept for goes, from the disk as well as from the catalogue."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from onlooker.errors import UsageError
from onlooker.schema.days import BEFORE_ALL
from onlooker.schema.verdict_kinds import VerdictKind
from onlooker.store import catalogue
from onlooker.store import history_chain as history
from onlooker.store.database import transaction
from onlooker.store.faults import told
from onlooker.store.holds import refuse_if_held
from onlooker.store.layout import BLOBS, FOLDERS, TABLES, as_date
from onlooker.store.rewriting import Change, delete_damaged

KEEP_DAYS: dict[str, int] = {table.name: table.keep_days for table in TABLES} | BLOBS | {"alerts": 1100, "runs": 1100}
"""Days per table, unless others are given. The history is a chain and stays."""


UNALERTED = "scores of people without an alert"
ALERTED = """SELECT agent_id FROM alerts UNION
    SELECT json_extract(one.value, '$.agent_id') FROM alerts, json_each(record, '$.reasons') one"""
"""Whom an alert is about or names."""


@dataclass(frozen=True)
class StrictRetention:
    """What is kept for less long where privacy is strict."""

    unalerted: int
    """Days that scores are kept of people who were never alerted on."""
    verdicts: Mapping[VerdictKind, int]
    """Verdict -> days after which a case that it closed goes, with its alerts."""


@dataclass(frozen=True)
class Pruned:
    """What one table lost."""

    table: str
    before: str
    """Local date, ISO: everything earlier went."""
    rows: int
    files: int


def prune(
    root: Path, db: sqlite3.Connection, today: int, author: str, keep: Mapping[str, int] | None = None,
    strict: StrictRetention | None = None,
) -> tuple[Pruned, ...]:  # fmt: skip
    """Remove what is older than `keep` says (days per table, beside KEEP_DAYS), and than `strict` says besides.

    Raises StoreHeld under a legal hold.
    """
    refuse_if_held(db)
    days = KEEP_DAYS | dict(keep or {})
    unknown = sorted(set(days) - set(KEEP_DAYS))
    if unknown or min(days.values()) < 1:
        raise UsageError(
            f"retention can't be set for {', '.join(unknown)}" if unknown else "retention is at least one day",
            f"Tables are {', '.join(KEEP_DAYS)}.",
        )
    with told(root), Change(root, db) as change:
        done = [_prune_files(db, change, name, _limit(db, name, today, days)) for name in FOLDERS if name != "scores"]
        done += _prune_scores(db, change, today - days["scores"], today - strict.unalerted if strict else BEFORE_ALL)
        with transaction(db):
            change.apply()
            done += _prune_verdicts(db, today, strict.verdicts) if strict else []
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


def _prune_scores(db: sqlite3.Connection, change: Change, before: int, unalerted: int) -> list[Pruned]:
    """Scores before the day `before`, and those before `unalerted` of agents in no alert."""
    if unalerted <= before:
        return [_prune_files(db, change, "scores", before)]
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    named = [str(agent) for (agent,) in db.execute(ALERTED) if agent]
    stays = (pc.field("day") >= before) & ((pc.field("day") >= unalerted) | pc.field("agent_id").isin(named))
    old, others = 0, 0
    for file in catalogue.current(db, "scores", until=unalerted - 1):
        path = change.root / file.name
        if ds.dataset(path).count_rows(filter=~stays):
            expired = ds.dataset(path).count_rows(filter=pc.field("day") < before)
            kept = change.rewrite(file, stays, max(file.first, before), file.last)
            old, others = old + expired, others + file.rows - kept - expired
    said = (("scores", before, old), (UNALERTED, unalerted, others))
    return [Pruned(table, as_date(day).isoformat(), rows, 0) for table, day, rows in said if rows]


def _prune_verdicts(db: sqlite3.Connection, today: int, days: Mapping[VerdictKind, int]) -> list[Pruned]:
    """Closed cases with their alerts, by the day of the verdict; not while an explanation made with one still holds."""
    done = []
    for verdict, kept in days.items():
        before = as_date(today - kept).isoformat()
        found = db.execute(
            "SELECT id FROM cases WHERE state = 'closed' AND json_extract(record, '$.verdict.kind') = ?"
            " AND substr(json_extract(record, '$.verdict.at'), 1, 10) < ? AND id NOT IN"
            " (SELECT coalesce(json_extract(record, '$.case_id'), '') FROM explanations WHERE until >= ?)",
            (verdict, before, today),
        ).fetchall()
        for (case,) in found:
            of_case = "(SELECT id FROM alerts WHERE case_id = ?)"
            db.execute(f"DELETE FROM outbox WHERE alert_id IN {of_case}", (case,))
            db.execute(f"DELETE FROM alert_lines WHERE alert_id IN {of_case}", (case,))
            db.execute("DELETE FROM alerts WHERE case_id = ?", (case,))
            db.execute("DELETE FROM verdicts WHERE case_id = ?", (case,))
            db.execute("DELETE FROM cases WHERE id = ?", (case,))
        done.append(Pruned(f"cases closed as {verdict}", before, len(found), 0))
    return done


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
