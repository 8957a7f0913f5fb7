"""What is missing from a day is told, against the same weekday of the weeks before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from onlooker.checks.completeness import (
    Doubt,
    about_surges,
    doubts,
    half_seen,
    missing,
    of_night,
    surges,
    unread,
    why_in_doubt,
)
from onlooker.engines.duck import DuckEngine
from onlooker.schema.days import iso
from onlooker.schema.findings import InputFile
from onlooker.schema.tables import CTX_CALENDAR

FIRST, WEEKS = 20_500, 5
TODAY = FIRST + 7 * WEEKS
SITES = {"bayview": 4, "altura": 3}
Change = Callable[[int, str, int], tuple[int, int, int]]
"""Day, site, hour -> visits, those without a ticket, those with one that does not fit, of one agent."""


def usual(_day: int, _site: str, _hour: int) -> tuple[int, int, int]:
    return 10, 1, 1


def found(
    change: Change = usual, last: int = TODAY, holidays: Sequence[str | None] = (), flood: int = 0
) -> tuple[list[Doubt], dict[str, list[tuple[int, int]]]]:
    days, hours = [], []
    for day in range(FIRST, last + 1):
        for site, agents in SITES.items():
            for agent in range(agents):
                counts = [(hour, *change(day, site, hour)) for hour in range(9, 17)]
                visits, without, wrong = (sum(count[i] for count in counts) for i in (1, 2, 3))
                visits += flood if (day, site, agent) == (TODAY, "bayview", 0) else 0
                if visits:
                    days.append(f"('{site}{agent}', {day}, '{site}', {2 * visits}, {visits}, {without}, {wrong})")
                hours += [f"('{site}{agent}', {day}, {hour}, {seen})" for hour, seen, _, _ in counts if seen]
    with DuckEngine() as engine:
        columns = "agent_id, day, site, events, customers, no_ticket, mismatched"
        engine.table("agent_days", f"SELECT * FROM (VALUES {', '.join(days)}) AS t({columns})")
        engine.table("agent_hours", f"SELECT * FROM (VALUES {', '.join(hours)}) AS t(agent_id, day, hour, visits)")
        for site in holidays:
            columns = {column.name: f"CAST(NULL AS {column.type})" for column in CTX_CALENDAR.columns}
            columns |= {"kind": "'holiday'", "from_day": f"{TODAY}", "to_day": f"{TODAY + 1}"}
            columns |= {"site": f"'{site}'"} if site else {}
            engine.table(CTX_CALENDAR.name, "SELECT " + ", ".join(f"{sql} AS {name}" for name, sql in columns.items()))
        told = doubts(engine, "agent_days", "agent_hours", TODAY, TODAY)
        return told, half_seen(engine, told)


def only_today(today: Change) -> Change:
    return lambda day, site, hour: today(day, site, hour) if day == TODAY else usual(day, site, hour)


def test_an_ordinary_day_is_whole():
    assert found() == ([], {})


@pytest.mark.parametrize(("visits", "said"), [(3, "336"), (4, "448")])
def test_a_day_at_30_or_40_percent(visits: int, said: str) -> None:
    told, _ = found(only_today(lambda *_: (visits, 0, 0)))
    assert [doubt.text for doubt in told] == [
        f"{iso(TODAY)}: the log has {said} events where 1,120 are usual on that weekday ({visits * 10}%)."
    ]
    assert told[0].whole_day


def test_a_day_at_60_percent_is_only_a_quiet_one():
    assert found(only_today(lambda *_: (6, 1, 1))) == ([], {})


def test_a_day_with_far_more_than_ever_is_a_surge_and_nothing_is_missing():
    (told,), agents = found(only_today(lambda *_: (20, 2, 2)))
    assert told.surge
    assert not told.whole_day
    assert not agents
    assert told.text == (
        f"{iso(TODAY)}: the log has 2,240 events, 2.0 times as many as on the busiest such weekday of 8 weeks; "
        "alerts of that night need stronger evidence."
    )
    assert (missing([told]), surges([told])) == ([], [told.text])
    assert not of_night([told], TODAY)["doubts"]
    assert why_in_doubt(of_night([told], TODAY))
    assert not why_in_doubt(of_night([told], TODAY + 1))


def test_one_agent_who_floods_the_log_makes_no_surge():
    assert found(flood=5_000)[0] == []
    busy = found(lambda day, _site, _hour: (20 if day == TODAY else 10, 1, 1), flood=5_000)[0]
    assert [doubt.surge for doubt in busy] == [True]


def test_many_surges_are_told_by_their_dates():
    many = [Doubt(TODAY + n, f"{n} of seven", surge=True) for n in range(7)]
    assert about_surges([Doubt(TODAY, "nothing"), *many]) == [
        f"Far more events than ever on {iso(TODAY)}, {iso(TODAY + 1)} too.",
        *(f"{n} of seven" for n in range(2, 7)),
    ]
    assert about_surges(many[:5]) == [doubt.text for doubt in many[:5]]


def test_a_busy_day_is_no_surge_where_one_as_busy_was_before():
    def jumping(day: int, *_: object) -> tuple[int, int, int]:
        return (20, 2, 2) if day in {TODAY, TODAY - 21} else (10, 1, 1)

    assert found(jumping) == ([], {})
    assert found(only_today(lambda *_: (14, 1, 1))) == ([], {})


def test_a_day_that_is_not_there():
    told, _ = found(last=TODAY - 1)
    assert [doubt.text for doubt in told] == [
        f"{iso(TODAY)}: nothing from the log, where 1,120 events are usual on that weekday."
    ]


def test_a_site_that_stopped_reporting():
    told, agents = found(only_today(lambda _day, site, _hour: (0, 0, 0) if site == "altura" else (10, 1, 1)))
    assert [doubt.text for doubt in told] == [
        f"{iso(TODAY)}: nothing from site altura, where 480 events are usual on that weekday."
    ]
    assert not told[0].whole_day
    assert not agents


def test_a_site_that_stopped_is_named_rather_than_the_hours_that_only_it_works():
    def hours(_day: int, site: str, hour: int) -> tuple[int, int, int]:
        return (10, 1, 1) if (hour < 12) == (site == "altura") else (0, 0, 0)

    told, _ = found(lambda day, *rest: (0, 0, 0) if day == TODAY and rest[0] == "altura" else hours(day, *rest))
    assert [doubt.text for doubt in told] == [
        f"{iso(TODAY)}: nothing from site altura, where 180 events are usual on that weekday."
    ]


def test_a_site_that_stopped_is_named_where_it_is_most_of_the_log():
    told, _ = found(only_today(lambda _day, site, _hour: (0, 0, 0) if site == "bayview" else (10, 1, 1)))
    assert [(doubt.site, doubt.whole_day) for doubt in told] == [("", True), ("bayview", False)]
    assert told[0].text.endswith("the log has 480 events where 1,120 are usual on that weekday (43%).")


def test_a_site_at_a_third_teaches_nothing_about_its_agents():
    told, agents = found(only_today(lambda _day, site, _hour: (3, 0, 0) if site == "altura" else (10, 1, 1)))
    assert [doubt.site for doubt in told] == ["altura"]
    assert agents == {f"altura{n}": [(TODAY, TODAY)] for n in range(3)}


@pytest.mark.parametrize(("hours", "said"), [((11, 12), True), ((11,), False), ((11, 13), False)])
def test_hours_that_are_missing(hours, said):
    told, _ = found(only_today(lambda _day, _site, hour: (0, 0, 0) if hour in hours else (10, 1, 1)))
    expected = f"{iso(TODAY)}: nothing from 11:00 to 13:00, usually busy hours."
    assert [doubt.text for doubt in told] == ([expected] if said else [])


def test_hours_that_are_missing_at_one_site():
    def gap(_day: int, site: str, hour: int) -> tuple[int, int, int]:
        return (0, 0, 0) if site == "bayview" and hour in (13, 14, 15) else (10, 1, 1)

    told, _ = found(only_today(gap))
    assert [doubt.text for doubt in told] == [
        f"{iso(TODAY)}: nothing from 13:00 to 16:00 at site bayview, usually busy hours."
    ]


def test_a_jump_in_missing_ticket_ids():
    told, _ = found(only_today(lambda *_: (10, 6, 1)))
    assert [doubt.text for doubt in told] == [
        f"{iso(TODAY)}: half of the agents in the log have no ticket for at least 60% of their visits, "
        "where 10% are usual on that weekday."
    ]


def test_a_jump_in_unknown_ticket_ids_at_one_site():
    told, agents = found(only_today(lambda _day, site, _hour: (10, 1, 9 if site == "altura" else 1)))
    assert [doubt.text for doubt in told] == [
        f"{iso(TODAY)}: half of the agents in site altura have a ticket that does not fit for at least 90% of their "
        "visits, "
        "where 10% are usual on that weekday."
    ]
    assert sorted(agents) == ["altura0", "altura1", "altura2"]


def test_one_visit_without_a_ticket_of_half_of_a_small_office_is_no_fault_of_the_log():
    rows = [(f"a{n}", day, 4, int(day == TODAY and n < 4)) for n in range(7) for day in range(FIRST, TODAY + 1, 7)]
    with DuckEngine() as engine:
        for least, times in ((1, 0), (2, 1)):
            days = [f"('{a}', {d}, NULL, {2 * n}, {n}, {least * without}, 0)" for a, d, n, without in rows]
            columns = "agent_id, day, site, events, customers, no_ticket, mismatched"
            engine.table("agent_days", f"SELECT * FROM (VALUES {', '.join(days)}) AS t({columns})")
            engine.table("agent_hours", "SELECT agent_id, day, 9 AS hour, customers AS visits FROM agent_days")
            assert len(doubts(engine, "agent_days", "agent_hours", TODAY, TODAY)) == times


def test_a_log_that_never_has_tickets_is_not_missing_them():
    def never(*_: object) -> tuple[int, int, int]:
        return 10, 10, 0

    assert found(never) == ([], {})


def test_without_three_weeks_nothing_is_usual():
    def begun_late(day: int, _site: str, _hour: int) -> tuple[int, int, int]:
        return (1, 0, 0) if day == TODAY else (10, 1, 1) if day >= TODAY - 14 else (0, 0, 0)

    assert found(begun_late)[0] == []


def test_few_lines_on_a_holiday_are_no_fault_of_the_log() -> None:
    quiet = only_today(lambda *_: (3, 0, 0))
    assert found(quiet, holidays=[None]) == ([], {})
    told, _ = found(quiet, holidays=["altura"])  # the other site has no holiday
    assert [doubt.site for doubt in told] == ["bayview"]
    assert found(last=TODAY - 1, holidays=[None])[0] == []


def test_missing_tickets_on_a_holiday_are_told_all_the_same() -> None:
    assert found(only_today(lambda *_: (10, 6, 1)), holidays=[None])[0]


def read_file(path: str, rows: int, rejected: int) -> InputFile:
    return InputFile(path, 100 * rows, "0", rows, rejected, "csv", "none", "utf-8")


def test_lines_that_only_name_no_customer_are_no_damage_unless_they_are_most() -> None:
    assert unread([read_file("a", 1000, 400)], 400) == []
    assert unread([read_file("a", 1000, 600)], 400) == ["600 of 1,000 lines could not be read."]
    assert unread([read_file("a", 1000, 501)], 501) == ["501 of 1,000 lines could not be read."]
    assert unread([read_file("a", 50, 19)]) == [] and unread([]) == []


def test_of_many_bad_files_the_worst_are_named() -> None:
    told = unread([read_file(f"{n}.csv", 100, 20 + n) for n in range(8)])
    assert told[:2] == ["188 of 800 lines could not be read.", "27 of 100 lines of 7.csv could not be read."]
    assert told[-1] == "The same of 3 more files; run.json has them all." and len(told) == 7


def test_a_file_that_could_not_be_opened_is_told_however_small() -> None:
    closed = InputFile("b.csv", 0, "", 0, 0, "", "", "", "not used: b.csv: Permission denied")
    assert unread([read_file("a.csv", 1000, 0), closed]) == ["b.csv was not used."]
    aside = InputFile("c.csv", 10**9, "1", 0, 0, "", "", "", "taken in before as c.csv: not read again")
    assert unread([read_file("a.csv", 1000, 0), aside]) == []


def test_a_day_whose_work_moved_to_other_hours_is_whole():
    def moved(_day: int, _site: str, hour: int) -> tuple[int, int, int]:
        return (0, 0, 0) if hour < 11 else (13, 1, 1)

    assert found(only_today(moved)) == ([], {})
