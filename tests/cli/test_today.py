"""The screen of a morning: what is new, whose it is, and the command that goes on with it."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.store.days import FIRST, alert, reason, scan

import onlooker
from onlooker.cases import CaseDesk, gather
from onlooker.cli import cli
from onlooker.store import Commit, Store, as_date


def run(place: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, [*arguments, "--store", str(place)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def iso(day: int) -> str:
    return as_date(day).isoformat()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Five nights, the third missing, the last without a site: cases of ana and of bo, one idle, one new."""
    place = tmp_path / "a store"
    scan(place, range(FIRST, FIRST + 2), "one")
    with Store.open(place, "write") as store:
        old = [alert(FIRST, name, reasons=[reason()]) for name in ("kim", "lee", "idle; rm -rf x")]
        new = [alert(FIRST + 4, "sam", reasons=[reason()], reason="no ticket: 40, usual 2, 1 day")]
        for run_id, days, alerts in (("two", [FIRST, FIRST + 3], old), ("three", [FIRST + 4], new)):
            store.start_run(run_id, "1")
            doubts = [f"{iso(FIRST + 4)}: nothing from site altura."] if run_id == "three" else []
            with store.begin(run_id) as work:
                work.commit(
                    Commit(nights={day: {"doubts": doubts} for day in days}, alerts=alerts),
                    lambda db, alerts=alerts: gather(db, alerts, f"{iso(FIRST)}T04:00:00+00:00"),
                )
            store.finish_run(run_id, {})
        with store.deciding() as db:
            gather(db, store.alerts(agent="agent-3"), f"{iso(FIRST)}T04:00:00+00:00")
        desk = CaseDesk(store)
        desk.close(desk.cases(agent="agent-3")[0].id, "unsure", "ana")
        for case in desk.cases():
            if case.agent_id in ("kim", "lee"):
                desk.assign(case.id, {"kim": "ana", "lee": "bo"}[case.agent_id], "ana")
    return place


def case_of(place: Path, agent: str) -> str:
    with Store.open(place) as store:
        return CaseDesk(store).cases(agent=agent)[0].id


def test_each_case_stands_in_one_list_and_its_line_ends_in_a_command_that_works(place):
    found = onlooker.today(place, who="Ana@support.example", place=place)
    assert [one.agent_id for one in found.new] == ["sam"]
    assert [one.agent_id for one in found.mine] == ["kim"]
    assert [one.agent_id for one in found.unassigned] == ["idle; rm -rf x"]
    assert (found.raised_again, found.others) == ((), 1)
    assert found.summary == "1 new; 4 open, 2 nobody's."
    for one in (*found.new, *found.mine, *found.unassigned):
        program, *arguments = shlex.split(one.next)
        assert program == "onlooker"
        assert case_of(place, one.agent_id) in arguments
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == 0 or (arguments[0] == "review" and "no terminal" in str(done.exception))
    with Store.open(place) as store:
        assert CaseDesk(store).show(found.unassigned[0].case_id).assignee == "Ana@support.example"
    assert not onlooker.today(place, who="ana").unassigned
    with Store.open(place, "decide") as store:  # what was decided since is new to nobody
        CaseDesk(store).close(found.new[0].case_id, "unsure", "ana")
    again = onlooker.today(place, who="ana")
    assert (again.new, again.summary) == ((), "Nothing new tonight; 3 open, 0 nobody's.")


def test_nights_that_are_missing_or_not_whole_are_told(place):
    told = [(one.date, one.why) for one in onlooker.today(place, who="ana").not_whole]
    assert told == [(iso(FIRST + 4), "nothing from site altura."), (iso(FIRST + 2), "it was not judged")]


def test_the_screen_and_the_document_say_the_same_and_the_look_is_on_record(place):
    document = json.loads(run(place, "today", "--json", "--as", "ana"))
    screen = run(place, "today", "--as", "ana")
    assert document == json.loads(json.dumps(onlooker.today(place, who="ana", place=place).record()))
    for part in ("new", "mine", "unassigned"):
        for one in document[part]:
            assert one["agent_id"] in screen
            assert one["next"] in screen
    assert "  high  sam  2026-02-20  no ticket: 40, usual 2, 1 day\n" in screen
    assert "Yours (ana)" in screen
    with Store.open(place) as store:
        assert [(entry.what, entry.who) for entry in store.history()][-1] == ("today", "ana")


def test_a_store_named_by_the_environment_is_not_named_again(place, monkeypatch):
    monkeypatch.setenv("ONLOOKER_STORE", str(place))
    done = CliRunner().invoke(cli, ["today"], catch_exceptions=False)
    assert f"-> onlooker review {case_of(place, 'sam')}\n" in done.stdout


def test_a_store_without_a_night_says_what_to_do(tmp_path):
    with Store.open(tmp_path / "s", "write", create=True):
        pass
    assert "onlooker scan LOGS --store" in run(tmp_path / "s", "today")
