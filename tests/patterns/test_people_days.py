"""AGENT_DAYS as days of people: without machines, one for ids that fold together, unknown where nobody counted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.patterns.people_days import COUNTS, HOURS, read_people_days


@pytest.fixture
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(memory="500MB", threads=1) as opened:
        yield opened


def rows(days: dict[tuple[str, int], dict[str, object]], without: tuple[str, ...] = ()) -> str:
    """SQL of AGENT_DAYS."""
    plain = {
        "queue": "'q'",
        "site": "NULL::VARCHAR",
        "role": "NULL::VARCHAR",
        "actor_type": "NULL::VARCHAR",
        "hours": 8,
    }
    selects = []
    for (agent, day), said in days.items():
        values = {**plain, **dict.fromkeys(COUNTS, 0), **said}
        columns = ", ".join(f"{value} AS {name}" for name, value in values.items() if name not in without)
        selects.append(f"SELECT '{agent}' AS agent_id, {day} AS day, {columns}")
    return " UNION ALL ".join(selects)


def test_people_are_numbered_and_machines_left_out(engine: DuckEngine) -> None:
    days = {("b", 1): {"customers": 5}, ("a", 1): {"customers": 3}, ("bot", 1): {"actor_type": "'ai'"}}
    days |= {("cron", day): {"hours": 24} for day in range(4)}
    engine.table("agent_days", rows(days))
    found = read_people_days(engine, 10)
    assert [(found.logins[i], d) for i, d in zip(found.login, found.day, strict=True)] == [
        ("cron", 0), ("a", 1), ("b", 1), ("cron", 1)
    ]  # fmt: skip
    assert found.places == ["queue q"]


def test_ids_that_fold_together_are_one_person(engine: DuckEngine) -> None:
    both = {"other_spellings": 0, "hours": 3}
    days = {("Zoë K", 1): {**both, "customers": 5, "other_spellings": 4, "reveals": 2, HOURS: 0b011},
            ("zoek", 1): {**both, "customers": 6, "other_spellings": 3, "reveals": 3, HOURS: 0b110},
            ("other", 1): {"customers": 1}}  # fmt: skip
    engine.table("agent_days", rows(days))
    found = read_people_days(engine, 10)
    place = [found.logins[i] for i in found.login].index("zoek")
    assert len(found.day) == 2
    assert {name: found.counts[name][place] for name in ("looked_at", "reveals", HOURS)} == {
        "looked_at": 9, "reveals": 5, HOURS: 0b111
    }  # fmt: skip


def test_earlier_days_come_from_the_store_and_what_they_did_not_count_is_unknown(engine: DuckEngine) -> None:
    engine.table("agent_days", rows({("a", 5): {"customers": 2, HOURS: 1}}))
    engine.table("past", rows({("a", 4): {"customers": 7}, ("a", 5): {"customers": 9}}, without=(HOURS, "looked_up")))
    found = read_people_days(engine, 10, "past", 5)
    assert found.counts["looked_at"].tolist() == [7, 2]
    assert np.isnan(found.counts[HOURS]).tolist() == [True, False]
