"""Two receivers, two senders, an erasure, and a sender that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.store.days import FIRST

from onlooker.delivery.outbox_table import give_up, rows
from onlooker.delivery.send_waiting import Pace, send_waiting
from onlooker.errors import StoreBusy
from onlooker.store import Store
from onlooker.store.layout import OUTBOX_LOCK
from onlooker.store.lock import StoreLock
from onlooker.store.migrations import format_of

from .servers import Web, web_server
from .stores import receiver, store_with, waiting

QUICK = Pace(first_wait=0.001, patience=20.0)
ONCE = Pace(first_wait=0.001, patience=0.0)


def test_a_receiver_that_fails_holds_up_no_other(place):
    with web_server(Web(share_failing=1.0)) as bad, web_server(Web()) as good:
        both = {"bad": receiver(kind="webhook", url=bad.url), "good": receiver(kind="webhook", url=good.url)}
        store_with(place, both, 4)
        done = {one.receiver: one for one in send_waiting(place, both, "", Pace(first_wait=0.01, patience=0.2))}
    assert (done["good"].sent, done["bad"].waiting) == (4, 4)


def test_only_the_severities_that_a_receiver_wants_are_put_in_its_outbox(place):
    wants = {name: receiver(kind="folder", path="/", severity=name) for name in ("low", "medium", "high", "critical")}
    store_with(place, wants, 2, severity="medium")
    assert {name: waiting(place, name) for name in wants} == {"low": 2, "medium": 2, "high": 0, "critical": 0}


def test_what_left_the_store_is_on_record_and_the_store_verifies(place):
    with web_server(Web()) as web:
        hook = {"hook": receiver(kind="webhook", url=web.url)}
        store_with(place, hook, 2)
        send_waiting(place, hook, "", QUICK)
    with Store.open(place) as store:
        assert (store.history()[-1].what, store.history()[-1].about) == ("delivered", {"hook": 2})
        assert store.verify() == ()
        assert store.status().outbox_waiting == 0


def test_a_second_sender_leaves_it_to_the_first(place):
    hook = {"hook": receiver(kind="webhook", url="http://localhost:9")}
    store_with(place, hook, 1)
    lock = StoreLock(place / OUTBOX_LOCK)
    with pytest.raises(StoreBusy):
        send_waiting(place, hook, "", ONCE)
    lock.release()


def test_a_scan_may_hold_the_store_meanwhile(place):
    with web_server(Web()) as web:
        hook = {"hook": receiver(kind="webhook", url=web.url)}
        store_with(place, hook, 1)
        with Store.open(place, "write"):
            assert send_waiting(place, hook, "", QUICK)[0].sent == 1


def test_a_receiver_that_is_gone_is_told_until_its_messages_are_dropped(place):
    store_with(place, {"old": receiver(kind="folder", path="/")}, 2)
    (done,) = send_waiting(place, {}, "", ONCE)
    assert (done.receiver, done.waiting) == ("old", 2) and "no receiver" in done.error
    with Store.open(place, "decide") as store, store.deciding() as db:
        assert give_up(db, "old") == 2
    assert send_waiting(place, {}, "", ONCE) == ()


def test_the_messages_about_a_person_who_is_erased_go(place):
    store_with(place, {"hook": receiver(kind="folder", path="/")}, 3)
    with Store.open(place, "write") as store:
        store.forget("agent", "kim.0001", "dora", "asked for it")
        assert store.verify() == ()
    assert waiting(place, "hook") == 2


def test_the_messages_about_alerts_that_expire_go_with_them(place):
    store_with(place, {"hook": receiver(kind="folder", path="/")}, 3)
    with Store.open(place, "write") as store:
        with store.deciding() as db:
            db.execute("UPDATE cases SET state = 'closed'")
        store.prune(FIRST + 2000, "dora")
        assert store.db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_a_store_of_before_has_an_empty_outbox_until_a_writer_opens_it(place):
    store_with(place, {}, 1)
    with Store.open(place, "write") as store:
        store.db.executescript("DROP TABLE outbox; PRAGMA user_version = 2")
    with Store.open(place) as store:
        assert store.status().outbox_waiting == 0 and list(rows(store.db)) == []
    assert send_waiting(place, {"hook": receiver(kind="folder", path="/")}, "", ONCE)[0].waiting == 0
    with Store.open(place) as store:
        assert format_of(store.db) > 2 and store.verify() == ()


SENDER = """
import sys
from pathlib import Path
from pydantic import TypeAdapter
from onlooker.delivery.send_waiting import Pace, send_waiting
from onlooker.schema.receivers import Receiver
hook = TypeAdapter(Receiver).validate_python({"kind": "webhook", "url": sys.argv[2]})
(done,) = send_waiting(Path(sys.argv[1]), {"hook": hook}, "", Pace(first_wait=0.001, patience=60.0))
sys.exit(4 if done.waiting else 0)
"""


def killed_and_again(place: Path, alerts: int, kill_at: list[int]) -> list[str]:
    """Ids that a server failing 30 % took, with a sender that is killed when the server has so many requests."""
    with web_server(Web(share_failing=0.3, after_taking=True)) as web:
        store_with(place, {"hook": receiver(kind="webhook", url=web.url)}, alerts)
        for requests in kill_at:
            sender = subprocess.Popen([sys.executable, "-c", SENDER, place, web.url])
            deadline = time.monotonic() + 100
            while web.requests < requests and time.monotonic() < deadline:
                time.sleep(0.002)
            os.kill(sender.pid, signal.SIGKILL)
            assert sender.wait() == -signal.SIGKILL  # it was still at work
        assert waiting(place, "hook") > 0
        assert subprocess.run([sys.executable, "-c", SENDER, place, web.url], check=False).returncode == 0
    return web.ids()


def check(ids: list[str], alerts: int) -> None:
    """Each arrived, and whoever drops repeats by id sees each once."""
    assert len(ids) > alerts
    assert len(dict.fromkeys(ids)) == alerts


def test_a_sender_that_is_killed_loses_nothing(place):
    check(killed_and_again(place, 40, [20, 35]), 40)
    assert waiting(place, "hook") == 0


@pytest.mark.full
def test_a_thousand_alerts_to_a_server_that_fails_with_a_sender_that_is_killed_twice(place):
    check(killed_and_again(place, 1000, [400, 900]), 1000)
    assert waiting(place, "hook") == 0
