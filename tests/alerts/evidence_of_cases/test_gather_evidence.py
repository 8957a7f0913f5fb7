"""What the pages of cases are drawn from: counted here by hand from a small table of visits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pytest
from tests.report.factories import REASONS, make_alert

from onlooker.alerts.evidence_of_cases import Sources, gather_evidence
from onlooker.alerts.evidence_of_cases.visits_of_cases import MOST_VISITS
from onlooker.engines.duck import DuckEngine
from onlooker.schema.case_evidence import CaseEvidence, SharedCustomers
from onlooker.schema.days import day_of, iso
from onlooker.schema.findings import Alert

NIGHT = day_of("2026-11-20")
HOUR, DAY = 3_600_000_000, 86_400_000_000
COLLEAGUES = [f"colleague {n}" for n in range(6)]
UNEXPLAINED = replace(REASONS[1], signal="unexplained", horizon=7)


def visit(agent: str, customer: str, day: int, explanation: str = "ticket", hour: int = 9) -> dict[str, object]:
    """A visit ten minutes after a full hour where the clock is two hours ahead of UTC."""
    us = day * DAY + (hour - 2) * HOUR + 600_000_000
    return {"agent_id": agent, "customer_id": customer, "day": day, "first_us": us, "last_us": us + 2 * HOUR // 3600,
            "hour": hour, "events": 1, "explanation": explanation}  # fmt: skip


VISITS = [
    *(visit("kim", f"k{n}", NIGHT, "unexplained") for n in range(4)),
    *(visit("kim", f"k{n}", NIGHT - n, "ticket", 10) for n in range(1, 60)),
    visit("lee", "k0", NIGHT, "mismatch"),
    visit("lee", "k5", NIGHT - 1),
    visit("max", "k1", NIGHT, "unexplained"),
    *(visit(one, f"k{n}", NIGHT, "unexplained") for one in COLLEAGUES for n in range(3)),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(memory="500MB", threads=1) as opened:
        opened.take("visits", pa.Table.from_pylist(VISITS))
        people = [("kim", 40), ("lee", 5), ("max", 1), *((one, n) for n, one in enumerate(COLLEAGUES))]
        days = [
            {"agent_id": who, "day": NIGHT - n, "queue": "cards", "site": "a", "actor_type": None, "hours": 8,
             "customers": seen, "unexplained": seen // 2}
            for who, seen in people for n in range(3)
        ]  # fmt: skip
        opened.take("agent_days", pa.Table.from_pylist(days))
        yield opened


def sources(scores: pa.Table | None = None) -> Sources:
    return Sources(lambda _: "visits", lambda _: "agent_days", lambda *_: scores)


def alert(agent: str, **changes: object) -> Alert:
    return make_alert(agent, id=f"id of {agent}", **{"reasons": (UNEXPLAINED,)} | changes)


def of(found: tuple[CaseEvidence, ...], agent: str) -> CaseEvidence:
    (one,) = [each for each in found if each.agent_id == agent]
    return one


def test_the_days_of_a_case_begin_with_those_that_its_first_alert_looks_at(engine: DuckEngine) -> None:
    kim = of(gather_evidence(engine, sources(), [alert("kim")]), "kim")
    assert (kim.signal, kim.first, kim.last) == ("unexplained", iso(NIGHT - 6), iso(NIGHT))
    assert (kim.visits_in_all, kim.customers_in_all) == (10, 7)  # 4 on the night; 6 before it, 3 of them to the same
    assert [one.explanation for one in kim.visits] == ["unexplained"] * 4 + ["ticket"] * 6
    assert [one.date for one in kim.visits[4:]] == [iso(NIGHT - n) for n in range(1, 7)]
    assert kim.counted == tuple((iso(NIGHT - n), 20) for n in (2, 1, 0))


def test_every_explanation_is_counted_by_day_before_the_case_as_well(engine: DuckEngine) -> None:
    kim = of(gather_evidence(engine, sources(), [alert("kim")]), "kim")
    assert kim.explained[-1] == (iso(NIGHT), "unexplained", 4)
    assert len(kim.explained) == 60 and kim.explained[0] == (iso(NIGHT - 59), "ticket", 1)
    assert kim.offsets[iso(NIGHT)] == 2 * HOUR


def test_colleagues_are_counted_and_not_named(engine: DuckEngine) -> None:
    kim = of(gather_evidence(engine, sources(), [alert("kim")]), "kim")
    assert kim.place is not None
    assert (kim.place.queue, kim.place.own) == ("queue cards", 20.0)
    assert kim.place.others == (0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 2.0)
    assert not [who for who in (*COLLEAGUES, "lee", "max") if who in repr(kim)]


def test_customers_are_shared_with_others_who_were_alerted_on_and_not_with_anybody_else(engine: DuckEngine) -> None:
    found = gather_evidence(engine, sources(), [alert("kim"), alert("lee"), alert("max", verdict="benign")])
    assert of(found, "kim").shared == (SharedCustomers("lee", "", 2, 1),)
    assert of(found, "max").shared == (SharedCustomers("kim", "", 1, 1),)


def test_of_many_visits_the_first_are_shown_and_all_are_counted(engine: DuckEngine) -> None:
    many = [visit("kim", f"c{n}", NIGHT, "worked") for n in range(MOST_VISITS + 30)]
    engine.take("many_visits", pa.Table.from_pylist(many))
    given = Sources(lambda _: "many_visits", lambda _: "agent_days", lambda *_: None)
    kim = of(gather_evidence(engine, given, [alert("kim")]), "kim")
    assert (len(kim.visits), kim.visits_in_all) == (MOST_VISITS, MOST_VISITS + 30)


def test_a_team_has_its_members_signals_and_their_visits(engine: DuckEngine) -> None:
    reasons = tuple(replace(REASONS[0], signal="ring", horizon=28, agent_id=who) for who in ("kim", "lee"))
    ring = make_alert("team x", kind="ring", reasons=reasons)
    scores = pa.table({
        "agent_id": ["kim", "kim", "lee", "kim"], "day": [NIGHT, NIGHT - 1, NIGHT, NIGHT + 1],
        "evidence": [9.0] * 4, "customers": [1.0, 3.0, 1.0, 50.0], "unexplained": [4.0, 6.0, 3.0, 50.0],
    })  # fmt: skip
    found = of(gather_evidence(engine, sources(scores), [ring]), "team x")
    assert found.signals == ("unexplained", "customers")
    assert [(one.agent_id, one.days, one.evidence) for one in found.members] == [
        ("kim", 2, (5.0, 2.0)),
        ("lee", 1, (3.0, 1.0)),
    ]
    assert {one.agent_id for one in found.visits} == {"kim", "lee"} and not found.place


def test_a_pattern_is_drawn_by_the_count_that_it_is_about(engine: DuckEngine) -> None:
    hours = replace(REASONS[0], signal="odd_hours", horizon=14)
    engine.table("with_off_hours", "SELECT *, 2 AS off_hours FROM agent_days")
    given = Sources(lambda _: "visits", lambda _: "with_off_hours", lambda *_: None)
    kim = of(gather_evidence(engine, given, [alert("kim", kind="pattern", reasons=(hours,))]), "kim")
    assert (kim.signal, kim.counted[-1]) == ("off_hours", (iso(NIGHT), 2))


def test_names_cannot_break_out_of_a_statement_and_the_engine_is_left_as_it_was(engine: DuckEngine) -> None:
    assert of(
        gather_evidence(engine, sources(), [alert("kim'); DROP TABLE visits; --")]), "kim'); DROP TABLE visits; --"
    )
    assert gather_evidence(engine, sources(), []) == ()
    assert engine.rows("SELECT count(*) FROM visits")[0][0] == len(VISITS)
    with pytest.raises(Exception, match="case_visits"):
        engine.rows("SELECT * FROM case_visits")
