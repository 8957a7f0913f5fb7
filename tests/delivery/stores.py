"""Stores with alerts in their outbox, made without scanning anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from tests.store.days import FIRST, alert, reason

from onlooker.cases import gather
from onlooker.delivery.news import news_of
from onlooker.delivery.outbox_table import fill, first_waiting
from onlooker.schema.receivers import Receiver
from onlooker.store import Commit, Store

AT = "2026-02-17T04:10:00+00:00"
SECRET = "an invented key of more than 24 bytes"


def receiver(**settings: Any) -> Receiver:
    return TypeAdapter(Receiver).validate_python(settings)


def store_with(place: Path, receivers: Mapping[str, Receiver], alerts: int, severity: str = "high") -> Path:
    """A store whose one night raised `alerts` alerts, one for each of as many agents with telling names."""
    about = [
        alert(
            FIRST,
            f"kim.{n:04}",
            severity=severity,
            id=f"{n:012x}",
            reasons=[reason(text="opened the record of C-77001")],
        )
        for n in range(alerts)
    ]
    with Store.open(place, "write", create=True) as store:
        store.start_run("r", "1")
        with store.begin("r") as work:

            def after(db: Any) -> None:
                gather(db, about, AT)
                fill(db, receivers, news_of(db, "r", (), FIRST, first_scan=True, first="last"), AT)

            work.commit(Commit(nights={FIRST: {"alerts": alerts}}, alerts=tuple(about)), after)
    return place


def waiting(place: Path, name: str) -> int:
    with Store.open(place) as store:
        sql = "SELECT count(*) FROM outbox WHERE receiver = ? AND state = 'waiting'"
        return int(store.db.execute(sql, (name,)).fetchone()[0])


def first_id(place: Path, name: str) -> str:
    with Store.open(place) as store:
        row = first_waiting(store.db, name)
        assert row is not None
        return row.message_id
