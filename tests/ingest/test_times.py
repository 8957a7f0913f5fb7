"""Every spelling of a time through read_logs, against Python's own arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.errors import UsageError
from onlooker.ingest import read_logs

TEN = datetime(2024, 11, 3, 10, 0, 0, tzinfo=UTC)


def read(tmp_path: Path, stamps: list[str], timezone: str | None = None):
    lines = "".join(f'"{stamp}",ann,c{n},view\n' for n, stamp in enumerate(stamps))
    (tmp_path / "log.csv").write_text("timestamp,agent_id,customer_id,action\n" + lines)
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"], timezone=timezone)
        rows = engine.rows("SELECT us, day, hour FROM events ORDER BY try_cast(substr(customer_id, 2) AS INTEGER)")
    return reading, rows


def micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def test_spellings_of_one_instant(tmp_path: Path) -> None:
    stamps = [
        "2024-11-03T10:00:00Z", "2024-11-03 10:00:00Z", "2024-11-03T10:00:00.000Z", "2024-11-03T10:00Z",
        "2024-11-03T12:00:00+02:00", "2024-11-03 12:00:00+0200", "2024-11-03 12:00:00 +02",
        "2024-11-03T04:30:00.000-05:30",
        "2024-11-03T12:00:00+02:00[Europe/Paris]", "2024-11-03 10:00:00 UTC", "2024-11-03 10:00:00", "2024-11-03 10:00",
        "2024-11-03T10:00:00,000", "2024-11-03T10:00:00.000000000Z", "1730628000", "1730628000.0", "1730628000000",
        "1730628000000000", "1730628000000000000", "1.730628e9", "03/Nov/2024:10:00:00 +0000",
        "03/Nov/2024:11:00:00 +0100",
        "2024/11/03 10:00:00", "20241103100000", "20241103T100000Z", "03.11.2024 10:00:00", "Sun Nov 03 10:00:00 2024",
        "Sun, 03 Nov 2024 10:00:00 GMT", "Nov 3, 2024 10:00:00 AM", "2024-11-03 10:00:00 AM", " 2024-11-03 10:00:00 ",
    ]  # fmt: skip
    reading, rows = read(tmp_path, stamps)
    wrong = [(stamp, row[0]) for stamp, row in zip(stamps, rows, strict=True) if row[0] != micros(TEN)]
    assert not wrong
    assert reading.rejects_by_reason == {}


def test_fractions(tmp_path: Path) -> None:
    stamps = [
        "2024-11-03T10:00:00.123456Z",
        "1730628000.123456",
        "1730628000123.456",
        "2024-11-03 10:00:00.123456+00:00",
    ]
    _, rows = read(tmp_path, stamps)
    assert {row[0] for row in rows} == {micros(TEN) + 123456}


def test_days_and_hours_without_a_zone(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, ["2024-11-03T23:30:00-05:00", "2024-11-03T23:30:00Z", "2024-11-03 23:30:00"])
    assert [row[1:] for row in rows] == [(20030, 23)] * 3
    assert reading.timezone == "the offset in each timestamp; UTC where there is none"
    assert reading.notes == ("Timestamps without an offset were taken for UTC; --tz names another zone.",)


def test_days_and_hours_in_a_zone_are_pythons(tmp_path: Path) -> None:
    name = "America/New_York"
    start = datetime(2024, 3, 9, 0, 30, tzinfo=UTC)
    moments = [start + timedelta(hours=7 * n) for n in range(1200)]
    reading, rows = read(tmp_path, [moment.isoformat() for moment in moments], name)
    local = [moment.astimezone(ZoneInfo(name)) for moment in moments]
    assert rows == [
        (micros(m), (at.date() - datetime(1970, 1, 1).date()).days, at.hour)
        for m, at in zip(moments, local, strict=True)
    ]
    assert reading.timezone == "America/New_York, as asked"


def test_clocks_that_change(tmp_path: Path) -> None:
    zone = ZoneInfo("Europe/Berlin")
    walls = [
        datetime(2024, 3, 31, 1, 59),
        datetime(2024, 3, 31, 3, 0),
        datetime(2024, 10, 27, 2, 30),
        datetime(2024, 10, 27, 3, 0),
    ]
    walls += [datetime(2024, 3, 31, 2, 30), datetime(1995, 7, 1, 12)]
    _, rows = read(tmp_path, [wall.isoformat(" ") for wall in walls], "Europe/Berlin")
    assert [row[0] for row in rows] == [micros(wall.replace(tzinfo=zone).astimezone(UTC)) for wall in walls]


@pytest.mark.parametrize("name", ["Europe/Pari", "Europe", "../etc/passwd", "x" * 300])
def test_no_such_zone(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="there is no time zone"):
        read(tmp_path, ["2024-11-03 10:00:00"], name)
