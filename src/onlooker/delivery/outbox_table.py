"""The outbox: a row per receiver and message, in the store's database. Functions join the caller's transaction.

It holds no name of anybody: who an alert is about is looked up in the alert, when it is sent.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from onlooker.delivery.message import Event, message_id
from onlooker.schema.days import iso
from onlooker.schema.findings import SEVERITIES
from onlooker.schema.receivers import Receiver

State = Literal["waiting", "sent", "refused", "dropped"]
STATES: tuple[State, ...] = ("waiting", "sent", "refused", "dropped")
OPEN: tuple[State, ...] = ("waiting", "refused")
"""States of what has not arrived and is not given up."""

ROW = """SELECT o.seq, o.receiver, o.message_id, o.alert_id, o.event, o.night, o.queued_at, o.state, o.tries, o.due,
    o.error, o.sent_at, a.case_id, a.record FROM outbox o JOIN alerts a ON a.id = o.alert_id"""


@dataclass(frozen=True)
class Queued:
    """One row, with the case and the record of its alert."""

    seq: int
    receiver: str
    message_id: str
    alert_id: str
    event: Event
    night: int
    """Local day."""
    queued_at: str
    """UTC, ISO."""
    state: State
    tries: int
    due: float
    """No try before this; seconds since 1970."""
    error: str
    """Of the last try."""
    sent_at: str | None
    case_id: str | None
    alert: Mapping[str, Any]
    """`Alert.record()`."""

    def record(self) -> dict[str, Any]:
        """What `onlooker outbox list` tells of it: no name of anybody."""
        told = {name: value for name, value in asdict(self).items() if name != "alert"}
        return told | {"night": iso(self.night), "severity": self.alert["severity"]}


def fill(
    db: sqlite3.Connection, receivers: Mapping[str, Receiver], news: Iterable[tuple[str, Event, int]], at: str
) -> int:
    """Put `news` (alert id, event, night) into the outbox of each receiver that wants its severity; how many rows.

    What is there already is not put there again.
    """
    added = 0
    for alert_id, event, night in news:
        ((severity,),) = db.execute("SELECT json_extract(record, '$.severity') FROM alerts WHERE id = ?", (alert_id,))
        for name, receiver in receivers.items():
            if SEVERITIES.index(severity) >= SEVERITIES.index(receiver.severity):
                values = (name, message_id(alert_id, event, night), alert_id, event, night, at)
                added += db.execute(
                    "INSERT OR IGNORE INTO outbox (receiver, message_id, alert_id, event, night, queued_at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    values,
                ).rowcount
    return added


def first_waiting(db: sqlite3.Connection, receiver: str) -> Queued | None:
    """What is to be delivered to a receiver next."""
    row = db.execute(
        f"{ROW} WHERE o.receiver = ? AND o.state = 'waiting' ORDER BY o.seq LIMIT 1", (receiver,)
    ).fetchone()
    return _queued(row) if row else None


def rows(db: sqlite3.Connection, states: Iterable[State] = OPEN) -> Iterator[Queued]:
    """All rows of these states, in the order in which they were put there; none in a store of an earlier version."""
    wanted = tuple(states)
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone():
        return iter(())
    marks = ", ".join("?" for _ in wanted)
    return map(_queued, db.execute(f"{ROW} WHERE o.state IN ({marks}) ORDER BY o.seq", wanted).fetchall())


def open_by_receiver(db: sqlite3.Connection) -> dict[str, tuple[int, int, str]]:
    """Receiver -> how many messages have not arrived, how many of them were refused, and the first one's last error."""
    found: dict[str, tuple[int, int, str]] = {}
    sql = "SELECT receiver, state, error FROM outbox WHERE state IN ('waiting', 'refused') ORDER BY seq"
    for receiver, state, error in db.execute(sql):
        number, refused, first = found.get(receiver, (0, 0, ""))
        found[receiver] = (number + 1, refused + (state == "refused"), first or error)
    return found


def mark_sent(db: sqlite3.Connection, seq: int, at: str) -> None:
    """The receiver has it."""
    db.execute("UPDATE outbox SET state = 'sent', sent_at = ?, tries = tries + 1, error = '' WHERE seq = ?", (at, seq))


def mark_failed(db: sqlite3.Connection, seq: int, *, error: str, due: float, refused: bool) -> None:
    """A try failed; the next is not before `due`, or somebody must look (`refused`)."""
    state = "refused" if refused else "waiting"
    values = (state, due, error, seq)
    db.execute("UPDATE outbox SET state = ?, due = ?, error = ?, tries = tries + 1 WHERE seq = ?", values)


def put_back(db: sqlite3.Connection, receiver: str | None) -> int:
    """Let what was refused wait again, and everything be tried at once; how many rows."""
    marks = ", ".join("?" for _ in OPEN)
    changed = db.execute(
        f"UPDATE outbox SET state = 'waiting', due = 0, tries = 0 WHERE state IN ({marks})"
        " AND receiver = coalesce(?, receiver)",
        (*OPEN, receiver),
    )
    return changed.rowcount


def give_up(db: sqlite3.Connection, receiver: str) -> int:
    """Deliver nothing of what waits for a receiver; how many rows."""
    marks = ", ".join("?" for _ in OPEN)
    changed = db.execute(
        f"UPDATE outbox SET state = 'dropped' WHERE state IN ({marks}) AND receiver = ?", (*OPEN, receiver)
    )
    return changed.rowcount


def _queued(row: tuple[Any, ...]) -> Queued:
    return Queued(*(*row[:-1], json.loads(row[-1])))
