"""Cases, suppressions and explanations in the store's database. Functions join the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from onlooker.cases.case_records import (
    Case,
    Explanation,
    Suppression,
    Verdict,
    case_from,
    explanation_from,
    suppression_from,
)
from onlooker.errors import UsageError
from onlooker.schema.findings import Alert
from onlooker.store.history_chain import canonical
from onlooker.store.layout import as_day, as_local_date

READERS: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "alerts": Alert.from_record,
    "cases": case_from,
    "suppressions": suppression_from,
    "explanations": explanation_from,
    "verdicts": lambda record: Verdict(**record),
}
"""Tables of the store -> what makes of a record what it was made from; for `Store.verify`."""


def read_case(db: sqlite3.Connection, case_id: str) -> Case:
    """One case. Raises UsageError if there is none of that id."""
    row = db.execute("SELECT record FROM cases WHERE id = ?", (case_id,)).fetchone()
    if row is None:
        raise UsageError(f"there is no case {case_id}", "`onlooker cases list --all` shows the ids.")
    return case_from(json.loads(row[0]))


def read_cases(db: sqlite3.Connection, state: str | None = None, agent: str | None = None) -> Iterator[Case]:
    """Cases in the order in which they were opened."""
    rows = db.execute(
        "SELECT record FROM cases WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR agent_id = ?2)"
        " ORDER BY opened, id",
        (state, agent),
    ).fetchall()
    return (case_from(json.loads(record)) for (record,) in rows)


def write_case(db: sqlite3.Connection, case: Case) -> None:
    """Keep a case as it is now."""
    db.execute(
        "INSERT INTO cases VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET state = excluded.state, record = excluded.record",
        (case.id, case.agent_id, case.state, _day(case.opened), canonical(case.record())),
    )


def drop_messages(db: sqlite3.Connection, case_id: str) -> None:
    """Let messages about a case's alerts that have not been delivered go."""
    db.execute(
        "UPDATE outbox SET state = 'dropped' WHERE state IN ('waiting', 'refused')"
        " AND alert_id IN (SELECT id FROM alerts WHERE case_id = ?)",
        (case_id,),
    )


def write_suppression(db: sqlite3.Connection, suppression: Suppression) -> None:
    """Keep a suppression as it is now."""
    values = (suppression.id, _day(suppression.until), canonical(suppression.record()))
    db.execute("INSERT OR REPLACE INTO suppressions VALUES (?, ?, ?)", values)


def write_explanation(db: sqlite3.Connection, explanation: Explanation) -> None:
    """Keep an explanation as it is now."""
    span = (_day(explanation.first), _day(explanation.until))
    values = (explanation.id, *span, canonical(explanation.record()))
    db.execute("INSERT OR REPLACE INTO explanations VALUES (?, ?, ?, ?)", values)


def read_suppressions(db: sqlite3.Connection) -> Iterator[Suppression]:
    """All suppressions, also those that are over."""
    for (record,) in db.execute("SELECT record FROM suppressions ORDER BY until, id").fetchall():
        yield suppression_from(json.loads(record))


def read_explanations(db: sqlite3.Connection) -> Iterator[Explanation]:
    """All explanations, also those that are over."""
    for (record,) in db.execute("SELECT record FROM explanations ORDER BY until, id").fetchall():
        yield explanation_from(json.loads(record))


def _day(date: str) -> int:
    return as_day(as_local_date(date))
