"""What is held about a person: every table, alerts, cases, and who looked."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from tests.store.days import FIRST, scan

from onlooker.api import held
from onlooker.cases import CaseDesk, gather, handing_on
from onlooker.cli import cli
from onlooker.errors import UsageError
from onlooker.store import Store


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Three nights with alerts about agent-3, gathered into a case."""
    place = tmp_path / "store"
    scan(place, range(FIRST, FIRST + 3))
    with Store.open(place, "write") as store, store.deciding() as db:
        gather(db, store.alerts(), "2026-02-19T04:00:00+00:00")
    return place


def run(place: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--store", str(place)], catch_exceptions=False)


def test_every_table_is_counted_with_its_first_and_last_date(place: Path) -> None:
    with Store.open(place) as store:
        expected = sum(pq.read_table(path)["agent_id"].to_pylist().count("agent-3") for path in store.files("visits"))
    found = held("agent-3", place, who="ana")
    assert {(one.table, one.kind): one.rows for one in found.tables} == {
        ("visits", "agent"): expected, ("agent_hours", "agent"): 3,
    }  # fmt: skip
    assert {(one.first, one.last) for one in found.tables} == {("2026-02-16", "2026-02-18")}
    assert [one["date"] for one in found.alerts] == ["2026-02-16", "2026-02-17", "2026-02-18"]
    assert [one["stands"] for one in found.cases] == ["open"]
    with Store.open(place) as store:
        customer = pq.read_table(store.files("visits")[0])["customer_id"][0].as_py()
    (seen,) = held(customer, place, who="ana").tables
    assert (seen.table, seen.kind) == ("visits", "customer") and seen.rows > 0


def test_who_looked_is_told_and_that_this_was_asked_is_on_record(place: Path) -> None:
    with Store.open(place, "decide") as store:
        store.record("explain", {"agent": "agent-3", "date": "2026-02-16"}, "a complaint", "bo")
        store.record("explain", {"agent": "agent-30"}, "", "bo")
    document = json.loads(run(place, "store", "person", "agent-3", "--json", "--as", "ana", "--reason", "asked").output)
    told = [(one["who"], one["what"], one["why"]) for one in document["looked"]]
    assert told[-2:] == [("bo", "explain", "a complaint"), ("ana", "person shown", "asked")]
    assert "who looked, or did something about it: " in run(place, "store", "person", "agent-3").output
    assert run(place, "store", "person", "C-none").output.startswith("nothing is held about C-none")


def test_a_case_sealed_from_whoever_asks_is_not_shown(place: Path) -> None:
    with Store.open(place, "decide") as store:
        desk = CaseDesk(store)
        handing_on.seal(desk, desk.cases()[0].id, ("lee",), "ana", "a lead is in it")
    hidden = held("agent-3", place, who="lee")
    assert not hidden.cases and not hidden.alerts and not hidden.named_in.get("cases")
    assert not any("sealed" in one["what"] for one in hidden.looked)
    assert held("agent-3", place, who="bo").cases


def test_an_erasure_takes_the_question_with_it(place: Path) -> None:
    held("agent-3", place, who="ana", reason="asked")
    assert run(place, "store", "forget", "agent", "agent-3", "--reason", "left").exit_code == 0
    with Store.open(place) as store:
        assert next(entry for entry in store.history() if entry.what == "person shown").erased
    assert not held("agent-3", place, who="ana").found


def test_the_history_can_be_asked_by_who_whom_when_and_what(place: Path) -> None:
    with Store.open(place, "decide") as store:
        store.record("explain", {"agent": "agent-3"}, "", "bo")
        store.record("explain", {"agent": "kim"}, "", "Ana")
        store.record("case note", {"case": "case-1", "agent": "kim"}, "asked", "ana")

    def told(*options: str) -> list[tuple[str, str]]:
        entries = json.loads(run(place, "history", "show", "--json", "--as", "me", *options).output)["history"]
        return [(one["who"], one["what"]) for one in entries if one["who"] != "me"]

    assert told("--who", "ana") == [("Ana", "explain"), ("ana", "case note")]
    assert told("--whom", "kim") == [("Ana", "explain"), ("ana", "case note")]
    assert told("--whom", "case-1") == [("ana", "case note")]
    assert told("--what", "explain", "--who", "bo") == [("bo", "explain")]
    assert told("--since", "2999-01-01") == [] == told("--until", "2000-01-01")
    with pytest.raises(UsageError, match="is not a date"):
        run(place, "history", "show", "--since", "2026-13-01")
    with Store.open(place) as store:
        assert store.history()[-1].about == {"until": "2000-01-01"}
