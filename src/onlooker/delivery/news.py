"""What of a night is news: alerts that are raised for the first time, and cases that are raised again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Literal

from onlooker.cases import RaisedAgain
from onlooker.delivery.message import Event

First = Literal["last", "all", "none"]
"""Which nights of a store's first scan are news: a long log would else bring a year of alerts at once."""


def left_out(db: sqlite3.Connection, run_id: str, told: int) -> str:
    """A sentence on the alerts of a store's first scan that are no news, where `told` ones are; empty if all are."""
    ((raised,),) = db.execute("SELECT count(*) FROM alerts WHERE run_id = ? AND state = 'raised'", (run_id,))
    if raised == told:
        return ""
    return (
        f"Alerts delivered: {told:,} of {raised:,}. Of a store's first scan, only the nights that the setting "
        "first_delivery names (last, all, none)."
    )


def news_of(
    db: sqlite3.Connection,
    run_id: str,
    again: Iterable[RaisedAgain],
    last: int | None,
    *,
    first_scan: bool,
    first: First,
) -> Iterator[tuple[str, Event, int]]:
    """Alert id, event and night of the news of a run whose last night is `last`; inside its commit, after its cases.

    Alerts that were held back are no news, and sealed cases are none for everybody.
    """
    if first_scan and first == "none":
        return
    since = last if first_scan and first == "last" and last is not None else -1
    rows = db.execute(
        "SELECT id, day FROM alerts WHERE run_id = ? AND state = 'raised' AND day >= ? AND coalesce(case_id, '') NOT IN"
        " (SELECT id FROM cases WHERE json_array_length(record, '$.hidden_from') > 0) ORDER BY day, id",
        (run_id, since),
    )
    for alert_id, day in rows.fetchall():
        yield alert_id, "new", day
    for case in again:
        newest = db.execute("SELECT id FROM alerts WHERE case_id = ? ORDER BY day DESC, id LIMIT 1", (case.case_id,))
        for (alert_id,) in newest.fetchall():
            yield alert_id, "raised again", last or 0
