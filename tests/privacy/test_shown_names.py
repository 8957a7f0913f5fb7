"""What is shown instead of ids: in records, sentences and errors, whatever an id looks like."""

from __future__ import annotations

import hashlib
import hmac
import json
import traceback
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from tests.delivery.stores import store_with
from tests.report.factories import make_alert as alert
from tests.report.factories import make_run as run
from tests.store.days import FIRST

import onlooker
from onlooker.cases import Scope
from onlooker.errors import EngineError, UsageError
from onlooker.investigate.source_lines import SourceLine
from onlooker.privacy import OPEN, Names, Pseudonyms
from onlooker.privacy.names_in_store import names_in_store
from onlooker.privacy.names_in_text import in_known_sentences
from onlooker.scanning.alerted_people import without_sealed, without_unalerted
from onlooker.scanning.private_looks import Look, must_be_alerted_on, must_have_reason
from onlooker.schema.findings import Reason, VisitToSee
from onlooker.store import Commit, Store
from onlooker.store.layout import PSEUDONYM_KEY

from .marked_log import Said

KEY = b"an invented key of more than 16 bytes"
ODD = ("12", "kim", "10423", "Müller, Eva", "(x) [y]*", "a.b", "o'hara", "ring", "customer")


def names(*people: str, **more: object) -> Names:
    return Names(Pseudonyms(KEY), "pseudonyms", lambda: frozenset(people), **more)  # type: ignore[arg-type]


def test_a_pseudonym_is_the_same_in_every_run_and_another_for_another_key_or_kind() -> None:
    one, other = Pseudonyms(KEY), Pseudonyms(KEY[::-1])
    expected = "agent-" + hmac.new(KEY, b"agent:kim", hashlib.sha256).hexdigest()[:16]
    assert one.of("agent", "kim") == Pseudonyms(KEY).of("agent", "kim") == expected
    assert len({one.of("agent", "kim"), other.of("agent", "kim"), one.of("customer", "kim")}) == 3
    assert one.of("agent", one.of("agent", "kim")) == one.of("agent", "kim")
    assert one.key_id != other.key_id and "key" not in repr(one)


def test_a_key_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(UsageError, match="fewer than 16"):
        Pseudonyms(b"short")


@pytest.mark.parametrize("who", ODD)
def test_a_record_is_shown_without_its_ids_and_with_its_numbers(who: str) -> None:
    told = alert(agent_id=who, team="north", visits=(visit(who),))
    told = replace(
        told, reasons=(*told.reasons, Reason("customers", f"{who}: 12 visits.", 1, 12.0, 1.0, 1.0, 1.0, who))
    )
    shown = names(who).shown(told)
    assert shown.agent_id.startswith("agent-") and shown.team == Pseudonyms(KEY).of("team", "north")
    assert shown.reasons[-1].text == f"{shown.agent_id}: 12 visits."
    assert shown.visits[0].why == f"{shown.agent_id}: opened once" and shown.visits[0].customer_id.startswith(
        "customer-"
    )
    assert (shown.kind, shown.severity, shown.customers) == (told.kind, told.severity, told.customers)
    assert shown.headline == told.headline  # it names nobody, and its numbers are no ids
    assert OPEN.shown(told) is told


def visit(who: str) -> VisitToSee:
    return VisitToSee(
        "C-77001", "2026-02-16", "2026-02-16T08:00:00Z", "2026-02-16T08:00:00Z", 1, "unexplained",
        f"{who}: opened once",
    )  # fmt: skip


def test_the_subject_of_a_team_is_hidden_and_that_of_a_queue_or_rule_is_not() -> None:
    shown = names("kim")
    assert shown.of("agent", "team north") == shown.of("team", "north")
    assert [shown.of("agent", one) for one in ("queue billing", "site x", "rule daily_cap")] == [
        "queue billing", "site x", "rule daily_cap"
    ]  # fmt: skip
    told = replace(
        alert(agent_id="team 12"), kind="ring",
        headline="3 of the 9 people of team 12 are among the 12 highest scores of 90 people.",
    )  # fmt: skip
    assert names().shown(told).headline == (
        f"3 of the 9 people of {shown.of('team', '12')} are among the 12 highest scores of 90 people."
    )


