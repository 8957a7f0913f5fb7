from __future__ import annotations

import pytest
from tests.store.days import FIRST, alert

from onlooker.cases import RaisedAgain, gather
from onlooker.delivery.message import message_id
from onlooker.delivery.news import left_out, news_of
from onlooker.store import Commit, Store

AT = "2026-02-17T04:10:00+00:00"


@pytest.fixture
def store(place):
    """Two nights, three alerts, one of which was held back."""
    about = [alert(FIRST, "kim"), alert(FIRST + 1, "kim"), alert(FIRST + 1, "sam")]
    held = type(about[2])(about[2].record, FIRST + 1, "suppressed", "sup-1: moved")
    with Store.open(place, "write", create=True) as opened:
        opened.start_run("r", "1")
        with opened.begin("r") as work:
            kept = (*about[:2], held)
            work.commit(Commit(nights={FIRST: {}, FIRST + 1: {}}, alerts=kept), lambda db: gather(db, kept, AT))
        yield opened


def news(store, again=(), **how):
    return list(news_of(store.db, "r", again, FIRST + 1, **({"first_scan": True, "first": "last"} | how)))


def test_a_first_scan_delivers_its_last_night_unless_told_otherwise(store):
    first, last = (f"alert-kim-{FIRST}", "new", FIRST), (f"alert-kim-{FIRST + 1}", "new", FIRST + 1)
    assert news(store) == [last]
    assert news(store, first="all") == [first, last]
    assert news(store, first="none") == []
    assert news(store, first="none", first_scan=False) == [first, last]


def test_what_a_first_scan_leaves_out_is_said(store):
    assert left_out(store.db, "r", 1).startswith("Alerts delivered: 1 of 2. ")
    assert left_out(store.db, "r", 2) == ""


def test_alerts_of_other_runs_are_no_news(store):
    assert list(news_of(store.db, "another", (), FIRST + 1, first_scan=False, first="last")) == []


def test_a_case_that_is_raised_again_is_news_of_its_newest_alert(store):
    (case,) = {kept.case_id for kept in store.alerts(agent="kim")}
    found = list(news_of(store.db, "x", [RaisedAgain(case, "kim", "why")], FIRST + 4, first_scan=False, first="last"))
    assert found == [(f"alert-kim-{FIRST + 1}", "raised again", FIRST + 4)]


def test_ids_differ_by_event_and_night_and_not_by_receiver():
    assert message_id("a", "new", 1) == message_id("a", "new", 1)
    assert len({message_id("a", "new", 1), message_id("b", "new", 1), message_id("a", "raised again", 1)}) == 3
