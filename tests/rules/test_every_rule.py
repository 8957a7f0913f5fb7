"""One battery for every hard rule: a new one sits it without a line here."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.features import COUNTS
from onlooker.rules import RULES, Given, Rule, fire, rules

GIVEN = Given(200, ["lead"], has_tickets=True, reveal_cap=200, row_cap=400)
EVERY = rules(GIVEN)
COUNTED = [feature.name for feature in COUNTS]


@pytest.fixture
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(memory="500MB", threads=1) as opened:
        yield opened


def actor_days(rule: Rule, firing: int = 2, agents: int = 200) -> dict[str, list[object]]:
    """Two nights of agents who did nothing that a rule looks at, but for a few who did what `rule` looks at."""
    days: dict[str, list[object]] = {
        "agent_id": [f"agent{number:03}" for number in range(agents)] * 2,
        "day": [3] * agents + [4] * agents,
        "actor_type": ["human" if number % 3 else "ai" for number in range(agents)] * 2,
        "role": ["agent"] * 2 * agents,
        "recognised": [False] * 2 * agents,
    }
    days |= {name: [0] * 2 * agents for name in COUNTED}
    days[rule.observed] = [500 if number < 3 * firing else 0 for number in range(agents)] * 2
    return days


def load(engine: DuckEngine, days: dict[str, list[object]]) -> None:
    engine.connection.register("given", pa.table(days))
    engine.table("actor_days", "SELECT * FROM given")


def fired(engine: DuckEngine, rule: Rule) -> list[tuple[str, int, float]]:
    return [(one.agent_id, one.day, one.observed) for one in fire(engine, [rule])[0]]


def test_each_is_named_after_its_file() -> None:
    assert [rule.name for rule in EVERY] == [module.__name__.rpartition(".")[2] for module in RULES]


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_nothing_done_fires_nothing(rule: Rule, engine: DuckEngine) -> None:
    load(engine, actor_days(rule, firing=0))
    assert fired(engine, rule) == []


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_what_it_looks_at_fires_with_its_number(rule: Rule, engine: DuckEngine) -> None:
    load(engine, actor_days(rule, firing=1))
    found = fired(engine, rule)
    assert found
    assert {observed for _, _, observed in found} == {500.0}


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_more_of_it_still_fires(rule: Rule, engine: DuckEngine) -> None:
    days = actor_days(rule, firing=1)
    load(engine, days)
    before = {(agent, day) for agent, day, _ in fired(engine, rule)}
    load(engine, days | {rule.observed: [10 * int(str(value)) for value in days[rule.observed]]})
    assert before <= {(agent, day) for agent, day, _ in fired(engine, rule)}


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_the_order_of_rows_does_not_matter(rule: Rule, engine: DuckEngine) -> None:
    days = actor_days(rule)
    load(engine, days)
    before = fired(engine, rule)
    order = np.random.default_rng(5).permutation(len(days["day"]))
    load(engine, {name: [values[i] for i in order] for name, values in days.items()})
    assert fired(engine, rule) == before


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_what_people_are_called_does_not_matter(rule: Rule, engine: DuckEngine) -> None:
    days = actor_days(rule)
    load(engine, days)
    before = fired(engine, rule)
    load(engine, days | {"agent_id": [f"o'{name}; --" for name in days["agent_id"]]})
    assert [(agent[2:-4], day, seen) for agent, day, seen in fired(engine, rule)] == before


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_a_later_night_changes_nothing(rule: Rule, engine: DuckEngine) -> None:
    days = actor_days(rule)
    load(engine, days)
    before = [one for one in fired(engine, rule) if one[1] == 3]
    half = len(days["day"]) // 2
    load(engine, {name: values[:half] for name, values in days.items()})
    assert fired(engine, rule) == before


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_a_log_without_a_day_fires_nothing(rule: Rule, engine: DuckEngine) -> None:
    load(engine, actor_days(rule))
    engine.table("actor_days", "SELECT * FROM given WHERE FALSE")
    assert fired(engine, rule) == []


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.name)
def test_its_sentence_has_the_number_and_the_date(rule: Rule) -> None:
    sentence = rule.sentence.format(observed="1,300", date="2026-02-03")
    assert "1,300" in sentence and "2026-02-03" in sentence and sentence.endswith(".")
