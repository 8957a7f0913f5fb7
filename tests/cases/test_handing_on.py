"""A case in other hands: asked, referred with a bundle that can be checked, hidden from people."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from tests.store.days import FIRST, alert, reason, scan

import onlooker
from onlooker import api
from onlooker.cases import CaseDesk, NotAllowed, gather, handing_on, with_cases
from onlooker.cases.case_tables import READERS
from onlooker.cases.consequences import consequences
from onlooker.delivery.export_alerts import alerts_to_export
from onlooker.delivery.news import news_of
from onlooker.errors import UsageError
from onlooker.store import Commit, Store, as_date


def iso(day: int) -> str:
    return as_date(day).isoformat()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two nights; agent-3 has alerts on both, in one case."""
    place = tmp_path / "store"
    scan(place, range(FIRST, FIRST + 2), "one")
    with Store.open(place, "write") as store, store.deciding() as db:
        gather(db, store.alerts(), f"{iso(FIRST)}T04:00:00+00:00")
    return place


def only(desk: CaseDesk) -> str:
    (case,) = desk.cases(None)
    return case.id


def test_a_case_is_asked_until_there_is_an_answer_and_counts_as_open(place):
    with Store.open(place, "decide") as store:
        desk = CaseDesk(store)
        case = handing_on.ask(desk, only(desk), "lead.north", "Was there a project?", "ana")
        assert (case.standing, case.state, case.in_words()) == ("asked", "open", "asked lead.north")
        with pytest.raises(NotAllowed, match="it is about the same person"):
            handing_on.ask(desk, case.id, "Agent-3", "Why?", "ana")
        case = handing_on.answer(desk, case.id, "No project.", "ana")
        assert case.question is not None
        assert (case.standing, case.question.answer) == ("open", "No project.")
        with pytest.raises(UsageError, match="nobody has a question"):
            handing_on.answer(desk, case.id, "Twice.", "ana")
        assert desk.show(case.id) == case
        assert store.verify(readers=READERS) == ()
        assert [entry.what for entry in store.history()][-2:] == ["case asked", "case answered"]


def test_a_bundle_is_sealed_by_hashes_that_the_history_knows(place, tmp_path):
    out, second = tmp_path / "bundle", tmp_path / "bundle.zip"
    case, digest, content = api.refer("agent-3", place, "HR", out, who="ana", reason="twice in a week")
    assert case.standing == "referred"
    assert subprocess.run(["sha256sum", "-c", "--quiet", "MANIFEST.sha256"], cwd=out, check=False).returncode == 0
    assert hashlib.sha256((out / "MANIFEST.sha256").read_bytes()).hexdigest() == digest
    names = {path.name for path in out.iterdir()}
    assert names == {"MANIFEST.sha256", "README.txt", "alerts.json", "case.json", "customers.csv", "history.json"}
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    zipped = zipfile.ZipFile(io.BytesIO(content))
    assert {name: zipped.read(name) for name in zipped.namelist()} == {p.name: p.read_bytes() for p in out.iterdir()}
    assert json.loads((out / "case.json").read_text())["agent_id"] == "agent-3"
    assert len(json.loads((out / "alerts.json").read_text())) == 2
    assert (out / "customers.csv").read_text().startswith("agent_id,customer_id,first_seen,")
    with Store.open(place) as store:
        told = [entry for entry in store.history() if entry.what == "case referred"]
        assert [digest in entry.why for entry in told] == [True]
        assert store.verify(readers=READERS) == ()
    (out / "alerts.json").write_text("[]")
    assert subprocess.run(["sha256sum", "-c", "--status", "MANIFEST.sha256"], cwd=out, check=False).returncode == 1
    with pytest.raises(UsageError, match="is there already"):
        api.refer("agent-3", place, "HR", out, who="ana")
    api.refer("agent-3", place, "legal", second, who="ana")
    assert zipfile.ZipFile(second).testzip() is None


