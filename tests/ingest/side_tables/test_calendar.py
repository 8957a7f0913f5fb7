"""Review samples and projects: what they explain, and who says so."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.side_tables.org import context, count, events, total, why

from onlooker.checks.calendar_days import calendar_notes, closed, special_days

AGENTS = """agent_id,team,manager
ann,t1,mia
bob,t1,mia
mia,t1,
zoe,t2,
"""
LOG = "".join(f"2026-03-02T10:{n:02d}:00Z,ann,c{n},view,\n" for n in range(8)) + "2026-03-02T11:00:00Z,bob,c0,view,\n"


def test_who_approves_decides_how_strong_it_is(tmp_path: Path) -> None:
    calendar = """kind,from,to,agent_id,customers,approver,expires
    sample,2026-03-01,2026-03-05,ann,c0,zoe,
    project,2026-03-01,2026-03-05,ann,c1;c2,mia,
    project,2026-03-01,2026-03-05,ann,c3,ann,
    project,2026-03-01,2026-03-05,ann,c4,,
    project,2026-01-01,2026-12-31,ann,c5,zoe,2026-03-01
    qa,2026-03-03,,ann,c6,zoe,
    holiday,2026-03-02,,,,,
    """
    with events(tmp_path, LOG) as engine:
        context(engine, tmp_path, agents=AGENTS, calendar=calendar)
        count(engine)
        assert why(engine) == {
            ("ann", "c0"): ("sample", "strong"),
            ("ann", "c1"): ("sample", "weak"),  # the own manager's word
            ("ann", "c2"): ("sample", "weak"),
            ("ann", "c3"): ("unexplained", "none"),  # the own word
            ("ann", "c4"): ("unexplained", "none"),
            ("ann", "c5"): ("unexplained", "none"),  # expired
            ("ann", "c6"): ("unexplained", "none"),  # not yet
            ("ann", "c7"): ("unexplained", "none"),
            ("bob", "c0"): ("unexplained", "none"),
        }
        asserted = dict(engine.rows("SELECT customer_id, asserted_by FROM visits WHERE agent_id = 'ann'"))
        assert [asserted[f"c{n}"] for n in range(6)] == ["zoe", "mia", "mia", "ann", "nobody named", None]


def test_scopes_by_team_and_by_customer(tmp_path: Path) -> None:
    calendar = "kind,date,team,customers,approver\nproject,2026-03-02,t2,,zoe\nproject,2026-03-02,,c0,zoe\n"
    with events(tmp_path, LOG) as engine:
        context(engine, tmp_path, agents=AGENTS, calendar=calendar)
        count(engine)
        found = why(engine)
        assert found["ann", "c0"] == found["bob", "c0"] == ("sample", "strong")
        assert found["ann", "c1"] == ("unexplained", "none")


def test_a_project_explains_visits_under_one_ticket_for_all(tmp_path: Path) -> None:
    log = "".join(f"2026-03-02T10:{n:02d}:00Z,ann,c{n},view,P\n" for n in range(8))
    calendar = "kind,date,agent_id,approver\nproject,2026-03-02,ann,zoe\n"
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, agents=AGENTS, calendar=calendar)
        count(engine)
        assert set(why(engine).values()) == {("sample", "strong")}
        # A reviewer's glance is no reason for anybody else.
        assert engine.rows("SELECT count(*) FROM visits WHERE worked OR ticketed") == [(0,)]


def test_holidays_and_outages_teach_nothing_where_they_hold_and_are_named(tmp_path: Path) -> None:
    calendar = """kind,from,to,name,team,customers,agent_id
    holiday,2026-03-02,,Founders' Day,,,
    outage,2026-03-03,2026-03-04,core down,t1,,
    holiday,2026-03-05,,,,,zoe
    outage,2026-05-01,,,,,
    """
    log = "".join(f"2026-03-0{day}T10:00:00Z,{who},c1,view,\n" for day in range(1, 7) for who in ("ann", "zoe"))
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, agents=AGENTS, calendar=calendar)
        count(engine)
        days, agents = special_days(engine)
        assert {day - 20513 for day in days} == {1}
        assert {agent: sorted(first - 20513 for first, _ in spans) for agent, spans in agents.items()} == {
            "ann": [2, 3], "zoe": [4],
        }  # fmt: skip
        assert closed(engine, 20513, 20520) == {(20514, "")}
        assert list(calendar_notes(engine, 20513, 20518)) == [
            "The calendar names holiday on 2026-03-02 (Founders' Day); outage from 2026-03-03 to 2026-03-04 "
            "(core down, team t1); holiday on 2026-03-05 (agent zoe). What was done then is judged, and teaches "
            "nothing about other days."
        ]
        assert list(calendar_notes(engine, 20000, 20010)) == []


def test_without_a_calendar_no_day_is_special(tmp_path: Path) -> None:
    with events(tmp_path, LOG) as engine:
        count(engine)
        assert special_days(engine) == (frozenset(), {})
        assert closed(engine, 20000, 21000) == set()


def test_what_others_chose_is_no_glance_and_no_orphan_but_still_a_customer(tmp_path: Path) -> None:
    names = ("glances", "new_glances", "lone_glances", "new_customers", "orphans", "lone", "no_ticket", "no_ticket_new")
    for approver, counted in (("zoe", 0), ("mia", 8), ("ann", 8)):
        with events(tmp_path, LOG) as engine:
            calendar = f"kind,date,agent_id,approver\nproject,2026-03-02,ann,{approver}\n"
            context(engine, tmp_path, agents=AGENTS, calendar=calendar)
            count(engine)
            assert total(engine, "customers") == 8
            shared = counted and 7  # bob sees one of the customers that day
            found = {name: total(engine, name) for name in names}
            assert found == {n: shared if n in ("lone_glances", "orphans", "lone") else counted for n in names}, (
                approver
            )
