from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from onlooker.checks.completeness import doubts
from onlooker.checks.profile import Gap, ThinDay, _thin_days, profile
from onlooker.engines.duck import DuckEngine
from onlooker.ingest import read_logs
from onlooker.schema.days import iso


def test_profile_of_a_log_with_holes(tmp_path: Path) -> None:
    lines = ["timestamp,agent_id,customer_id,ticket_id"]
    for n in range(42):
        day = date(2024, 1, 1) + timedelta(days=n)
        size = 0 if n in (10, 11) else 12 if n == 28 else 30
        lines += [f"{day}T10:{i:02}:00Z,a{i},c{i},T{i}" for i in range(size)]
    (tmp_path / "log.csv").write_text("\n".join(lines))
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"])
        found = profile(engine, reading)
    assert (found.rows, found.nights, found.agents, found.customers) == (1182, 40, 30, 30)
    assert (found.first_date, found.last_date) == ("2024-01-01", "2024-02-11")
    assert found.gaps == (Gap("2024-01-11", "2024-01-12", 2),)
    assert found.thin_days == (ThinDay("2024-01-29", 12, 30),)
    missing = [one.column for one in found.missing]
    assert missing[:3] == ["action", "actor_type", "team"]
    assert "ticket_id" not in missing
    record = found.record()
    assert record["reading"]["counts"]["events"] == 1182
    assert record["gaps"] == ({"first": "2024-01-11", "last": "2024-01-12", "days": 2},)


def test_days_on_which_nobody_ever_works_are_no_gaps(tmp_path: Path) -> None:
    """Mondays to Fridays of six weeks, and one Saturday; one Wednesday, and a Thursday and Friday, are missing."""
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(42)]
    there = [day for n, day in enumerate(days) if (day.weekday() < 5 or n == 12) and n not in (16, 31, 32)]
    lines = ["timestamp,agent_id,customer_id", *(f"{day}T10:00:00Z,ann,c1" for day in there)]
    (tmp_path / "log.csv").write_text("\n".join(lines))
    with DuckEngine() as engine:
        found = profile(engine, read_logs(engine, [tmp_path / "log.csv"]))
    assert found.gaps == (Gap("2024-01-17", "2024-01-17", 1), Gap("2024-02-01", "2024-02-04", 4))


def test_thin_days_are_those_of_a_scan(tmp_path: Path) -> None:
    """Days of any size: `check` names a day if and only if a scan finds it not whole."""
    random = np.random.default_rng(4)
    days = {day: int(random.choice([3, 12, 40, 90])) for day in range(19700, 19760)}
    with DuckEngine(threads=1) as engine:
        rows = [
            (agent, day, "", n, 0, 0, 0) for day, total in days.items() for agent, n in (("a", total - 1), ("b", 1))
        ]
        names = ("agent_id", "day", "site", "events", "customers", "no_ticket", "mismatched")
        engine.take("agent_days", pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))))
        engine.view("agent_hours", "SELECT agent_id, day, 1 AS hour, 0 AS visits FROM agent_days")
        found = doubts(engine, "agent_days", "agent_hours", min(days), max(days) - 1)
    thin = {day.date for day in _thin_days(days, ())}
    assert len(thin) > 5 and thin == {iso(doubt.day) for doubt in found if not doubt.surge}
