"""The role review: who was unlike the queue from the first day on, and what to write if that is the job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from tests.report.factories import make_run

from onlooker.checks.role_review import cell, role_review
from onlooker.engines.duck import DuckEngine
from onlooker.report.terminal import role_review as shown
from onlooker.schema.findings import RoleNote

FIRST = 20_500
Row = tuple[str, int, str, int, int, str | None, int]
"""agent, day, queue, customers, hours, actor type, visits without a ticket"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    with DuckEngine(threads=1) as made:
        yield made


def people(queue: str, number: int, a_day: int, days: int = 40, ticketless: float = 0.1) -> list[Row]:
    return [(f"{queue}{n}", FIRST + day, queue, a_day + n % 3, 8, "human", round(a_day * ticketless))
            for n in range(number) for day in range(days)]  # fmt: skip


def found(engine: DuckEngine, rows: list[Row], tickets: bool = True, **roles: str) -> list[tuple[str, str, str]]:
    names = ("agent_id", "day", "queue", "customers", "hours", "actor_type", "no_ticket")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    table = pa.table(
        {
            **columns,
            "site": pa.nulls(len(rows), pa.string()),
            "role": [roles.get(row[0]) for row in rows],
            "recognised": [False] * len(rows),
        }
    )
    engine.take("actor_days", table)
    notes = role_review(engine, {"ticket_id"} if tickets else set())
    return [(note.kind, note.agent_id or note.queue, note.to_write) for note in notes]


def one(
    agent: str, a_day: int, since: int = 0, days: int = 40, hours: int = 8, kind: str | None = "human"
) -> list[Row]:
    return [(agent, FIRST + day, "billing", a_day, hours, kind, 0) for day in range(since, days)]


def test_three_times_the_queue_since_the_start_is_told_with_the_line_to_write(engine: DuckEngine) -> None:
    assert found(engine, people("billing", 8, 20) + one("lee", 66)) == [
        ("above the queue", "lee", "agent_id,role\nlee,case review"),
    ]


def test_whose_role_is_another_one_is_not_told_of_again(engine: DuckEngine) -> None:
    assert found(engine, people("billing", 8, 20) + one("lee", 66), lee="case review") == []


def test_less_than_three_times_and_what_came_later_are_left_to_alerts(engine: DuckEngine) -> None:
    later = [(*row[:3], 20 if row[1] < FIRST + 28 else 300, *row[4:]) for row in one("late", 0)]
    assert found(engine, people("billing", 8, 20) + one("lee", 50) + later) == []


def test_few_peers_or_few_days_say_nothing(engine: DuckEngine) -> None:
    assert found(engine, people("billing", 3, 20) + one("lee", 90)) == []
    assert found(engine, people("billing", 8, 20) + one("lee", 90, since=35)) == []


@pytest.mark.parametrize("kind", [None, "human"])
def test_an_account_round_the_clock_is_asked_about_and_a_service_is_not(engine: DuckEngine, kind: str | None) -> None:
    rows = people("billing", 8, 20) + one("nightly", 20, hours=23, kind=kind) + one("bot", 20, hours=24, kind="service")
    assert found(engine, rows) == [("round the clock", "nightly", "agent_id,actor_type\nnightly,service")]


def test_a_queue_without_tickets_is_told_where_others_have_them(engine: DuckEngine) -> None:
    rows = people("billing", 8, 20) + people("chat", 6, 20, ticketless=1.0)
    assert found(engine, rows) == [("queue without tickets", "chat", "agent_id,start,end,channel,customer_id")]
    assert found(engine, rows, tickets=False) == []
    assert found(engine, people("chat", 6, 20, ticketless=1.0)) == []


def test_what_is_to_be_written_is_a_line_of_a_table(engine: DuckEngine) -> None:
    assert [cell(text) for text in ("lee", "Lee, Ann", 'a"b,')] == ["lee", '"Lee, Ann"', '"a""b,"']
    assert shown(make_run(), 100) == ""
    note = RoleNote("above the queue", "lee", "billing", "lee sees more.", "Say so.", "agents", "agent_id,role\nlee,x")
    assert shown(make_run(role_review=(note,) * 12), 100).splitlines() == [
        "Role review, once at the beginning of a log:",
        *["  - lee sees more. Say so.", "    agents table (--agents FILE): agent_id,role / lee,x"] * 10,
        "  and 2 more: run.json and the report have them.",
    ]
