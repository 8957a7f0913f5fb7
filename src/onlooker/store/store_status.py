"""What the store can say of itself: its nights, its runs, and the figures that monitoring watches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from onlooker.store import history_chain as history
from onlooker.store.expected_nights import missing_days
from onlooker.store.holds import holds
from onlooker.store.layout import as_date
from onlooker.store.migrations import format_of


@dataclass(frozen=True)
class StoredNight:
    """A night that was committed."""

    day: int
    generation: int
    run_id: str
    committed_at: str
    provisional: bool
    record: Mapping[str, Any]
    """What the run left to be remembered: counts, notes."""


@dataclass(frozen=True)
class StoredRun:
    """A run that has written to the store, or tried to."""

    id: str
    started: str
    ended: str | None
    version: str
    outcome: str
    """running, done, failed or unfinished (it died; `running` also, until the next run notices)."""
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Status:
    """Figures for monitoring."""

    format: int
    first_night: str | None
    """Local date, ISO."""
    last_night: str | None
    last_committed_at: str | None
    missing_nights: tuple[str, ...]
    """Days between the first and the last night that were not judged and should have been (`missing_days`)."""
    last_nights: tuple[Mapping[str, Any], ...]
    """The last nights, newest first: date, alerts, committed_at, and doubts: what was missing from the log."""
    waiting_events: int
    """Events in the store of days after the last night: they are judged when those days are over."""
    last_run: Mapping[str, Any] | None
    """id, started, ended, version, outcome, and doubts: what it could not vouch for or found missing."""
    open_cases: int
    unassigned_cases: int
    holds: int
    rows: Mapping[str, int]
    """Per table."""
    bytes: Mapping[str, int]
    history_head: tuple[int, str]
    """Number and hash of the last entry: whoever keeps it elsewhere can tell later if the end was cut off."""
    outbox_waiting: int = 0
    """Messages that have not arrived, refused ones among them."""

    def record(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)


SHOWN = 14
"""Nights that monitoring is told of one by one."""


def _told(night: StoredNight) -> dict[str, Any]:
    return {
        "date": as_date(night.day).isoformat(),
        "alerts": night.record.get("alerts", 0),
        "committed_at": night.committed_at,
        "doubts": night.record.get("doubts", []),
    }


def _ended(run: StoredRun) -> dict[str, Any]:
    told = {name: value for name, value in asdict(run).items() if name != "record"}
    return {**told, "doubts": run.record.get("doubts", [])}


def nights(db: sqlite3.Connection, since: int, until: int) -> tuple[StoredNight, ...]:
    """The committed nights of a span of local days, in order."""
    rows = db.execute("SELECT * FROM nights WHERE day BETWEEN ? AND ? ORDER BY day", (since, until))
    return tuple(
        StoredNight(day, generation, run, at, bool(provisional), json.loads(record))
        for day, generation, run, at, provisional, record in rows
    )


def runs(db: sqlite3.Connection, last: int) -> tuple[StoredRun, ...]:
    """The latest runs, newest first."""
    rows = db.execute(
        "SELECT id, started, ended, version, outcome, record FROM runs ORDER BY started DESC, rowid DESC LIMIT ?",
        (last,),
    )
    return tuple(
        StoredRun(run_id, started, ended, version, outcome, json.loads(record))
        for run_id, started, ended, version, outcome, record in rows
    )


def last_judging_run(db: sqlite3.Connection) -> StoredRun | None:
    """The last run that judged a night or raised an alert; None before the first."""
    row = db.execute(
        "SELECT id, started, ended, version, outcome, record FROM runs"
        " WHERE id IN (SELECT run_id FROM nights UNION SELECT run_id FROM alerts)"
        " ORDER BY started DESC, rowid DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    run_id, started, ended, version, outcome, record = row
    return StoredRun(run_id, started, ended, version, outcome, json.loads(record))


def status(db: sqlite3.Connection) -> Status:
    """Figures for monitoring."""
    judged = [day for (day,) in db.execute("SELECT day FROM nights ORDER BY day")]
    sizes = db.execute("SELECT tbl, sum(rows), sum(bytes) FROM files WHERE superseded IS NULL GROUP BY tbl").fetchall()
    last_run = next(iter(runs(db, 1)), None)
    opened, unassigned = db.execute(
        "SELECT count(*), count(*) FILTER (WHERE json_extract(record, '$.assignee') IS NULL) FROM cases"
        " WHERE state = 'open'"
    ).fetchone()
    waiting = db.execute(
        "SELECT coalesce(sum(rows), 0) FROM files WHERE tbl = 'events' AND superseded IS NULL AND first > ?",
        (judged[-1] if judged else -1,),
    ).fetchone()[0]
    return Status(
        format=format_of(db),
        first_night=as_date(judged[0]).isoformat() if judged else None,
        last_night=as_date(judged[-1]).isoformat() if judged else None,
        last_committed_at=db.execute("SELECT max(committed_at) FROM nights").fetchone()[0],
        missing_nights=tuple(as_date(day).isoformat() for day in missing_days(judged)),
        last_nights=tuple(_told(night) for night in reversed(nights(db, judged[-1] - SHOWN + 1, judged[-1])))
        if judged
        else (),
        waiting_events=waiting,
        last_run=_ended(last_run) if last_run else None,
        open_cases=opened,
        unassigned_cases=unassigned,
        holds=len(holds(db)),
        rows={table: rows for table, rows, _ in sizes},
        bytes={table: size for table, _, size in sizes},
        history_head=history.head(db),
        outbox_waiting=_undelivered(db),
    )


def _undelivered(db: sqlite3.Connection) -> int:
    """None in a store of before, which has no outbox until a writer opens it."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone():
        return 0
    return int(db.execute("SELECT count(*) FROM outbox WHERE state IN ('waiting', 'refused')").fetchone()[0])
