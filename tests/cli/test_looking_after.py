"""What people read of a store: status, cases, history, and what looking after it did. In this process, for speed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.store.days import FIRST, alert, reason, scan

from onlooker.cases import CaseDesk, gather
from onlooker.cli import cli
from onlooker.cli.cases_command import told
from onlooker.store import Commit, Store


def run(place: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--store", str(place)], catch_exceptions=False)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Three nights, one of them missing, with two cases: one confirmed, one open."""
    place = tmp_path / "store"
    scan(place, range(FIRST, FIRST + 1), "one")
    scan(place, range(FIRST + 2, FIRST + 4), "two")
    reasons = [reason()]
    with Store.open(place, "write") as store:
        with store.deciding() as db:
            gather(db, [alert(FIRST, "kim", reasons=reasons), *store.alerts()], "2026-02-16T04:00:00+00:00")
        kim = CaseDesk(store).cases(agent="kim")[0].id
        CaseDesk(store).close(kim, "confirmed", "ana", "seen on the camera")
    return place


def test_the_status_page_tells_what_is_missing_and_open(place):
    lines = run(place, "status").output.splitlines()
    assert lines[:3] == [
        "nights judged: 2026-02-16 to 2026-02-19",
        "missing between them: 2026-02-17",
        "waiting for their day to be over: 0 events",
    ]
    assert "cases: 1 open, 1 of them unassigned" in lines
    assert "precision so far: 1 of 1 confirmed (100 %, 95 % interval 21 to 100 %)" in lines
    assert lines[-4:] == ["last nights:", *(f"  2026-02-{day}  0 alerts" for day in (19, 18, 16))]
    document = json.loads(run(place, "status", "--json").output)
    assert document["missing_nights"] == ["2026-02-17"]
    assert (document["precision"]["confirmed"], document["waiting_events"]) == (1, 0)


def test_the_status_page_tells_what_was_missing_from_a_night(place):
    with Store.open(place, "write") as store:
        store.start_run("three", "1.0")
        with store.begin("three") as writing:
            said = "2026-02-20: nothing from site altura, where 180 events are usual on that weekday."
            writing.commit(Commit(nights={FIRST + 4: {"alerts": 1, "doubts": [said]}}))
    lines = run(place, "status").output.splitlines()
    assert lines[-5:-2] == [
        "  2026-02-20  1 alert",
        f"    not whole: {said.partition(': ')[2]}",
        "  2026-02-19  0 alerts",
    ]


def test_the_status_page_of_an_empty_store(tmp_path):
    with Store.open(tmp_path / "store", "write", create=True):
        pass
    assert run(tmp_path / "store", "status").output.startswith("no night was judged yet\n")


def test_the_list_of_cases_ends_with_the_precision_by_signal(place):
    with Store.open(place, "write") as store, store.deciding() as db:
        # The alert as its night kept it, so that its signals are known.
        db.execute(
            "INSERT INTO alerts SELECT ?, day, ?, state, '', NULL, run_id, ? FROM alerts LIMIT 1",
            (f"alert-kim-{FIRST}", "kim", json.dumps(alert(FIRST, "kim", reasons=[reason()]).record)),
        )
    lines = run(place, "cases", "list").output.splitlines()
    assert lines[1:] == [
        "    2026-02-19  high: agent-3 opened 212 records",
        "1 case",
        "precision so far: 1 of 1 confirmed (100 %, 95 % interval 21 to 100 %)",
        "  glances  1 of 1 confirmed (100 %, 95 % interval 21 to 100 %)",
    ]
    assert "  agent-3  3 alerts  " in lines[0]


def test_a_case_names_the_command_that_shows_its_night(place):
    with Store.open(place) as store:
        (case,) = CaseDesk(store).cases()
    last = run(place, "cases", "show", case.id).output.splitlines()[-1]
    assert last.endswith("onlooker explain agent-3 --date 2026-02-19")
    odd = replace(case, agent_id="kim; reboot")
    with Store.open(place) as store:
        *_, last = told(odd, store.alerts(case=case.id))
    assert last.endswith("onlooker explain 'kim; reboot' --date 2026-02-19")


