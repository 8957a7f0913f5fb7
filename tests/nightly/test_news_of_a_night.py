"""What a real night puts into the outbox: its new alerts, once, and none of those that were there before."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from onlooker.schema.receivers import Receiver
from onlooker.store import Store

from .conftest import BEFORE
from .organisation import SETTINGS, night

TO = TypeAdapter(dict[str, Receiver]).validate_python({"desk": {"kind": "folder", "path": "/"}})
DELIVERED = SETTINGS.model_copy(update={"receivers": TO})
OFTEN = DELIVERED.model_copy(update={"daily_cap": 20, "quiet_days": 0})
"""A lower cap, so that the nights have alerts."""


def queued(place: Path) -> list[str]:
    with Store.open(place) as store:
        return [alert for (alert,) in store.db.execute("SELECT alert_id FROM outbox ORDER BY seq")]


def raised(place: Path) -> list[str]:
    with Store.open(place) as store:
        return [alert.id for alert in store.alerts() if alert.state == "raised"]


def test_a_night_delivers_its_new_alerts_and_no_earlier_ones(store, files):
    before = raised(store)
    assert before and not queued(store)
    night(store, *files[BEFORE:], closed=True, settings=OFTEN)
    new = [alert for alert in raised(store) if alert not in before]
    assert new
    assert sorted(queued(store)) == sorted(new)
    night(store, *files[BEFORE:], closed=True, settings=OFTEN)
    assert len(queued(store)) == len(new)
    with Store.open(store) as opened:
        assert opened.verify() == ()
        assert opened.status().outbox_waiting == len(new)


def test_settings_of_delivery_change_no_answer():
    assert DELIVERED.digest == SETTINGS.digest
    assert DELIVERED.record()["receivers"] == {"desk": "folder"}