def test_a_sealed_case_is_not_there_for_whom_it_is_hidden_from_and_in_nothing_that_everybody_reads(place):
    with Store.open(place, "decide") as store:
        desk = CaseDesk(store)
        case_id = only(desk)
        with pytest.raises(UsageError, match="from yourself"):
            handing_on.seal(desk, case_id, ("Ana@support.example",), "ana", "x")
        with store.deciding() as db:
            db.execute(
                "INSERT INTO outbox (receiver, message_id, alert_id, event, night, queued_at)"
                " SELECT 'chat', 'm1', id, 'new', day, '' FROM alerts LIMIT 1"
            )
        handing_on.seal(desk, case_id, ("lead.north",), "ana", "the lead may be in it")
        assert store.db.execute("SELECT state FROM outbox").fetchall() == [("dropped",)]
        lead = CaseDesk(store, viewer="LEAD.north@support.example")
        assert lead.cases(None) == ()
        for name in (case_id, "agent-3"):
            with pytest.raises(UsageError, match="there is no case"):
                lead.named(name)
        with pytest.raises(UsageError, match="there is no case"):
            lead.note(case_id, "x", "lead.north")
        kept, cases = store.alerts(), desk.cases(None)
        assert with_cases(kept, cases, "one", "") == with_cases(kept, cases, "one", "", "lead.north") == ()
        assert len(with_cases(kept, cases, "one", "", "bo")) == 2
        assert list(alerts_to_export(store, 0, 10**6)) == []
        assert list(news_of(store.db, "one", (), FIRST + 1, first_scan=False, first="all")) == []
    assert onlooker.today(place, who="lead.north").summary == "Nothing new tonight; 0 open, 0 nobody's."
    assert [one.case_id for one in onlooker.today(place, who="bo").new] == [case_id]
    with Store.open(place, "decide") as store:
        handing_on.unseal(CaseDesk(store), case_id, "ana", "the lead was not in it")
        assert len(CaseDesk(store, viewer="lead.north").cases()) == 1
        assert store.verify(readers=READERS) == ()


def test_a_further_night_of_a_sealed_case_is_told_to_nobody(place):
    with Store.open(place, "write") as store:
        desk = CaseDesk(store)
        handing_on.seal(desk, only(desk), ("lead.north",), "ana", "the lead may be in it")
        new = alert(FIRST + 4, "agent-3", reasons=[reason()])
        store.start_run("two", "1")
        told = []
        with store.begin("two") as work:
            from onlooker.cases import gather_nights

            work.commit(
                Commit(nights={FIRST + 4: {}}, alerts=(new,)),
                lambda db: told.extend(gather_nights(db, [FIRST + 4], {FIRST + 4: {"agent-3": 99}}, "2026")),
            )
        assert told == []
        assert list(news_of(store.db, "two", (), FIRST + 4, first_scan=False, first="all")) == []
        assert len(store.alerts(case=only(desk))) == 3


def test_a_verdict_says_what_it_did_by_the_clock_of_the_log(place):
    with Store.open(place, "decide") as store:
        desk = CaseDesk(store)
        case = desk.close(only(desk), "benign", "ana", "a project")
        (made,) = desk.explanations()
        assert (made.until, made.made_on) == (iso(FIRST + 31), iso(FIRST + 1))
        told = "\n".join(consequences(desk, case))
        assert f"at most 7 visits a day without a reason, agents agent-3, {iso(FIRST)} to {iso(FIRST + 31)}" in told
        assert f"onlooker cases reopen {case.id} --reason WHY" in told
        desk.reopen(case.id, "ana", "there is no project")
        assert desk.explanations()[0].span == (iso(FIRST + 1), iso(FIRST + 1))
        told = "\n".join(consequences(desk, desk.close(case.id, "confirmed", "ana")))
        assert (
            f"Leave the baselines from the next scan on: {iso(FIRST)} to {iso(FIRST + 1)} (2 days) of agent-3." in told
        )
        assert "onlooker store hold" in told


def test_a_false_alarm_explains_nothing_and_lowers_the_precision(place):
    with Store.open(place, "decide") as store:
        desk = CaseDesk(store)
        with pytest.raises(NotAllowed, match="a false alarm needs a reason"):
            desk.close(only(desk), "false alarm", "ana")
        case = desk.close(only(desk), "false alarm", "ana", "a shared login")
        assert (desk.explanations(), desk.excluded_days()) == ((), ())
        overall, _ = desk.precision()
        assert (overall.share, overall.benign, overall.false_alarms) == (0.0, 0, 1)
        assert overall.in_words().startswith("0 of 1 confirmed (0 %, 95 % interval 0 to 79 %), 1 of them a false alarm")
        assert "Nothing is explained" in next(consequences(desk, case))


def test_where_the_scan_was_told_so_a_confirmed_verdict_takes_two_people(place):
    with Store.open(place, "write") as store:
        store.start_run("two", "1")
        store.finish_run("two", {"settings": {"second_for_confirmed": True}})
        desk = CaseDesk(store)
        for second, why in ((None, "second person has to agree"), ("ANA", "is the first"), ("agent-3", "it is about")):
            with pytest.raises(NotAllowed, match=why):
                desk.close(only(desk), "confirmed", "ana", "seen", second=second)
        case = desk.close(only(desk), "confirmed", "ana", "seen", second="bo")
        assert case.verdict is not None and case.verdict.second == "bo"
        assert store.verify(readers=READERS) == ()
