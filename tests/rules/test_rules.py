"""Hard rules: what fires, what does not, and a rule that fires on everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.features import COUNTS
from onlooker.rules import BROKEN_LEAST, Given, Rule, about_broken, fire, rules


@pytest.fixture
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(memory="500MB", threads=1) as opened:
        yield opened


Row = tuple[str, int, int, int, str | None, str | None, bool]
"""agent, day, customers, exports, actor type, role, recognised as a service."""


NOTHING_ELSE = ", ".join(f"0 AS {count.name}" for count in COUNTS if count.name not in ("customers", "exports"))
"""Whatever else is counted, so that a new rule finds its column here."""


def load(engine: DuckEngine, rows: Sequence[Row]) -> None:
    def text(value: str | None) -> str:
        return "NULL::VARCHAR" if value is None else "'" + value.replace("'", "''") + "'"

    engine.table(
        "actor_days",
        " UNION ALL ".join(
            f"SELECT {text(agent)} AS agent_id, {day} AS day, {customers} AS customers, {exports} AS exports, "
            f"{text(actor)} AS actor_type, {text(role)} AS role, {recognised} AS recognised, {NOTHING_ELSE}"
            for agent, day, customers, exports, actor, role, recognised in rows
        ),
    )


def person(agent: str, customers: int = 10, exports: int = 0, role: str | None = None, day: int = 3) -> Row:
    return (agent, day, customers, exports, None, role, False)


def fired(engine: DuckEngine, wanted: Sequence[Rule]) -> list[tuple[str, str, int, float]]:
    return [(f.rule.name, f.agent_id, f.day, f.observed) for f in fire(engine, wanted)[0]]


def test_the_daily_cap_is_for_people_and_above_it(engine: DuckEngine) -> None:
    load(engine, [person("at", 200), person("above", 201), ("bot", 3, 900, 0, "ai", None, False),
                  ("batch", 3, 900, 0, "service", None, False), ("unlabelled", 3, 900, 0, None, None, True),
                  ("human", 4, 250, 0, "human", None, False)])  # fmt: skip
    assert fired(engine, rules(Given(200, [], False))) == [
        ("daily_cap", "above", 3, 201.0),
        ("daily_cap", "human", 4, 250.0),
    ]


def test_without_a_list_exports_are_not_judged(engine: DuckEngine) -> None:
    load(engine, [person("ann", exports=5)])
    assert fired(engine, rules(Given(200, [], False))) == []


def test_exports_by_agents_and_roles_that_may_not(engine: DuckEngine) -> None:
    load(engine, [person("ann", exports=5), person("bob", exports=2), person("lea", exports=9, role="lead"),
                  person("cem", exports=0), person("o'neil", exports=1)])  # fmt: skip
    allowed = rules(Given(200, ["bob", "lead", "o'neil"], False))
    assert fired(engine, allowed) == [("export_without_right", "ann", 3, 5.0)]


def test_sentences_carry_the_number_the_date_and_the_limit() -> None:
    cap, export, *_ = rules(Given(1200, ["lead"], False))
    assert cap.sentence.format(observed="1,300", date="2026-02-03") == (
        "1,300 distinct customers on 2026-02-03; the daily limit for a person is 1,200."
    )
    assert export.sentence.format(observed="4", date="2026-02-03") == (
        "4 exports on 2026-02-03 by an agent who is not among those allowed to export."
    )


def test_a_rule_that_fires_on_too_many_reports_itself_and_not_them(engine: DuckEngine) -> None:
    """On day 3 it fires on eleven of twenty agents; on day 4 on ten, which is always allowed."""
    load(engine, [person(f"a{i:02}", 300 if i <= BROKEN_LEAST else 5, day=3) for i in range(20)]
                 + [person(f"a{i:02}", 300 if i < BROKEN_LEAST else 5, day=4) for i in range(20)])  # fmt: skip
    firings, aside, broken = fire(engine, rules(Given(200, [], False)))
    assert broken == frozenset()
    assert [(f.agent_id, f.day) for f in firings] == [(f"a{i:02}", 4) for i in range(10)]
    assert [(f.agent_id, f.day) for f in aside] == [(f"a{i:02}", 3) for i in range(11)]
    (note,) = about_broken(aside)
    assert note.startswith("Rule daily_cap fired on more than 10 agents and 10% of them on 1 night")


def test_a_tenth_of_the_agents_are_not_too_many(engine: DuckEngine) -> None:
    load(engine, [person(f"a{i}", 300 if i < 25 else 5) for i in range(250)])
    assert len(fired(engine, rules(Given(200, [], False)))) == 25
    load(engine, [person(f"a{i}", 300 if i < 26 else 5) for i in range(250)])
    assert fired(engine, rules(Given(200, [], False))) == []


def test_a_few_who_agree_to_break_a_rule_do_not_switch_it_off(engine: DuckEngine) -> None:
    load(engine, [person(f"a{i}", 300 if i < 4 else 5) for i in range(60)])
    assert len(fired(engine, rules(Given(200, [], False)))) == 4


def test_accounts_that_are_no_people_need_a_task_where_the_log_has_tickets(engine: DuckEngine) -> None:
    load(engine, [("bot", 3, 9, 0, "ai", None, False), person("human", 9)])
    engine.table("actor_days", "SELECT * REPLACE (5 AS untasked) FROM actor_days")
    assert fired(engine, rules(Given(200, [], True))) == [("ai_without_task", "bot", 3, 5.0)]
    assert fired(engine, rules(Given(200, [], False))) == []


def test_a_few_of_the_many_visits_of_an_ai_account_without_a_task_are_ids_that_the_log_lost(engine: DuckEngine) -> None:
    load(engine, [("bot", 3, 300, 0, "ai", None, False)])
    for untasked, times in ((5, 0), (6, 1)):
        engine.table("actor_days", f"SELECT * REPLACE ({untasked} AS untasked) FROM actor_days")
        assert len(fired(engine, rules(Given(200, [], True)))) == times


def test_a_rule_broken_on_the_last_night_is_not_used_on_a_day_that_is_not_over(engine: DuckEngine) -> None:
    """On day 4, of which little is there yet, it fires on one agent only."""
    early = [person("a0", 300, day=4), person("a1", day=4)]
    load(engine, [person(f"a{i}", 300, day=3) for i in range(11)] + early)
    firings, _, broken = fire(engine, rules(Given(200, [], False)), 3)
    assert (firings, broken) == ([], {"daily_cap"})
    load(engine, [person(f"a{i}", 300 if i < 2 else 5, day=3) for i in range(8)] + early)
    firings, _, broken = fire(engine, rules(Given(200, [], False)), 3, {"daily_cap"})
    assert ([(f.agent_id, f.day) for f in firings], broken) == ([("a0", 3), ("a1", 3), ("a0", 4)], frozenset())
    load(engine, early)
    assert fire(engine, rules(Given(200, [], False)), 3, {"daily_cap"})[0] == []
    assert [f.agent_id for f in fire(engine, rules(Given(200, [], False)), 3)[0]] == ["a0"]


def spelled(engine: DuckEngine, rows: Sequence[tuple[str, int, int, int, int]]) -> None:
    """Days of people: agent, customers, customers under other spellings alone, reveals, rows."""
    load(engine, [person(agent, customers) for agent, customers, *_ in rows])
    counts = ", ".join(f"('{agent}', {others}, {reveals}, {taken})" for agent, _, others, reveals, taken in rows)
    engine.table("counted", f"SELECT * FROM (VALUES {counts}) v(agent_id, other_spellings, reveals, exported_rows)")
    kept = "actor_days.* EXCLUDE (other_spellings, reveals, exported_rows), counted.* EXCLUDE (agent_id)"
    engine.table("actor_days", f"SELECT {kept} FROM actor_days JOIN counted USING (agent_id)")


def test_limits_are_held_against_what_a_person_did_under_all_spellings(engine: DuckEngine) -> None:
    spelled(engine, [("A.Roy", 90, 120, 60, 10), ("a.roy", 80, 130, 70, 900), ("a. róy", 40, 170, 80, 100),
                     ("bob", 150, 0, 150, 1000), ("cem", 30, 0, 0, 0)])  # fmt: skip
    wanted = rules(Given(200, [], False, 200, 1000))
    assert fired(engine, wanted) == [
        ("daily_cap", "A.Roy", 3, 210.0), ("reveal_cap", "A.Roy", 3, 210.0), ("row_cap", "A.Roy", 3, 1010.0)
    ]  # fmt: skip


def test_spellings_make_no_crowd_that_switches_a_rule_off(engine: DuckEngine) -> None:
    names = [f"agent{i}{' ' * j}" for i in range(4) for j in range(3)]
    spelled(engine, [(name, 300, 0, 0, 0) for name in names] + [(f"other{i}", 5, 0, 0, 0) for i in range(20)])
    assert len(fired(engine, rules(Given(200, [], False)))) == 4


def test_reveals_and_exported_rows_have_limits_of_their_own(engine: DuckEngine) -> None:
    spelled(engine, [("ann", 5, 0, 201, 0), ("bob", 5, 0, 200, 2000), ("cem", 5, 0, 0, 2001)])
    wanted = rules(Given(200, [], False, 200, 2000))
    assert fired(engine, wanted) == [("reveal_cap", "ann", 3, 201.0), ("row_cap", "cem", 3, 2001.0)]
    assert fired(engine, rules(Given(200, [], False))) == []