def test_the_history_shows_what_was_said_and_nothing_empty(place):
    with Store.open(place, "decide") as store:
        store.record("suppress", {"agents": ["sam"], "teams": [], "until": "2026-03-01", "all": True}, "moved", "ana")
    said, looked = run(place, "history", "show", "--as", "bea").output.splitlines()[-2:]
    assert looked.split("  ", 1)[1] == "bea  history shown"
    assert said.split("  ", 1)[1] == "ana  suppress  agents sam; all; until 2026-03-01  moved"
    assert run(place, "history", "verify").output.startswith("7 lines, last hash ")


def test_a_history_that_lost_its_end_is_found_by_a_line_noted_elsewhere(place):
    noted = json.loads(run(place, "status", "--json").output)["history_head"]
    with Store.open(place, "decide") as store:
        store.record("trace", {"customers": 3}, who="ana")
    head = f"{noted[0]}:{noted[1]}"
    for spelled in (head, json.dumps(noted), str(noted)):
        assert "fault" not in run(place, "history", "verify", "--head", spelled).output
    cut = run(place, "history", "verify", "--head", f"{noted[0] + 5}:{noted[1]}")
    assert "the end may have been cut off" in cut.output and cut.output.endswith(", 1 fault\n")
    assert run(place, "history", "verify", "--head", "soon").exit_code == 2


def test_looking_at_suppressions_is_in_the_history_with_who_agreed_to_them(place):
    for arguments in (["--agent", "sam", "--until", "2029-01-01", "--reason", "moved", "--second", "bo"], ["--list"]):
        assert run(place, "cases", "suppress", *arguments, "--as", "ana").exit_code == 0
    with Store.open(place) as store:
        made, looked = store.history()[-2:]
    assert (made.what, made.about["second"], made.why) == ("suppress", "bo", "moved")
    assert "ana, agreed by bo: moved" in run(place, "cases", "suppress", "--list").output
    assert (looked.who, looked.what) == ("ana", "suppressions listed")


def test_under_sudo_nobody_gives_another_name(place, monkeypatch):
    monkeypatch.setenv("SUDO_USER", "ana")
    refused = run(place, "cases", "list", "--as", "bo")
    assert refused.exit_code == 2 and "you are ana, says sudo" in refused.output
    assert run(place, "cases", "list", "--as", "Ana@support.example").exit_code == 0
    assert run(place, "cases", "list").exit_code == 0
    with Store.open(place) as store:
        assert [entry.who for entry in store.history()[-2:]] == ["Ana@support.example", "ana"]


def test_an_erasure_says_what_it_found_and_what_stays(place):
    erased = run(place, "store", "forget", "agent", "agent-3", "--reason", "asked for it").output
    assert erased.startswith("erased: ")
    nobody = run(place, "store", "forget", "customer", "C99", "--reason", "asked for it").output
    assert nobody.startswith("nothing in the store was about this customer: is the id spelled as in the log?")
    author = run(place, "store", "forget", "agent", "ana", "--reason", "left").output
    assert "1 line of the history stays that tells what this person did" in author
    with Store.open(place) as store:
        assert store.db.execute("SELECT author FROM verdicts").fetchall() == [("(erased)",)]
        assert store.verify() == ()


def test_looking_after_a_store_speaks_in_words_and_in_json(place):
    assert run(place, "store", "verify").output == "whole\n"
    assert run(place, "store", "repair").output == "no file is damaged\n"
    assert json.loads(run(place, "store", "repair", "--json").output)["set_aside"] == []
    assert "visits of 2026-02: 3 files became one, 900 rows\n" in run(place, "store", "compact").output
    assert run(place, "store", "compact").output == "nothing to merge\n"
    assert json.loads(run(place, "store", "compact", "--json").output) == []
    pruned = run(place, "store", "prune", "--keep", "visits=1").output
    assert "visits: everything before " in pruned
    assert run(place, "store", "prune", "--keep", "visits=1").output == "nothing is older than it is kept for\n"
