"""What the pages of cases are drawn from: counted here by hand from a small table of visits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from tests.report.factories import REASONS, make_alert

from onlooker.alerts.evidence_of_cases import Sources, daily_counts, gather_evidence, visits_of_cases
from onlooker.alerts.evidence_of_cases.ring_members import MOST_SIGNALS
from onlooker.alerts.evidence_of_cases.subjects import LONGEST, MOST_CASES, NOUNS
from onlooker.alerts.evidence_of_cases.visits_of_cases import MOST_OTHERS, MOST_VISITS
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
    *(visit("kim", "of another time", day, "sample") for day in (NIGHT - 84, NIGHT - 83, NIGHT + 1)),
    visit("lee", "k0", NIGHT, "mismatch"),
    visit("lee", "k5", NIGHT - 1),
    visit("max", "k1", NIGHT, "unexplained"),
    *(visit(one, f"k{n}", NIGHT, "unexplained") for one in COLLEAGUES for n in range(3)),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(memory="500MB", threads=1) as opened:
        opened.take("visits", pa.Table.from_pylist(VISITS))
        opened.take("agent_days", pa.Table.from_pylist(list(days_worked())))
        yield opened


def days_worked() -> Iterator[dict[str, object]]:
    """Three days of nine people of one queue; what must not be compared with them; two small queues."""

    def day(who: str, seen: int, when: int = NIGHT, queue: str = "cards", **other: object) -> dict[str, object]:
        return {"agent_id": who, "day": when, "queue": queue, "site": "a", "actor_type": None, "hours": 8,
                "customers": seen, "unexplained": seen // 2} | other  # fmt: skip

    people = [("kim", 40), ("lee", 5), ("max", 1), *((one, n) for n, one in enumerate(COLLEAGUES))]
    yield from (day(who, seen, NIGHT - n) for who, seen in people for n in range(3))
    yield from (day("kim", 900, when) for when in (NIGHT - 84, NIGHT - 83, NIGHT + 1))
    yield day("somebody who left", 900, NIGHT - 28)
    yield day("somebody of another queue", 900, queue="loans")
    yield day("a machine", 900, actor_type="ai")
    yield from (day("taken for a machine", 900, NIGHT - n, hours=24) for n in range(3))
    yield from (day(f"one of six {n}", n, queue="six") for n in range(6))
    yield from (day(f"one of five {n}", n, queue="five") for n in range(5))


def sources(scores: pa.Table | None = None, asked: list[int] | None = None) -> Sources:
    """The tables above; `asked` gets the days that they are asked for from."""
    days = [] if asked is None else asked

    def from_day(table: Any) -> Any:
        return lambda *args: days.append(args[-1]) or table

    return Sources(from_day("visits"), from_day("agent_days"), from_day(scores))


def alert(agent: str, **changes: object) -> Alert:
    return make_alert(agent, id=f"id of {agent}", **{"reasons": (UNEXPLAINED,)} | changes)


def team(*members: str) -> Alert:
    reasons = tuple(replace(REASONS[0], signal="ring", horizon=28, agent_id=who) for who in members)
    return make_alert("team x", kind="ring", reasons=reasons)


def of(found: tuple[CaseEvidence, ...], agent: str) -> CaseEvidence:
    (one,) = [each for each in found if each.agent_id == agent]
    return one


def test_the_days_of_a_case_begin_with_those_that_its_first_alert_looks_at(engine: DuckEngine) -> None:
    kim = of(gather_evidence(engine, sources(), [alert("kim")]), "kim")
    assert (kim.signal, kim.first, kim.last) == ("unexplained", iso(NIGHT - 6), iso(NIGHT))
    assert (kim.visits_in_all, kim.customers_in_all) == (10, 7)  # 4 on the night; 6 before it, 3 of them to the same
    assert [one.explanation for one in kim.visits] == ["unexplained"] * 4 + ["ticket"] * 6
    assert [one.date for one in kim.visits[4:]] == [iso(NIGHT - n) for n in range(1, 7)]
    assert kim.counted == ((iso(NIGHT - 83), 450), *((iso(NIGHT - n), 20) for n in (2, 1, 0)))


def test_a_case_goes_from_its_first_alert_to_its_newest_whichever_is_the_most_telling(engine: DuckEngine) -> None:
    first = alert("kim", date=iso(NIGHT - 10), severity="high")
    kim = of(
        gather_evidence(engine, sources(), [first, replace(first, id="2", date=iso(NIGHT), severity="low")]), "kim"
    )
    assert (kim.first, kim.last, kim.place) == (iso(NIGHT - 16), iso(NIGHT), None)  # no counts of the night told of
    first, last = replace(first, severity="low"), replace(first, id="2", date=iso(NIGHT))
    kim = of(gather_evidence(engine, sources(), [first, last]), "kim")
    assert (kim.first, kim.last) == (iso(NIGHT - 16), iso(NIGHT)) and kim.place


def test_a_case_left_open_for_long_asks_for_no_older_days_and_long_lists_are_cut(engine: DuckEngine) -> None:
    old, asked = alert("lee", date=iso(NIGHT - 300)), list[int]()
    found = gather_evidence(engine, sources(asked=asked), [alert("kim"), old])
    assert of(found, "lee").explained == of(found, "lee").counted == ()
    assert sorted(asked) == [NIGHT - 300 - 28 - 28, NIGHT - LONGEST + 1, NIGHT - LONGEST + 1]
    asked.clear()
    gather_evidence(engine, sources(asked=asked), [alert("kim")])
    assert sorted(asked) == [NIGHT - 83, NIGHT - 83, NIGHT - 56]
    assert len(gather_evidence(engine, sources(), [alert(f"agent {n}") for n in range(MOST_CASES + 5)])) == MOST_CASES


def test_every_explanation_is_counted_by_day_before_the_case_as_well(engine: DuckEngine) -> None:
    kim = of(gather_evidence(engine, sources(), [alert("kim")]), "kim")
    assert kim.explained[-1] == (iso(NIGHT), "unexplained", 4)
    assert len(kim.explained) == 61 and kim.explained[:2] == (
        (iso(NIGHT - 83), "sample", 1),
        (iso(NIGHT - 59), "ticket", 1),
    )
    assert kim.offsets[iso(NIGHT)] == 2 * HOUR


def test_colleagues_are_counted_and_not_named(engine: DuckEngine) -> None:
    later = alert("lee", date=iso(NIGHT + 1))  # a night that the one of kim knows nothing of
    kim = of(gather_evidence(engine, sources(), [alert("kim"), later]), "kim")
    assert kim.place is not None
    assert (kim.place.queue, kim.place.own) == ("queue cards", 20.0)
    assert kim.place.others == (0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 2.0)
    assert not [who for who in (*COLLEAGUES, "max") if who in repr(kim)]


def test_nobody_is_compared_where_one_could_tell_who_the_others_are(engine: DuckEngine) -> None:
    found = gather_evidence(engine, sources(), [alert("one of six 5"), alert("one of five 4")])
    six = of(found, "one of six 5").place
    assert six and (six.queue, six.own, six.others) == ("queue six", 2.0, (0.0, 0.0, 1.0, 1.0, 2.0))
    assert of(found, "one of five 4").place is None


def test_customers_are_shared_with_others_who_were_alerted_on_and_not_with_anybody_else(engine: DuckEngine) -> None:
    found = gather_evidence(engine, sources(), [alert("kim"), alert("lee"), alert("max", verdict="benign")])
    assert of(found, "kim").shared == (SharedCustomers("lee", "", 2, 1),)
    assert of(found, "max").shared == (SharedCustomers("kim", "", 1, 1),)


def test_of_others_with_the_same_customers_those_without_an_explanation_stand_first(engine: DuckEngine) -> None:
    crowd = [f"crowd {n}" for n in range(MOST_OTHERS + 3)]
    shared = [
        *(visit(one, f"k{n}", NIGHT) for one in crowd for n in range(3)),
        visit("ann", "k0", NIGHT, "unexplained"),
    ]
    engine.take("shared_visits", pa.Table.from_pylist([*VISITS, *shared]))
    given = replace(sources(), visits=lambda _: "shared_visits")
    kim = of(gather_evidence(engine, given, [alert("kim"), alert("ann"), *map(alert, crowd)]), "kim")
    assert kim.shared[:2] == (SharedCustomers("ann", "", 1, 1), SharedCustomers("crowd 0", "", 3, 0))
    assert len(kim.shared) == MOST_OTHERS


def test_a_team_and_its_members_do_not_share_customers_with_each_other(engine: DuckEngine) -> None:
    found = gather_evidence(engine, sources(), [team("kim", "lee"), alert("kim"), alert("max")])
    assert of(found, "team x").shared == of(found, "kim").shared == (SharedCustomers("max", "", 1, 1),)


def test_of_many_visits_the_first_are_shown_and_all_are_counted(engine: DuckEngine) -> None:
    many = [visit("kim", f"c{n}", NIGHT, "worked") for n in range(MOST_VISITS + 30)]
    engine.take("many_visits", pa.Table.from_pylist(many))
    given = replace(sources(), visits=lambda _: "many_visits")
    kim = of(gather_evidence(engine, given, [alert("kim")]), "kim")
    assert (len(kim.visits), kim.visits_in_all) == (MOST_VISITS, MOST_VISITS + 30)


def test_a_team_has_its_members_signals_and_their_visits(engine: DuckEngine) -> None:
    scores = pa.table({
        "agent_id": ["kim", "kim", "lee", "kim"], "day": [NIGHT, NIGHT - 1, NIGHT, NIGHT + 1],
        "evidence": [9.0] * 4, "customers": [1.0, 3.0, 1.0, 50.0], "unexplained": [4.0, 6.0, 3.0, 50.0],
    })  # fmt: skip
    asked = list[int]()
    found = of(gather_evidence(engine, sources(scores, asked), [team("kim", "lee")]), "team x")
    assert NIGHT - 27 in asked
    assert found.signals == ("unexplained", "customers")
    assert [(one.agent_id, one.days, one.evidence) for one in found.members] == [
        ("kim", 2, (5.0, 2.0)),
        ("lee", 1, (3.0, 1.0)),
    ]
    assert {one.agent_id for one in found.visits} == {"kim", "lee"} and not found.place


def test_of_many_signals_of_a_team_the_strongest_are_told(engine: DuckEngine) -> None:
    names = list(NOUNS)[: MOST_SIGNALS + 2]
    one = {"agent_id": "kim", "day": NIGHT} | {name: float(number) for number, name in enumerate(names)}
    found = of(gather_evidence(engine, sources(pa.Table.from_pylist([one])), [team("kim", "lee")]), "team x")
    assert found.signals == tuple(reversed(names))[:MOST_SIGNALS]
    assert found.members[1].days == 0 and found.members[1].evidence == (0.0,) * MOST_SIGNALS


def test_a_pattern_is_drawn_by_the_count_that_it_is_about(engine: DuckEngine) -> None:
    hours = replace(REASONS[0], signal="odd_hours", horizon=14)
    engine.table("with_off_hours", "SELECT *, 2 AS off_hours FROM agent_days")
    given = replace(sources(), agent_days=lambda _: "with_off_hours")
    kim = of(gather_evidence(engine, given, [alert("kim", kind="pattern", reasons=(hours,))]), "kim")
    assert (kim.signal, kim.counted[-1]) == ("off_hours", (iso(NIGHT), 2))


def test_names_cannot_break_out_of_a_statement_and_the_engine_is_left_as_it_was(engine: DuckEngine) -> None:
    assert of(
        gather_evidence(engine, sources(), [alert("kim'); DROP TABLE visits; --")]), "kim'); DROP TABLE visits; --"
    )
    assert gather_evidence(engine, sources(), []) == ()
    assert engine.rows("SELECT count(*) FROM visits")[0][0] == len(VISITS)
    for name in (visits_of_cases.OWN, visits_of_cases.PEOPLE, daily_counts.CASES, daily_counts.MEANS):
        with pytest.raises(Exception, match=name):
            engine.rows(f"SELECT * FROM {name}")
