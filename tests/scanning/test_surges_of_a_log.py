"""Bad days of everybody, or of the log: they bring no flood of alerts, and the report says what happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from onlooker.config import Settings
from onlooker.scanning.run import scan
from onlooker.simulation import Nuisance, simulate, write_logs

DAYS, AGENTS = 90, 30
BAD = {"outage": 55, "holiday": 62, "broken tickets": 69, "logging gap": 76, "duplicates": 83}
START = "2026-01-05"


@pytest.fixture(scope="module")
def bad_days(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("surges")
    at = {kind: (day + 0.01) / DAYS for kind, day in BAD.items()}
    made = simulate(
        agents=AGENTS, days=DAYS, seed=5, start=START, pace=12, depth=0.4,
        nuisances=(
            Nuisance("outage", start=at["outage"]),
            Nuisance("leave", AGENTS // 2, start=at["holiday"], days=1),
            Nuisance("surge", start=at["holiday"], days=1, strength=-1.0),
            Nuisance("broken_tickets", start=at["broken tickets"]),
            Nuisance("logging_gap", start=at["logging gap"]),
            Nuisance("duplicates", start=at["duplicates"]),
        ),
    )  # fmt: skip
    (log,) = write_logs(made, folder, period="all", compress=False, side_tables=())
    calendar = folder / "calendar.csv"
    calendar.write_text(f"kind,date,name\noutage,{date('outage')},core down\nholiday,{date('holiday')},Founders' Day\n")
    with scan([Path(log)], Settings(threads=2, combinations=0, calendar=str(calendar))) as done:
        yield done


def date(kind: str) -> str:
    from onlooker.schema.days import day_of, iso

    return iso(day_of(START) + BAD[kind])


def test_bad_days_bring_no_flood_of_alerts(bad_days) -> None:
    """At most twice the ordinary number, and three that chance may bring (with ordinary days: 1 time in 1,000)."""
    dates = {date(kind) for kind in BAD}
    alerts = [alert.date for alert in bad_days.alerts]
    ordinary = [one for one in alerts if one not in dates and one >= date("outage")]
    per_night = len(ordinary) / (DAYS - BAD["outage"] - len(BAD))
    assert sum(one in dates for one in alerts) <= 2 * per_night * len(BAD) + 3


def test_the_report_says_what_happened_to_the_log(bad_days) -> None:
    told = {text.split(":")[0] for text in bad_days.run.doubts}
    assert {date("broken tickets"), date("logging gap")} <= told
    assert not told & {date("holiday"), date("outage")}
    assert [
        note.split(":")[0] for note in bad_days.run.notes if "alerts of that night need stronger evidence" in note
    ] == [date("outage")]
    assert bad_days.run.counts["duplicates"] > 0
    (note,) = [note for note in bad_days.run.notes if note.startswith("The calendar names")]
    assert f"outage on {date('outage')} (core down); holiday on {date('holiday')} (Founders' Day)" in note