@pytest.mark.parametrize("who", ODD)
def test_notes_of_a_run_name_nobody(who: str) -> None:
    notes = (
        f"Held back on 2026-02-16, since the pattern high_volume raises one alert a night, the largest: {who}, lee "
        "and 3 more. They come up on the next nights as long as the pattern holds.",
        f"Of 120 lines of {who}, 12 were rejected and 10 have the event_id of an earlier line.",
        f"Raised again: case-1 ({who}): nobody has taken it in the 3 days since 2026-02-16.",
        f"Active round the clock, without an actor type: {who}. They were recognised as service accounts.",
        f"24 agent ids are 12 if case, marks and .0 are ignored, such as {who} and {who.upper()}: they count apart.",
        f"All 1,200 events are of 1 agent (who: {who}).",
        f"Gained: {who} on 2026-02-16, {who} on 2026-02-17.",
    )
    told = run(notes=notes, suppressed=(f"2026-02-16, {who}: 12 visits. Held back by sup-1.",))
    shown = names().shown(told)  # nobody is known: these sentences say where somebody is named
    pseudonym = Pseudonyms(KEY).of("agent", who)
    if "," not in who:
        assert all(pseudonym in note for note in (*shown.notes, *shown.suppressed))
    for before, after in zip(notes, shown.notes, strict=True):
        assert who == "12" or who not in after.replace("agent ids", "").replace("1 agent", "")
        assert [n for n in ("12 were", "120 lines", "1,200") if n in before] == [
            n for n in ("12 were", "120 lines", "1,200") if n in after
        ]


def test_tables_are_shown_without_ids() -> None:
    rows = {
        "agent_id": ["kim", "lee", None],
        "customer_id": ["c1", "c2", "c3"],
        "visits": [1, 2, 3],
        "agents": [4, 5, 6],
    }
    frame, table = names().shown(pd.DataFrame(rows)), names().shown(pa.table(rows))
    pseudonym = Pseudonyms(KEY).of("agent", "kim")
    assert frame["agent_id"][0] == pseudonym and frame["visits"].tolist() == [1, 2, 3]
    assert table["agent_id"].to_pylist()[::2] == [pseudonym, None] and table["agents"].to_pylist() == [4, 5, 6]
    assert str(table["customer_id"][0]).startswith("customer-")


def test_a_list_of_ids_in_a_scope_is_hidden_and_signals_are_not() -> None:
    words = names().shown(Scope(agents=("kim",), customers=("c1",), signals=("customers",))).in_words()
    assert "kim" not in words and "c1" not in words.replace("customers", "") and words.endswith("signals customers")


def test_each_field_is_shown_by_its_name() -> None:
    known = names("kim")
    kim, customer = known.of("agent", "kim"), known.of("customer", "C-1")
    told = {
        "settings": {"may_export": ["kim", "lee"], "budget": 3}, "series": {"kim": [1, 2]}, "hours": {"kim": {1: 2}},
        "whom": "kim", "person": "C-1", "assignee": "ana", "second": "ben", "severity": "kim",
    }  # fmt: skip
    assert known.shown(told) == {
        "settings": {"may_export": ["(not shown)"] * 2, "budget": 3}, "series": {kim: [1, 2]}, "hours": {kim: {1: 2}},
        "whom": kim, "person": customer, "assignee": "ana", "second": "ben", "severity": "kim",
    }  # fmt: skip
    assert known.shown((SourceLine("log.csv", 3, "kim,C-1"),)) == (SourceLine("log.csv", 3, "(not shown)"),)
    # Somebody who takes the case about themselves is an agent there.
    assert known.shown({"agent_id": "kim", "assignee": "kim"}) == {"agent_id": kim, "assignee": kim}


def test_ids_of_a_store_are_found_by_their_pseudonyms_with_a_key_for_its_owner_alone(tmp_path: Path) -> None:
    days = pa.table({"agent_id": ["kim"], "day": [FIRST], "team": ["north"], "events": [1], "hours": [1]})
    visits = pa.table({"agent_id": ["kim"], "day": [FIRST], "customer_id": ["C-1"], "ticket_id": ["T-1"]})
    with Store.open(tmp_path / "store", "write", create=True) as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            for table, rows in (("agent_days", days), ("visits", visits)):
                work.put(table, rows, FIRST, FIRST)
            work.commit(Commit())
        shown = names_in_store(store, "pseudonyms")
        for kind, one in (("agent", "kim"), ("agent", "team north"), ("customer", "C-1"), ("ticket", "T-1")):
            assert shown.real(str(shown.of(kind, one)), kind) == one
        key = tmp_path / "store" / PSEUDONYM_KEY
        assert key.stat().st_mode & 0o777 == 0o600
        key.chmod(0o640)
        with pytest.raises(UsageError, match="can be read by others"):
            names_in_store(store, "pseudonyms")


def test_pseudonyms_lead_back_to_ids_and_one_of_nobody_is_an_error() -> None:
    known = names("kim", "team north")
    assert known.real(known.of("agent", "kim")) == "kim" and known.real("lee") == "lee"
    assert known.real(known.of("team", "north")) == "team north"
    with pytest.raises(UsageError, match="nobody in the store has the pseudonym"):
        known.real(known.of("agent", "lee"))


