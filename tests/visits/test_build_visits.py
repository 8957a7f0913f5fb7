"""Visits and why the agent could have been there, on logs small enough to read."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.errors import EngineError
from onlooker.features import build_event_days
from onlooker.schema.tables import EVENTS, VISITS
from onlooker.visits.build_visits import build_visits

DAY, MINUTE = 86_400_000_000, 60_000_000
EARLY, LATER = 20, 25
"""Days past the first 14 of a log that begins on day 0."""


@dataclass(frozen=True)
class Seen:
    """One log line."""

    agent: str
    customer: str | None
    day: int
    minute: int = 600
    action: str = "view"
    ticket: str | None = None
    actor: str | None = None


def text(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def load(engine: DuckEngine, events: Sequence[Seen]) -> None:
    """Make the table `events`."""
    lines = ", ".join(
        f"({e.day * DAY + e.minute * MINUTE}, {text(e.agent)}, {text(e.customer)}, {text(e.action)}, {e.day}, "
        f"{e.minute // 60}, {text(e.ticket)}, {text(e.actor)})"
        for e in events
    )
    given = ("us", "agent_id", "customer_id", "action", "day", "hour", "ticket_id", "actor_type")
    columns = ", ".join(
        f"CAST({column.name if column.name in given else 'NULL'} AS {column.type}) AS {column.name}"
        for column in EVENTS.columns
    )
    engine.table("events", f"SELECT {columns} FROM (VALUES {lines}) v({', '.join(given)})")
    build_event_days(engine)


@pytest.fixture
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(memory="500MB", threads=1) as opened:
        yield opened


def explained(engine: DuckEngine, *events: Seen) -> dict[tuple[str, str, int], str]:
    """The explanation of each visit."""
    load(engine, events)
    build_visits(engine, 0)
    rows = engine.rows("SELECT agent_id, customer_id, day, explanation FROM visits")
    return {(agent, customer, day): why for agent, customer, day, why in rows}


def test_tables_that_are_spent_go_and_the_visits_are_the_same(engine: DuckEngine) -> None:
    seen = [Seen("ann", "c1", EARLY), Seen("bob", "c1", EARLY, 700, "edit"), Seen("ann", "c1", LATER)]
    expected = explained(engine, *seen)
    load(engine, seen)
    build_visits(engine, 0, spent=("events",))
    rows = engine.rows("SELECT agent_id, customer_id, day, explanation FROM visits")
    assert {(agent, customer, day): why for agent, customer, day, why in rows} == expected
    with pytest.raises(EngineError):
        engine.columns("events")


def test_one_visit_per_agent_customer_and_day(engine: DuckEngine) -> None:
    load(
        engine,
        [Seen("ann", "c1", EARLY, 600), Seen("ann", "c1", EARLY, 640, "edit"), Seen("ann", "c1", EARLY, 630, "reveal"),
         Seen("ann", "c1", LATER), Seen("ann", "c2", EARLY), Seen("bob", "c1", EARLY, 700, "export")],
    )  # fmt: skip
    build_visits(engine, 0)
    assert engine.columns("visits") == VISITS.names
    rows = engine.rows(
        "SELECT agent_id, customer_id, day, first_us // 60000000 % 1440, last_us // 60000000 % 1440, hour, events, "
        "edits, exports, reveals, own_gap, any_gap, colleagues FROM visits ORDER BY ALL"
    )
    assert rows == [
        ("ann", "c1", EARLY, 600, 640, 10, 3, 1, 0, 1, None, None, 1),
        ("ann", "c1", LATER, 600, 600, 10, 1, 0, 0, 0, 5, 5, 0),
        ("ann", "c2", EARLY, 600, 600, 10, 1, 0, 0, 0, None, None, 0),
        ("bob", "c1", EARLY, 700, 700, 11, 1, 0, 1, 0, None, None, 1),
    ]


@pytest.mark.parametrize("action", ["search", "list"])
def test_searches_and_lists_open_no_record(engine: DuckEngine, action: str) -> None:
    found = explained(engine, Seen("ann", "c1", EARLY, action=action), Seen("ann", None, EARLY, action="export"),
                      Seen("ann", "c2", EARLY))  # fmt: skip
    assert set(found) == {("ann", "c2", EARLY)}


def test_a_ticket_explains_its_customers_until_it_covers_too_many(engine: DuckEngine) -> None:
    three = [Seen("ann", f"c{i}", EARLY, ticket="T1") for i in range(3)]
    assert set(explained(engine, *three).values()) == {"ticket"}
    four = [*three, Seen("ann", "c9", EARLY, ticket="T1")]
    assert set(explained(engine, *four).values()) == {"mismatch"}


def test_a_ticket_is_judged_by_what_it_covered_by_then(engine: DuckEngine) -> None:
    """Looking back only: a later misuse of its ticket takes nothing from an earlier visit."""
    found = explained(engine, Seen("ann", "c0", EARLY, ticket="T1"),
                      *(Seen("bob", f"c{i}", LATER, ticket="T1") for i in range(1, 5)))  # fmt: skip
    assert found["ann", "c0", EARLY] == "ticket"
    assert {found["bob", f"c{i}", LATER] for i in range(1, 5)} == {"mismatch"}


def test_a_ticket_that_lasts_keeps_its_customers(engine: DuckEngine) -> None:
    """Four customers met under one ticket again and again, for longer than the look-back."""
    days = range(EARLY, EARLY + 120, 40)
    found = explained(engine, *(Seen("ann", f"c{i}", day, ticket="T1") for i in range(4) for day in days))
    assert set(found.values()) == {"mismatch"}


@pytest.mark.parametrize(("later", "why"), [(84, "mismatch"), (85, "ticket")])
def test_a_ticket_s_customers_are_forgotten_after_84_days(engine: DuckEngine, later: int, why: str) -> None:
    before = [Seen("ann", f"c{i}", EARLY, ticket="T1") for i in range(3)]
    found = explained(engine, *before, Seen("bob", "c9", EARLY + later, ticket="T1"))
    assert found["bob", "c9", EARLY + later] == why


@pytest.mark.parametrize(("blanket", "own"), [("A", "B"), ("B", "A")])
@pytest.mark.parametrize(("first", "why"), [("blanket", "mismatch"), ("own", "ticket")])
def test_of_several_tickets_the_one_shown_first_counts_whatever_they_are_called(
    engine: DuckEngine, blanket: str, own: str, first: str, why: str
) -> None:
    many = [Seen("ann", f"c{i}", EARLY, ticket=blanket) for i in range(4)]
    shown = [blanket, own] if first == "blanket" else [own, blanket]
    both = [Seen("ann", "c9", LATER, 600 + turn, ticket=ticket) for turn, ticket in enumerate(shown)]
    found = explained(engine, *many, *reversed(both))
    assert found["ann", "c9", LATER] == why
    assert engine.rows("SELECT ticket_id FROM visits WHERE customer_id = 'c9'") == [(shown[0],)]


@pytest.mark.parametrize("typed", ["", "n/a", "N/A", "0", "test", "none"])
def test_what_is_typed_when_there_is_no_ticket_is_no_ticket(engine: DuckEngine, typed: str) -> None:
    assert explained(engine, Seen("ann", "c1", EARLY, ticket=typed)) == {("ann", "c1", EARLY): "unexplained"}


@pytest.mark.parametrize(("later", "why"), [(EARLY + 14, "continued"), (EARLY + 15, "unexplained")])
def test_own_work_explains_14_days(engine: DuckEngine, later: int, why: str) -> None:
    found = explained(engine, Seen("ann", "c1", EARLY, action="edit"), Seen("ann", "c1", later))
    assert found["ann", "c1", later] == why


@pytest.mark.parametrize(("later", "why"), [(EARLY, "shared"), (EARLY + 14, "shared"), (EARLY + 15, "unexplained")])
def test_a_colleague_s_work_explains_that_day_and_14_more(engine: DuckEngine, later: int, why: str) -> None:
    found = explained(engine, Seen("bob", "c1", EARLY, action="edit"), Seen("ann", "c1", later))
    assert found["ann", "c1", later] == why


def test_a_colleague_s_ticket_explains_too(engine: DuckEngine) -> None:
    found = explained(engine, Seen("bob", "c1", EARLY, ticket="T7"), Seen("ann", "c1", LATER))
    assert found["ann", "c1", LATER] == "shared"


def test_work_that_comes_later_explains_nothing(engine: DuckEngine) -> None:
    found = explained(engine, Seen("ann", "c1", EARLY), Seen("ann", "c1", LATER, action="edit"),
                      Seen("bob", "c1", LATER, action="edit"))  # fmt: skip
    assert found["ann", "c1", EARLY] == "unexplained"


@pytest.mark.parametrize(
    ("minutes", "action", "why"),
    [((600, 601), "view", "worked"), ((600, 600), "view", "unexplained"), ((600,), "edit", "worked")],
)
def test_an_edit_or_two_minutes_of_activity_are_work(
    engine: DuckEngine, minutes: Sequence[int], action: str, why: str
) -> None:
    found = explained(engine, *(Seen("ann", "c1", EARLY, minute, action) for minute in minutes))
    assert found == {("ann", "c1", EARLY): why}


@pytest.mark.parametrize(("day", "why"), [(0, "unknown"), (13, "unknown"), (14, "unexplained")])
def test_in_the_first_14_days_of_a_log_it_is_too_early_to_tell(engine: DuckEngine, day: int, why: str) -> None:
    assert explained(engine, Seen("ann", "c1", day)) == {("ann", "c1", day): why}


def test_members_of_a_ring_do_not_excuse_each_other(engine: DuckEngine) -> None:
    """Three agents glance at the same customers, on the same day and on following days."""
    found = explained(
        engine,
        *(
            Seen(agent, f"c{i}", EARLY + days)
            for agent in ("ann", "bob", "cem")
            for i in range(4)
            for days in (0, 1, 6)
        ),
    )
    assert set(found.values()) == {"unexplained"}


def test_own_glances_do_not_add_up_to_a_reason(engine: DuckEngine) -> None:
    found = explained(engine, *(Seen("ann", "c1", day) for day in range(EARLY, EARLY + 8)))
    assert set(found.values()) == {"unexplained"}


def busy_log(days: int) -> list[Seen]:
    """Seven agents and forty customers; some tickets are worn out, some visits are work."""
    rng = random.Random(5)
    log = []
    for day in range(days):
        for _ in range(15):
            agent, customer = f"agent{rng.randrange(7)}", f"c{rng.randrange(25)}"
            ticket = rng.choice([None, None, f"T{rng.randrange(9)}", f"T{customer}", "n/a"])
            first = rng.randrange(480, 1000)
            log += [
                Seen(agent, customer, day, first + step, rng.choice(["view", "view", "view", "edit"]), ticket)
                for step in range(rng.choice([1, 1, 2]))
            ]
    return log


@pytest.mark.parametrize("days", [60, 100])
def test_night_by_night_equals_all_at_once(engine: DuckEngine, days: int) -> None:
    log, known = busy_log(days), days - 5
    everything = f"SELECT {', '.join(VISITS.names)} FROM visits ORDER BY agent_id, customer_id, day"
    load(engine, log)
    build_visits(engine, 0)
    at_once = engine.rows(everything)
    assert {row[-1] for row in at_once} >= {"ticket", "mismatch", "continued", "shared", "unknown"}

    load(engine, [e for e in log if e.day < known])
    build_visits(engine, 0)
    engine.table("nights", "SELECT * FROM visits")
    for day in range(known, days):
        load(engine, [e for e in log if e.day == day])
        build_visits(engine, 0, past="nights", since=day)
        assert engine.rows(f"SELECT count(*) FROM visits WHERE day <> {day}") == [(0,)]
        engine.table("more", "SELECT * FROM nights UNION ALL SELECT * FROM visits")
        engine.table("nights", "SELECT * FROM more")
    assert engine.rows(everything.replace("FROM visits", "FROM nights")) == at_once


def test_visits_kept_in_parts_get_the_explanations_of_a_whole(
    engine: DuckEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(engine, busy_log(60))
    build_visits(engine, 0)
    ordered = "SELECT * FROM visits ORDER BY agent_id, customer_id, day"
    whole = engine.rows(ordered)
    monkeypatch.setattr("onlooker.engines.duck.ROW_BYTES", 2.5 * engine._memory_bytes() / len(busy_log(60)))
    monkeypatch.setattr("onlooker.engines.day_spans.TOGETHER", 50)
    build_visits(engine, 0)
    assert len(list(engine.folder.glob("visits-*.parquet"))) == 3
    assert engine.rows(ordered) == whole


def bot(customer: str, day: int, ticket: str | None = None, action: str = "edit", minute: int = 500) -> Seen:
    """A line of an AI agent."""
    return Seen("bot", customer, day, minute, action, ticket, "ai")


@pytest.mark.parametrize("later", [EARLY, LATER])
def test_a_machine_s_work_explains_nothing_to_people(engine: DuckEngine, later: int) -> None:
    found = explained(engine, bot("c1", EARLY), bot("c1", later, minute=550), Seen("ann", "c1", later))
    assert found["ann", "c1", later] == "unexplained"
    assert found["bot", "c1", LATER if later == LATER else EARLY] in {"worked", "continued"}
    ((colleagues, recent, gap),) = engine.rows(
        "SELECT colleagues, recent_colleagues, any_gap FROM visits WHERE agent_id = 'ann'"
    )
    assert (colleagues, recent, gap) == (0, 0, None), "nor is the customer in anybody's work"


def test_a_person_who_shows_the_machine_s_ticket_is_explained_by_it(engine: DuckEngine) -> None:
    found = explained(engine, bot("c1", EARLY, "T1"), Seen("ann", "c1", EARLY, ticket="T1"))
    assert found["ann", "c1", EARLY] == "ticket"


def test_people_s_work_explains_to_machines_and_people_as_ever(engine: DuckEngine) -> None:
    found = explained(engine, bot("c1", EARLY, action="view"), Seen("ann", "c1", EARLY, action="edit"),
                      Seen("bob", "c1", EARLY), bot("c1", LATER, action="view"))  # fmt: skip
    assert found["bot", "c1", EARLY] == found["bot", "c1", LATER] == found["bob", "c1", EARLY] == "shared"
    rows = engine.rows("SELECT agent_id, day, colleagues, recent_colleagues, any_gap FROM visits ORDER BY ALL")
    assert rows == [
        ("ann", EARLY, 1, 0, None), ("bob", EARLY, 1, 0, None), ("bot", EARLY, 2, 0, None), ("bot", LATER, 0, 2, 5),
    ]  # fmt: skip


def test_an_account_round_the_clock_is_a_machine_where_nobody_says_what_it_is(engine: DuckEngine) -> None:
    sync = [Seen("sync", f"c{hour}", EARLY, 60 * hour, "edit") for hour in range(20)]
    assert explained(engine, *sync, Seen("ann", "c3", EARLY))["ann", "c3", EARLY] == "unexplained"
    assert explained(engine, *sync[1:], Seen("ann", "c3", EARLY))["ann", "c3", EARLY] == "shared"


def test_nights_one_by_one_know_machines_of_before(engine: DuckEngine) -> None:
    log = [bot("c1", EARLY), Seen("ann", "c1", EARLY + 1), bot("c1", EARLY + 2), Seen("ann", "c1", EARLY + 3)]
    everything = f"SELECT {', '.join(VISITS.names)} FROM visits ORDER BY agent_id, customer_id, day"
    load(engine, log)
    build_visits(engine, 0)
    at_once = engine.rows(everything)
    load(engine, log[:3])
    build_visits(engine, 0)
    engine.table("nights", "SELECT * FROM visits")
    load(engine, log[3:])
    build_visits(engine, 0, past="nights", since=EARLY + 3)
    assert engine.rows(everything) == [row for row in at_once if row[2] == EARLY + 3]
