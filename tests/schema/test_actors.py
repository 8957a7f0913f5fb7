"""Who is a person: the same answer in SQL and in numpy, from a table alone and from a table with the weeks before."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.schema.actors import ACTOR, ACTOR_TYPES, NUMBER, PERSON, is_person, with_recognised


def agent_days(engine: DuckEngine, seed: int = 1) -> list[tuple[str, int, int, str | None]]:
    """60 days of accounts of every type, and of none, that work at any hours; some not on every day."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(24):
        said = [None, None, None, *ACTOR_TYPES][number % 6]
        busy = random.choice([0.0, 0.3, 0.5, 0.9])
        rows += [
            (f"a{number}", day, 24 if random.random() < busy else 8, said)
            for day in range(60) if random.random() < 0.7
        ]  # fmt: skip
    columns = dict(zip(("agent_id", "day", "hours", "actor_type"), map(list, zip(*rows, strict=True)), strict=True))
    engine.take("agent_days", pa.table(columns))
    return rows


def recomputed(rows: list[tuple[str, int, int, str | None]]) -> dict[tuple[str, int], str]:
    """The type of every account on every day, from the sentence in the docs."""
    found = {}
    for agent, day, _, said in rows:
        weeks = [hours for name, when, hours, _ in rows if name == agent and day - 28 < when <= day]
        service = said is None and len(weeks) >= 3 and sum(hours >= 20 for hours in weeks) >= len(weeks) / 2
        found[agent, day] = said or ("service" if service else "human")
    return found


def test_the_answer_is_that_of_the_sentence_and_numpy_agrees_with_sql() -> None:
    with DuckEngine(threads=1) as engine:
        rows = agent_days(engine)
        found = engine.rows(
            f"SELECT agent_id, day, {ACTOR}, {PERSON}, {NUMBER} FROM ({with_recognised('agent_days')}) d"
        )
    assert {(agent, day): actor for agent, day, actor, *_ in found} == recomputed(rows)
    assert {"human", "service"} < {actor for *_, actor, _, _ in found}
    numbers, people = np.array([row[4] for row in found]), [row[3] for row in found]
    assert is_person(numbers).tolist() == people
    assert [ACTOR_TYPES[number] for number in numbers] == [row[2] for row in found]


@pytest.mark.parametrize("since", [1, 30, 59])
def test_night_by_night_is_as_a_whole(since: int) -> None:
    with DuckEngine(threads=1) as engine:
        agent_days(engine)
        columns = "agent_id, day, recognised"
        whole = f"SELECT {columns} FROM ({with_recognised('agent_days')}) d WHERE day >= {since} ORDER BY ALL"
        expected = engine.rows(whole)
        engine.table("before", f"SELECT * FROM agent_days WHERE day < {since}")
        engine.table("agent_days", f"SELECT * FROM agent_days WHERE day >= {since}")
        later = with_recognised("agent_days", "before", since)
        assert engine.rows(f"SELECT {columns} FROM ({later}) d ORDER BY ALL") == expected
