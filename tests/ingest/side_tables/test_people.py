"""Agents, rosters, leave, customers: hours in the agent's zone, and the counts that signals and rules look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ingest.side_tables.org import context, count, events, total

from onlooker.ingest.side_tables import localise, read_context

VIENNA = "agent_id,zone\nann,Europe/Vienna\n"


def hours(engine: object) -> list[tuple[object, ...]]:
    return engine.rows("SELECT agent_id, day, hour FROM events ORDER BY us")  # type: ignore[attr-defined]


def test_days_and_hours_are_the_agents_own_through_the_change_of_the_clocks(tmp_path: Path) -> None:
    # On 2026-03-29 Vienna goes from 02:00 to 03:00 at 01:00 UTC.
    log = "".join(
        f"{time},{agent},c1,view,\n"
        for time in ("2026-03-28T22:30:00Z", "2026-03-28T23:30:00Z", "2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z",
                     "2026-03-29T22:30:00Z")
        for agent in ("ann", "bob")
    )  # fmt: skip
    with events(tmp_path, log, timezone="UTC") as engine:
        context(engine, tmp_path, agents=VIENNA)
        assert localise(engine) == (20540, 20542)
        ours = [(day - 20540, hour) for agent, day, hour in hours(engine) if agent == "ann"]
        assert ours == [(0, 23), (1, 0), (1, 1), (1, 3), (2, 0)]
        others = [(day - 20540, hour) for agent, day, hour in hours(engine) if agent == "bob"]
        assert others == [(0, 22), (0, 23), (1, 0), (1, 1), (1, 22)]


def test_a_move_to_another_zone_counts_every_event_once(tmp_path: Path) -> None:
    agents = "agent_id,zone,valid_from\nann,Asia/Manila,\nann,America/New_York,2026-03-10\n"
    log = "".join(f"2026-03-{9 + n // 24:02d}T{n % 24:02d}:30:00Z,ann,c1,view,\n" for n in range(72))
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, agents=agents)
        localise(engine)
        assert engine.rows("SELECT count(*) FROM events") == [(72,)]
        assert engine.rows("SELECT hour FROM events WHERE us = epoch_us(TIMESTAMP '2026-03-09 00:30:00')") == [(8,)]
        assert engine.rows("SELECT hour FROM events WHERE us = epoch_us(TIMESTAMP '2026-03-11 12:30:00')") == [(8,)]


def test_zones_of_sites_stand_in_and_unknown_ones_are_told(tmp_path: Path) -> None:
    header, log = (
        "timestamp,agent_id,customer_id,site\n",
        "2026-03-02T10:30:00Z,ann,c1,mnl\n2026-03-02T10:31:00Z,bob,c1,vie\n",
    )
    with events(tmp_path, log, header) as engine:
        reading = context(
            engine, tmp_path, agents="agent_id,site,zone\nbob,vie,Mars/Crater\n", site_zones={"mnl": "Asia/Manila"}
        )
        localise(engine)
        assert [hour for _, _, hour in hours(engine)] == [18, 10]
        assert any("Mars/Crater" in note for note in reading.notes)
    with events(tmp_path, log, header) as engine:
        assert localise_nothing(engine) is None


def localise_nothing(engine: object) -> object:
    read_context(engine)  # type: ignore[arg-type]
    return localise(engine)  # type: ignore[arg-type]


def test_a_roster_in_local_clocks_is_believed_before_habit(tmp_path: Path) -> None:
    # Vienna: 09:00 to 17:00 is 08:00 to 16:00 UTC before the clocks change, 07:00 to 15:00 after.
    roster = """agent_id,day,start,end
    ann,2026-03-27,9:00,17:00
    ann,2026-03-28,22:00,06:00
    ann,2026-03-30,09:00:00,17:00
    """
    log = """2026-03-27T08:10:00Z,ann,c1,view,
    2026-03-27T07:40:00Z,ann,c2,view,
    2026-03-27T07:20:00Z,ann,c3,view,
    2026-03-29T03:30:00Z,ann,c4,view,
    2026-03-29T12:00:00Z,ann,c5,view,
    2026-03-30T07:10:00Z,ann,c6,view,
    2026-03-30T15:40:00Z,ann,c7,view,
    2026-03-30T10:00:00Z,bob,c8,view,
    """.replace("    ", "")
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, agents=VIENNA, roster=roster)
        count(engine)
        # Half an hour before the shift is its grace (c2); c3 is too early, c5 on a day off, c7 too late.
        assert total(engine, "off_roster") == total(engine, "off_hours") == 3
        assert total(engine, "rostered") == 7
        # The night shift, an hour shorter on that night, counts on the day it began, as does the visit in it.
        assert total(engine, "rostered_minutes") == (8 + 7 + 8) * 60
        assert engine.rows("SELECT day - 20539 FROM visits WHERE customer_id = 'c4'") == [(1,)]
        assert total(engine, "off_roster", "bob") == total(engine, "rostered", "bob") == 0


def test_shifts_that_touch_are_one(tmp_path: Path) -> None:
    roster = """agent_id,shift_start,shift_end
    ann,2026-03-02T08:00:00Z,2026-03-02T12:00:00Z
    ann,2026-03-02T12:30:00Z,2026-03-02T16:00:00Z
    ann,2026-03-02T11:00:00Z,2026-03-02T13:00:00Z
    """
    with events(tmp_path, "2026-03-02T12:15:00Z,ann,c1,view,\n") as engine:
        context(engine, tmp_path, roster=roster)
        count(engine)
        assert engine.rows("SELECT count(*) FROM ctx_roster") == [(1,)]
        assert total(engine, "customers") == total(engine, "rostered") == 1


def test_leave_counts_its_days_and_never_its_cause(tmp_path: Path) -> None:
    leave = "agent_id,from,to,reason\nann,2026-03-02,2026-03-03,illness\nann,2026-03-03,2026-03-04,illness\n"
    log = "".join(f"2026-03-0{day}T10:00:00Z,ann,c{day},view,\n" for day in range(1, 7))
    with events(tmp_path, log) as engine:
        reading = context(engine, tmp_path, leave=leave)
        count(engine)
        assert total(engine, "on_leave") == 3
        assert "reason" not in reading.tables["leave"].mapping
        assert "reason" not in engine.columns("ctx_leave")


def test_views_after_leaving_and_a_return(tmp_path: Path) -> None:
    agents = """agent_id,role,queue,hire_date,leave_date,valid_from
    ann,agent,billing,2020-01-01,2026-03-03,
    ann,agent,billing,2026-03-06,,2026-03-06
    bob,agent,billing,2020-01-01,,
    bob,agent,orders,2020-01-01,,2026-03-04
    bob,lead,orders,2020-01-01,,2026-03-05
    """
    log = "".join(f"2026-03-0{day}T10:00:00Z,ann,c{day},view,\n" for day in range(2, 8))
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, agents=agents)
        count(engine)
        days = engine.rows("SELECT day - 20513, after_leaving FROM agent_days WHERE after_leaving > 0 ORDER BY day")
        assert days == [(3, 1), (4, 1)]  # the fourth and the fifth
        assert engine.rows("SELECT DISTINCT role, queue FROM agent_days") == [("agent", "billing")]
        assert engine.rows("SELECT * FROM history_cuts ORDER BY agent_id, day") == [
            ("ann", 20518, "rehired"),
            ("bob", 20516, "queue"),
            ("bob", 20517, "role"),
        ]


def test_customers_of_every_kind(tmp_path: Path) -> None:
    customers = """customer_id,tier,vip,owner_agent,canary
    c1,Platinum,,,
    c2,basic,yes,,
    c3,basic,no,,yes
    c4,basic,,ann,
    c5,basic,,bob,
    """
    log = "".join(f"2026-03-02T10:0{n}:00Z,ann,c{n},view,\n" for n in range(1, 7))
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, customers=customers)
        count(engine)
        names = ("high_tier", "canaries", "own_records", "colleague_records")
        assert [total(engine, name) for name in names] == [2, 1, 1, 1]


@pytest.mark.parametrize(
    ("fields", "sensitive"),
    [
        ("name;cardNumber", 1),
        ('["payment.card_number", "name"]', 1),
        ("shipping, opinion", 0),
        ("date of birth", 1),
        ("", 0),
    ],
)
def test_sensitive_fields_however_they_are_written(tmp_path: Path, fields: str, sensitive: int) -> None:
    cell = fields.replace('"', '""')
    header, log = "timestamp,agent_id,customer_id,fields\n", f'2026-03-02T10:00:00Z,ann,c1,"{cell}"\n'
    with events(tmp_path, log, header) as engine:
        count(engine)
        assert total(engine, "sensitive") == sensitive


def test_searches_without_opening(tmp_path: Path) -> None:
    log = "2026-03-02T10:00:00Z,ann,c1,view,\n" + "".join(f"2026-03-02T10:0{n}:00Z,ann,,search,\n" for n in range(5))
    with events(tmp_path, log) as engine:
        count(engine)
        assert total(engine, "idle_searches") == 4


def test_a_customer_looked_at_again_and_again(tmp_path: Path) -> None:
    log = "".join(f"2026-03-{day:02d}T10:00:00Z,ann,c1,view,\n" for day in (2, 4, 6, 8, 10, 12, 28, 29))
    with events(tmp_path, log) as engine:
        count(engine)
        assert engine.rows("SELECT day - 20513 FROM agent_days WHERE repeated > 0 ORDER BY day") == [(9,), (11,)]


def test_an_identities_table_that_changes_nothing_says_so(tmp_path: Path) -> None:
    said = "The identities table changes nothing: it knows none of the log's agents and customers."
    log = "2026-03-02T10:30:00Z,ann,c1\n"
    for known, told in (("zed", True), ("ann", False)):
        with events(tmp_path, log, "timestamp,agent_id,customer_id\n") as engine:
            reading = context(engine, tmp_path, identities=f"system,id,entity\ncrm,{known},p1\n")
            assert (said in reading.notes) == told
