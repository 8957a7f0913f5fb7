from datetime import date, timedelta
from pathlib import Path

from onlooker.checks.profile import Gap, ThinDay, profile
from onlooker.engines.duck import DuckEngine
from onlooker.ingest import read_logs


def test_profile_of_a_log_with_holes(tmp_path: Path) -> None:
    lines = ["timestamp,agent_id,customer_id,ticket_id"]
    for n in range(42):
        day = date(2024, 1, 1) + timedelta(days=n)
        size = 0 if n in (10, 11) else 3 if n == 21 else 10
        lines += [f"{day}T10:{i:02}:00Z,a{i},c{i},T{i}" for i in range(size)]
    (tmp_path / "log.csv").write_text("\n".join(lines))
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"])
        found = profile(engine, reading)
    assert (found.rows, found.nights, found.agents, found.customers) == (393, 40, 10, 10)
    assert (found.first_date, found.last_date) == ("2024-01-01", "2024-02-11")
    assert found.gaps == (Gap("2024-01-11", "2024-01-12", 2),)
    assert found.thin_days == (ThinDay("2024-01-22", 3, 10),)
    missing = [one.column for one in found.missing]
    assert missing[:3] == ["action", "actor_type", "team"]
    assert "ticket_id" not in missing
    record = found.record()
    assert record["reading"]["counts"]["events"] == 393
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