def test_pseudonyms_of_customers_are_looked_up_together_and_once() -> None:
    asked: list[set[str]] = []

    def find(pseudonyms: Pseudonyms, wanted: Collection[str]) -> dict[str, str]:
        asked.append(set(wanted))
        return {pseudonyms.make("customer", one): one for one in ("c1", "c2")}

    known = names(find_customers=find)
    typed = [str(known.of("customer", one)) for one in ("c1", "c2")]
    known.look_up([*typed, "c3", "agent-0123456789abcdef"])
    with pytest.raises(UsageError) as caught, known.in_errors():
        ids = [known.real(one, "customer") for one in (*typed, "c3")]
        raise UsageError(f"{ids} cannot be traced")
    assert asked == [set(typed)] and ids == ["c1", "c2", "c3"]
    assert str(caught.value) == f"{[*typed, known.of('customer', 'c3')]} cannot be traced"


def test_errors_quote_no_id_and_no_line() -> None:
    known = names("f.arceneau")
    known.real("f.arcenau")
    with pytest.raises(UsageError) as caught, known.in_errors():
        raise UsageError("the store has no night of f.arcenau", "Did you mean f.arceneau? Is the id right?")
    assert "arcen" not in caught.value.message + caught.value.hint and "Is the id right?" in caught.value.hint
    with pytest.raises(EngineError) as failed, known.in_errors():
        raise EngineError("visits.visits: can't cast 'C-1'", "", "can't cast 'C-1'")
    assert failed.value.message == "visits.visits: (not shown)"
    said = in_known_sentences("a.csv has no header: its first line is data (kim, C-1)", lambda _kind, one: one)
    assert said == "a.csv has no header: its first line is data"


def test_statements_are_not_written_where_names_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONLOOKER_SQL", "somewhere")
    with pytest.raises(UsageError, match="ONLOOKER_SQL"):
        names()


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """A store that nobody scanned, with cases of kim.0000 to kim.0003 about C-77001."""
    place = tmp_path_factory.mktemp("few")
    store_with(place / "store", {}, 4)
    with Store.open(place / "store", "write") as store:
        store.start_run("s", "1")
        store.finish_run("s", {"settings": {"privacy": "pseudonyms", "pseudonym_key": None}})
    return Said(place, {"ONLOOKER_STORE": str(place / "store")})


def test_commands_go_by_the_last_run_of_the_store_whatever_the_caller_sets(said: Said) -> None:
    listed = [said("cases", "list", "--json", "--all"), said("today"), said("export", "--format", "csv")]
    own = Said(said.place, {**said.variables, "ONLOOKER_PRIVACY": "open"})
    listed += [own("cases", "list"), own("cases", "show", "kim.0001")]
    assert [text for text in listed if "kim" in text] == []
    assert all("agent-" in text for text in listed)


