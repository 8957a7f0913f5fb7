"""An erasure takes an id out of the fields that hold ids, and out of sentences; keys and vocabularies stay."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from tests.store.days import FIRST, alert, reason, scan

from onlooker.cases import CaseDesk, Scope, case_records, gather
from onlooker.cases.case_tables import READERS
from onlooker.ingest.lost_by_agent import LostLines
from onlooker.schema import findings
from onlooker.store import Commit, Store
from onlooker.store.personal_fields import IDS, RECORDS, SENTENCES

RECORDED = (
    findings.Alert, findings.RoleNote, findings.Run, findings.InputFile, findings.GroupRate, findings.Reason,
    findings.VisitToSee,
    case_records.Case, case_records.Note, case_records.Verdict, case_records.Suppression, case_records.Explanation,
    case_records.Reveal, case_records.Scope, LostLines,
)  # fmt: skip
NOBODY = {
    "id", "kind", "pattern", "lost_lines", "files", "products", "case_state", "since",
    "queue", "table", "suggestion", "role_review",
    "date", "severity", "confidence", "kinds", "actor_type", "team", "teams", "site", "signal", "signals",
    "first_seen", "last_seen", "explanation", "state", "opened", "raised", "alerts", "days", "unexplained", "at",
    "what", "first", "last", "until", "ended", "ended_on", "made_on",
    "case_id", "scope", "verdict", "revealed", "version", "started", "config_hash",
    "settings",
    "inputs", "mapping", "timezone", "counts", "rejects_by_reason", "first_date", "last_date", "last_night", "fairness",
    "learned", "stages", "sha256", "format", "compression", "encoding", "by", "group", "reasons", "visits",
}  # fmt: skip
"""Fields with texts that name nobody: dates, hashes, vocabularies, and records of their own."""


def has_text(hint: Any) -> bool:
    return hint is str or hint is Any or is_dataclass(hint) or any(has_text(part) for part in get_args(hint))


def text_fields() -> Iterator[tuple[str, str]]:
    for record in RECORDED:
        hints = get_type_hints(record)
        yield from ((record.__name__, field.name) for field in fields(record) if has_text(hints[field.name]))


@pytest.mark.parametrize(("record", "field"), [*text_fields()])
def test_every_field_with_text_is_known_to_hold_ids_or_sentences_or_nobody(record, field):
    """Whoever adds a field says here whether it can name a person: an erasure goes by it."""
    known = [field in IDS["customer"], field in IDS["agent"], field in SENTENCES, field in NOBODY]
    assert known.count(True) == 1, f"{record}.{field}"


@pytest.fixture
def full(place):
    """A store with an alert, a closed and an open case, an explanation, a suppression and look-ups."""
    scan(place, range(FIRST, FIRST + 3))
    seen = {"customer_id": "C00078", "date": "2026-02-16", "first_seen": "", "last_seen": "", "events": 1,
            "explanation": "unexplained", "why": "the agent C00078 met was agent-5", "asserted_by": ""}  # fmt: skip
    about = alert(FIRST, "agent-5", visits=[seen], reasons=[reason()], kinds=["glances"])
    with Store.open(place, "write") as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            work.commit(Commit(alerts=(about,)), lambda db: gather(db, [about, *store.alerts()], "2026-02-16T04:00:00"))
        desk = CaseDesk(store)
        desk.close(desk.cases(agent="agent-5")[0].id, "benign", "ana", "high season for the agent")
        desk.suppress(Scope(agents=("agent-7",)), "2027-01-10", "ana", "moved", second="bo")
        store.record("explain", {"agent": "agent-5", "date": None}, "the customer complained", who="ana")
        store.record("trace", {"customers": ["C00077", "C00078"]}, "high time", who="ana")
    return place


def everything(store: Store) -> dict[str, list[Any]]:
    kept = {table: store.db.execute(f"SELECT {column} FROM {table}").fetchall() for table, _, column in RECORDS}
    texts = "SELECT seq, salt, text FROM history_texts JOIN history USING (seq) WHERE what <> 'forget' ORDER BY seq"
    return kept | {"texts": store.db.execute(texts).fetchall()}


def words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from words(part)
    elif isinstance(value, list):
        for part in value:
            yield from words(part)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.full)])
def test_a_word_that_is_a_key_or_a_value_of_the_records_erases_nothing(full, every):
    with Store.open(full, "write") as store:
        before = everything(store)
        found = {word for rows in before.values() for row in rows for word in words(json.loads(row[-1]))}
        ids = (
            {row[0] for row in store.db.execute("SELECT agent_id FROM alerts")}
            | {"C00077", "C00078", "ana", "bo"}
            | {"onlooker"}
        )
        tried = {word for word in found if word and " " not in word} - ids - {"agent-7"}
        assert {"agent_id", "reasons", "high", "agent", "format", "medium", "glances"} < tried
        for word in sorted(tried | {"customer", "season", "names.signals"})[:: 1 if every else 12]:
            for kind in ("customer", "agent"):
                done = store.forget(kind, word, "dora", "asked for it")
                assert not done.found, (kind, word)
                assert everything(store) == before, (kind, word)
        assert store.verify(readers=READERS) == ()


def test_a_plain_word_in_sentences_is_left_and_told_unless_asked_for(full):
    with Store.open(full, "write") as store:
        done = store.forget("customer", "season", "dora", "asked for it")
        assert (done.found, done.left) == (False, 5)  # the case, its verdict, the explanation, two lines of history
        asked = store.forget("customer", "season", "dora", "asked for it", sentences=True)
        assert asked.records and asked.texts and not asked.left
        assert CaseDesk(store).explanations()[0].reason == "high (erased) for the agent"
        assert store.verify(readers=READERS) == ()


def test_ids_of_a_customer_and_of_an_agent_that_are_spelled_alike_are_two(full):
    with Store.open(full, "write") as store:
        store.record("explain", {"agent": "C00078"}, "spelled as a customer", who="ana")
        before = len(store.history())
        store.forget("customer", "C00078", "dora", "asked for it")
        entries = store.history()
        assert [entry.about for entry in entries if entry.what == "explain"][-1] == {"agent": "C00078"}
        assert [entry.erased for entry in entries if entry.what == "trace"] == [True]
        assert len(entries) == before + 1
        (case,) = CaseDesk(store).cases(None, "agent-5")
        (kept,) = store.alerts(case=case.id)
        assert kept.record["visits"][0] | {"events": 1} == kept.record["visits"][0]
        assert kept.record["visits"][0]["customer_id"] == "(erased)"
        assert kept.record["visits"][0]["why"] == "the agent (erased) met was agent-5"
        assert kept.record["agent_id"] == "agent-5"


def test_an_agent_that_is_called_like_a_key_is_erased_and_keys_stay(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place, "write") as store:
        store.start_run("r", "1")
        named = [alert(FIRST, name, reasons=[reason(agent_id=name)]) for name in ("reasons", "agent_id", "high")]
        with store.begin("r") as work:
            work.commit(Commit(alerts=tuple(named)), lambda db: gather(db, named, "2026-02-16T04:00:00"))
        for name in ("reasons", "agent_id", "high"):
            assert store.forget("agent", name, "dora", "asked for it").found
        assert store.verify(readers=READERS) == ()
        assert {case.agent_id for case in CaseDesk(store).cases()} == {"(erased)"}
        assert {one.record["severity"] for one in store.alerts()} == {"high"}
        assert {part["agent_id"] for one in store.alerts() for part in one.record["reasons"]} == {"(erased)"}


def test_a_name_that_is_not_ascii_is_erased_however_json_spells_it(place):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place, "write") as store:
        store.start_run("r", "1")
        store.finish_run("r", {"notes": ["Zoë.K's log was cut"]})
        store.record("explain", {"agent": "Zoë.K"}, who="ana")
        assert store.forget("agent", "Zoë.K", "dora", "asked for it").found
        assert store.runs()[0].record == {"notes": ["(erased)'s log was cut"]}


def test_a_record_that_no_command_could_read_is_found(full):
    with Store.open(full, "write") as store:
        with store.deciding() as db:
            db.execute(
                "UPDATE alerts SET record = replace(record, '\"reasons\"', '\"grounds\"') WHERE agent_id = 'agent-5'"
            )
        assert store.verify() == ()
        (fault,) = store.verify(readers=READERS)
        assert f"the record alert-agent-5-{FIRST} of alerts can't be read (KeyError: 'reasons')" in fault.text
        store.db.execute("UPDATE nights SET record = '[1' WHERE day = ?", (FIRST,))
        assert any("of nights can't be read" in fault.text for fault in store.verify())
