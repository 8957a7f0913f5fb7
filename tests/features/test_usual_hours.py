"""Visits in hours unusual for the agent: what counts, and what is only a shift, a queue or a clock that moved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.features import build_agent_days, build_event_days
from onlooker.schema.tables import EVENTS
from onlooker.visits.build_visits import build_visits

MONDAY = 20_001
"""2024-10-07."""
WEEKS = 8
TODAY = MONDAY + 7 * WEEKS
PEOPLE = 10
Line = tuple[str, int, int, str, str | None]
"""Agent, day, hour, customer, ticket."""


def work(agent: str, day: int, hours: Iterable[int], ticket: str | None = None) -> list[Line]:
    """Two looks at a customer in each of the hours."""
    return [(agent, day, hour, f"{agent}-{day}-{hour}", ticket) for hour in hours for _ in range(2)]


def usual_work(ticketed: bool = False, until: int = TODAY) -> list[Line]:
    """Eight weeks in which ten people work from nine to five, Monday to Friday."""
    return [
        line
        for day in range(MONDAY, until) if (day - MONDAY) % 7 < 5
        for number in range(PEOPLE)
        for line in work(f"P{number}", day, range(9, 17), f"T{day}-{number}" if ticketed else None)
    ]  # fmt: skip


def off_hours(lines: Iterable[Line], **said: str) -> dict[tuple[str, int], int]:
    """Agents and days with visits in unusual hours, from the third week on."""
    rows = sorted(lines, key=lambda line: (line[1], line[2]))
    agent, day, hour, customer, ticket = zip(*rows, strict=True)
    minute = [place % 60 for place in range(len(rows))]
    columns: dict[str, object] = {
        "us": [((d * 24 + h) * 60 + m) * 60_000_000 for d, h, m in zip(day, hour, minute, strict=True)],
        "agent_id": agent, "customer_id": customer, "action": ["view"] * len(rows),
        "day": pa.array(day, pa.int32()), "hour": pa.array(hour, pa.int32()), "ticket_id": ticket,
    }  # fmt: skip
    columns |= {name: [value] * len(rows) for name, value in said.items()}
    with DuckEngine(memory="500MB", threads=1) as engine:
        engine.connection.register("given", pa.table(columns))
        names = (f"CAST({c.name if c.name in columns else 'NULL'} AS {c.type}) AS {c.name}" for c in EVENTS.columns)
        engine.table("events", f"SELECT {', '.join(names)} FROM given")
        build_event_days(engine)
        build_visits(engine, MONDAY)
        build_agent_days(engine)
        counted = "SELECT agent_id, day, off_hours FROM agent_days WHERE off_hours > 0"
        found = engine.rows(f"{counted} AND day >= {min(day) + 14}")
        return {(who, when): int(visits) for who, when, visits in found}


def test_ordinary_work_has_none():
    assert off_hours(usual_work() + work("P0", TODAY, range(9, 17))) == {}


def test_looks_at_night_on_a_day_of_usual_work_count_each():
    day = work("P0", TODAY, [*range(9, 17), 2, 3])
    assert off_hours(usual_work() + day) == {("P0", TODAY): 2}


def test_a_second_look_at_night_counts_although_the_first_was_in_the_morning():
    again = [("P0", TODAY, 23, f"P0-{TODAY}-9", None)]
    assert off_hours(usual_work() + work("P0", TODAY, range(9, 17)) + again) == {("P0", TODAY): 1}


@pytest.mark.parametrize("ticketed", [True, False])
def test_overtime_counts_where_most_visits_have_a_ticket_and_it_has_none(ticketed):
    late = work("P0", TODAY, [18, 19], "T1" if ticketed else None)
    lines = usual_work(ticketed=True) + work("P0", TODAY, range(9, 17), "T0") + work("P1", TODAY, range(9, 17), "T2")
    # Two lines of one minute each are work of a kind: without tickets in the log, it would be explained.
    assert off_hours(lines + late) == ({} if ticketed else {("P0", TODAY): 2})


def test_a_shift_that_was_swapped_is_none_and_a_glance_or_two_at_night_are():
    assert off_hours(usual_work() + work("P0", TODAY, range(0, 6))) == {}
    assert off_hours([*usual_work(), ("P0", TODAY, 2, "one", None), ("P0", TODAY, 3, "two", None)]) == {
        ("P0", TODAY): 2
    }


def test_a_shift_that_moved_into_the_night_is_none_and_one_that_grew_into_it_is():
    others = [line for number in (1, 2, 3) for line in work(f"P{number}", TODAY, range(9, 17), f"T{number}")]
    ordinary = usual_work(ticketed=True) + others
    assert off_hours(ordinary + work("P0", TODAY, range(4, 12))) == {}
    assert off_hours(ordinary + work("P0", TODAY, range(4, 17))) == {("P0", TODAY): 4}


def test_a_queue_that_was_busy_in_the_evening_altogether_is_none():
    def evening(people: int) -> list[Line]:
        return [
            line for number in range(PEOPLE)
            for line in work(f"P{number}", TODAY, [*range(9, 17), *([21, 22] if number < people else [])])
        ]  # fmt: skip

    assert off_hours(usual_work() + evening(5), queue="mail") == {}
    assert off_hours(usual_work() + evening(2), queue="mail") == {("P0", TODAY): 2, ("P1", TODAY): 2}


def test_the_weekend_has_habits_of_its_own():
    saturdays = [
        line for week in range(WEEKS) for line in work("P0", MONDAY + 7 * week + 5, range(12, 20))
    ]  # fmt: skip
    saturday = MONDAY + 7 * WEEKS + 5
    assert off_hours(usual_work() + saturdays + work("P0", saturday, range(12, 20))) == {}
    # On a Wednesday nobody works in the evening, on Saturdays P0 does.
    assert off_hours(usual_work() + saturdays + work("P0", TODAY, [*range(9, 17), 21])) == {("P0", TODAY): 1}


def test_what_began_two_weeks_ago_is_no_habit_yet():
    nights = [line for day in range(TODAY - 13, TODAY + 1) for line in work("P0", day, [2])]
    nights += work("P0", TODAY, range(9, 17))
    assert off_hours(usual_work() + nights)[("P0", TODAY)] == 1


def test_somebody_new_is_held_against_what_people_do():
    assert off_hours(usual_work() + work("new", TODAY, range(9, 17))) == {}
    assert off_hours(usual_work() + work("new", TODAY, [9, 10, 11, 3])) == {("new", TODAY): 1}


def test_an_account_round_the_clock_is_held_against_machines_and_sets_no_norm_for_people():
    bot = [line for day in range(MONDAY, TODAY + 1) for line in work("bot", day, range(24))]
    assert off_hours(usual_work() + bot + work("P0", TODAY, [*range(9, 17), 2])) == {("P0", TODAY): 1}


def test_clocks_put_back_on_a_log_in_utc_make_nobody_unusual():
    berlin, first = ZoneInfo("Europe/Berlin"), datetime(2026, 8, 31)
    lines: list[Line] = []
    for when in (first + timedelta(days=n) for n in range(70)):
        if when.weekday() < 5:
            for number in range(PEOPLE):
                for hour in range(8 + number % 3, 16 + number % 3):
                    at = when.replace(hour=hour, tzinfo=berlin).astimezone(UTC)
                    lines += work(f"P{number}", at.toordinal() - datetime(1970, 1, 1).toordinal(), [at.hour])
    assert off_hours(lines) == {}
    tuesday = datetime(2026, 10, 27).toordinal() - datetime(1970, 1, 1).toordinal()
    assert off_hours(lines + work("P0", tuesday, [1])) == {("P0", tuesday): 1}
