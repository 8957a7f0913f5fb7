from datetime import date, timedelta
from pathlib import Path

from onlooker.engines.duck import DuckEngine
from onlooker.ingest import read_logs
from onlooker.log_profile import Gap, ThinDay, profile


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
