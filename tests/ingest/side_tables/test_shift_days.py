"""What is done in a shift that crosses midnight belongs to the day on which the shift began."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.side_tables.org import context, events

from onlooker.ingest.side_tables import localise

MONDAY = 20_514
"""2026-03-02."""
ROSTER = "agent_id,shift_start,shift_end\n"


def days(tmp_path: Path, times: list[str], roster: str, **more: object) -> list[tuple[int, int]]:
    """Local day (Monday is 0) and hour of ann's events."""
    log = "".join(f"{time},ann,c1,view,\n" for time in times)
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, roster=ROSTER + roster, **more)
        span = localise(engine)
        found = engine.rows(f"SELECT day - {MONDAY}, hour FROM events ORDER BY us")
        assert span in (None, (min(found)[0] + MONDAY, max(found)[0] + MONDAY))
        return found


def test_the_night_belongs_to_the_evening(tmp_path: Path) -> None:
    manila = "agent_id,zone\nann,Asia/Manila\n"  # 22:00 to 06:00 there is 14:00 to 22:00 UTC
    times = ["2026-03-02T13:50:00Z", "2026-03-02T15:59:00Z", "2026-03-02T16:00:00Z", "2026-03-02T21:59:00Z",
             "2026-03-02T22:29:00Z", "2026-03-02T22:31:00Z"]  # fmt: skip
    found = days(tmp_path, times, "ann,2026-03-02 22:00,2026-03-03 06:00\n", agents=manila)
    assert found == [(0, 21), (0, 23), (0, 0), (0, 5), (0, 6), (1, 6)]


def test_without_a_zone_the_clock_of_the_log_tells(tmp_path: Path) -> None:
    times = ["2026-03-02T23:30:00+01:00", "2026-03-03T05:00:00+01:00", "2026-03-03T12:00:00+01:00"]
    assert days(tmp_path, times, "ann,2026-03-02T21:00:00Z,2026-03-03T05:00:00Z\n") == [(0, 23), (0, 5), (1, 12)]


def test_a_shift_from_midnight_on_stays_on_its_day_in_zones_of_half_an_hour(tmp_path: Path) -> None:
    times = ["2026-03-03T00:10:00+05:30", "2026-03-03T07:40:00+05:30"]
    assert days(tmp_path, times, "ann,2026-03-02T18:30:00Z,2026-03-03T02:30:00Z\n") == [(1, 0), (1, 7)]


def test_a_week_on_call_keeps_its_days(tmp_path: Path) -> None:
    times = ["2026-03-02T12:00:00Z", "2026-03-03T01:00:00Z", "2026-03-04T12:00:00Z"]
    assert days(tmp_path, times, "ann,2026-03-02T00:00:00Z,2026-03-09T00:00:00Z\n") == [(0, 12), (1, 1), (2, 12)]


def test_the_change_of_clocks_in_the_night_moves_no_shift(tmp_path: Path) -> None:
    # New York goes from 02:00 to 01:00 on 2026-11-01; the shift begins at midnight.
    zone = "agent_id,zone\nann,America/New_York\n"
    found = days(tmp_path, ["2026-11-01T10:00:00Z"], "ann,2026-11-01 00:00,2026-11-01 08:00\n", agents=zone)
    assert [day + MONDAY for day, _ in found] == [20_758]


def test_one_night_owl_moves_nobody_else(tmp_path: Path) -> None:
    log = "2026-03-03T01:00:00Z,ann,c1,view,\n2026-03-03T01:00:00Z,bob,c1,view,\n"
    with events(tmp_path, log) as engine:
        context(engine, tmp_path, roster=ROSTER + "ann,2026-03-02T20:00:00Z,2026-03-03T04:00:00Z\n")
        localise(engine)
        assert engine.rows(f"SELECT agent_id, day - {MONDAY} FROM events ORDER BY agent_id") == [("ann", 0), ("bob", 1)]
