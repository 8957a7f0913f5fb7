"""Alerts as they were raised: the record never changes, later knowledge is a second line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from onlooker.store.history_chain import canonical

State = Literal["raised", "known", "suppressed"]


@dataclass(frozen=True)
class KeptAlert:
    """One alert and what became of it in its night. All three states are kept and counted."""

    record: dict[str, Any]
    """`Alert.record()`."""
    day: int
    state: State = "raised"
    """raised; known (its agent was in a quiet period); suppressed."""
    because: str = ""
    """For known and suppressed: the case or suppression, in words."""
    case_id: str | None = None
    lines: tuple[str, ...] = ()
    """What later data changed, oldest first."""
    run_id: str = ""
    """The run that raised it."""

    @property
    def id(self) -> str:
        """The alert's stable id."""
        return str(self.record["id"])

    @property
    def agent_id(self) -> str:
        """Whom it is about."""
        return str(self.record["agent_id"])


def keep(db: sqlite3.Connection, run_id: str, alerts: Iterable[KeptAlert]) -> None:
    """Add alerts; one whose id is there stays as it was."""
    db.executemany(
        "INSERT OR IGNORE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(a.id, a.day, a.agent_id, a.state, a.because, a.case_id, run_id, canonical(a.record)) for a in alerts],
    )


def add_lines(db: sqlite3.Connection, run_id: str, at: str, lines: Iterable[tuple[str, str]]) -> None:
    """Add sentences to alerts; one that is there already is not repeated."""
    db.executemany(
        "INSERT OR IGNORE INTO alert_lines VALUES (?, ?, ?, ?)", [(alert, run_id, at, text) for alert, text in lines]
    )


def kept(
    db: sqlite3.Connection, since: int, until: int, agent: str | None = None, case: str | None = None
) -> Iterator[KeptAlert]:
    """The alerts of a span of days, of one agent or case if asked, oldest first."""
    rows = db.execute(
        "SELECT run_id, record, day, state, because, case_id, (SELECT json_group_array(text) FROM"
        " (SELECT text FROM alert_lines l WHERE l.alert_id = a.id ORDER BY l.rowid))"
        " FROM alerts a WHERE day BETWEEN ?1 AND ?2 AND (?3 IS NULL OR agent_id = ?3) AND (?4 IS NULL OR case_id = ?4)"
        " ORDER BY day, a.id",
        (since, until, agent, case),
    ).fetchall()
    for run_id, record, day, state, because, case_id, lines in rows:
        yield KeptAlert(json.loads(record), day, state, because, case_id, tuple(json.loads(lines)), run_id)


def put_into_case(db: sqlite3.Connection, alert_ids: Iterable[str], case_id: str) -> None:
    """Note which case alerts belong to."""
    db.executemany("UPDATE alerts SET case_id = ? WHERE id = ?", [(case_id, alert) for alert in alert_ids])