def test_every_command_and_python_take_the_settings_file_of_the_environment(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    (said.place / "other.toml").write_text('vendors = ["acme"]\n')
    own = Said(said.place, {**said.variables, "ONLOOKER_CONFIG": "other.toml"})
    for words in (("cases", "list"), ("today",), ("exposure", "kim.0001"), ("export", "--format", "csv")):
        assert "does not know the vendor of its agents" in own(*words)
    monkeypatch.setenv("ONLOOKER_CONFIG", str(said.place / "other.toml"))
    with pytest.raises(UsageError, match="the vendor of its agents"):
        onlooker.Store(said.place / "store").cases()


def test_an_error_in_python_names_nobody_whose_case_was_asked_for(said: Said) -> None:
    store = onlooker.Store(said.place / "store")
    with pytest.raises(UsageError, match=r"there is no case agent-[0-9a-f]{16}$"):
        store.case("lee.0001")


def test_a_case_that_two_people_revealed_is_named_where_it_is_shown(said: Said) -> None:
    (case,) = (one for one in json.loads(said("cases", "list", "--json"))["cases"][:1])
    assert "no case" in said("cases", "reveal", "kim.9", "--reason", "r", "--second", "ben", "--as", "ana")
    assert "somebody else" in said("cases", "reveal", case["id"], "--reason", "r", "--second", "ana", "--as", "ana")
    assert "needs a reason" in said("cases", "reveal", case["id"], "--reason", " ", "--second", "ben", "--as", "ana")
    assert "kim" not in said("cases", "show", case["id"])
    said("cases", "reveal", case["agent_id"], "--reason", "asked by HR", "--second", "ben", "--as", "ana")
    shown = said("cases", "show", case["id"])
    assert f"{case['agent_id']} is kim." in shown and "C-77001" in shown and "by ana and ben: asked by HR" in shown
    assert "kim" not in said("cases", "list") + said("history", "show")
    assert "case revealed" in said("history", "show")


def test_a_store_may_not_lie_in_the_folder_that_shows_no_names(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("timestamp,agent_id,customer_id\n2026-01-05T09:00:00Z,kim,c1\n")
    here = Said(tmp_path, {"ONLOOKER_PRIVACY": "pseudonyms"})
    assert "may not lie in out" in here("scan", "log.csv", "--out", "out", "--store", "out/inside")
    assert not (tmp_path / "out").exists()
    assert "pseudonyms need a key" in here("scan", "log.csv", "--out", "out")


def test_scores_do_not_say_that_somebody_of_a_sealed_case_was_alerted_on() -> None:
    rows = pa.table({"agent_id": ["kim", "lee", "kim"], "alerted": [True, True, False]})
    assert without_sealed(rows, {"kim"})["alerted"].to_pylist() == [False, True, False]
    assert without_sealed(rows, ()) is rows
    strict = Names(Pseudonyms(KEY), "strict", find_alerted=lambda: frozenset({"kim", "lee"}))
    assert without_unalerted(strict, run(), (), rows, {"kim"})[1]["agent_id"].to_pylist() == ["lee"]


def test_a_look_up_needs_a_reason_where_privacy_is_strict_and_work_on_cases_needs_none() -> None:
    strict = Names(Pseudonyms(KEY), "strict")
    for what in ("explain", "exposure", "trace", "access", "person shown"):
        with pytest.raises(UsageError, match="a look-up needs a reason"):
            must_have_reason(strict, what, " ")
        must_have_reason(strict, what, "a request")
        must_have_reason(names(), what, "")
    for what in ("today", "cases listed", "case shown", "history shown"):
        must_have_reason(strict, what, "")


def test_where_a_case_is_sealed_from_who_looks_it_is_as_if_there_were_no_alert() -> None:
    strict = Names(Pseudonyms(KEY), "strict", find_alerted=lambda: frozenset({"kim"}))
    must_be_alerted_on(strict, "explain", "kim", sealed=False)
    for who, sealed in (("kim", True), ("lee", False)):
        with pytest.raises(UsageError, match="scores of people without one are not shown"):
            must_be_alerted_on(strict, "explain", who, sealed=sealed)
    look = Look(None, replace(strict, revealed=frozenset({"kim"})), True, "ana", "kim", sealed=True)  # type: ignore[arg-type]
    assert "kim" not in str(look.shown({"agent_id": "kim"}))
    assert replace(look, sealed=False).shown({"agent_id": "kim"}) == {"agent_id": "kim"}


def test_a_login_that_looks_like_a_pseudonym_is_hidden_as_any_other() -> None:
    invented, taken = "customer-dead00000000beef", Pseudonyms(KEY).of("agent", "kim")
    assert names().of("customer", invented) != invented
    both = names("kim", str(taken))
    assert both.of("agent", "kim") == taken
    assert both.of("agent", str(taken)) != taken
    with pytest.raises(UsageError, match="the login of one agent and the pseudonym of another"):
        both.real(str(taken))


@pytest.mark.parametrize("who", ["kim", "o'hara", "Müller, Eva", "dom:login"])
def test_an_error_names_nobody_whose_pseudonym_was_typed_nor_does_where_it_came_from(who: str) -> None:
    known = names(who)
    with pytest.raises(UsageError) as caught, known.in_errors():
        real = known.real(str(known.of("agent", who)))
        try:
            raise KeyError(real)
        except KeyError as cause:
            raise UsageError(f"there is no case {real}", f"Is {real} right?") from cause
    told = "".join(traceback.format_exception(caught.value))
    assert str(caught.value) == f"there is no case {known.of('agent', who)}"
    assert who not in told and who not in repr(caught.value) and who not in caught.value.hint


def test_words_of_sentences_that_are_logins_too_stay_words() -> None:
    known = names("a", "low", "agent", "visits", "kim")
    assert known.text("19 visits without a ticket; confidence is low; the agent kim") == (
        f"19 visits without a ticket; confidence is low; the agent {known.of('agent', 'kim')}"
    )


def test_names_of_columns_are_no_ids() -> None:
    mapping = {"agent_id": "user_name", "customer_id": "account", "ticket_id": "case"}
    assert names("kim").shown({"mapping": mapping, "notes": ["user_name is read as the agent"]})["mapping"] == mapping


def test_a_look_takes_the_key_of_the_last_run_and_refuses_another(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store", "write", create=True) as store:
        store.start_run("run-1", "1")
        store.finish_run("run-1", {"settings": {"privacy": "pseudonyms", "pseudonym_key": "env:ONE"}})
        with pytest.raises(UsageError, match="another key"):
            names_in_store(store, "pseudonyms", "env:OTHER")
