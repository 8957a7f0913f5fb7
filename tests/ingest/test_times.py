"""Every spelling of a time through read_logs, against Python's own arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest import read_logs

TEN = datetime(2024, 11, 3, 10, 0, 0, tzinfo=UTC)


def read(tmp_path: Path, stamps: list[str], timezone: str | None = None, **options):
    lines = "".join(f'"{stamp}",ann,c{n},view\n' for n, stamp in enumerate(stamps))
    (tmp_path / "log.csv").write_text("timestamp,agent_id,customer_id,action\n" + lines)
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"], timezone=timezone, **options)
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
        "2024-11-03, 10:00:00", "2024-11-03 10:00 am", "2024-11-03 09:59:60", "2024-11-03T09:59:60Z",
        "20241103100000.000",
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


@pytest.mark.parametrize(
    ("stamps", "first"),
    [
        (["03/04/2024 10:00:00", "13/04/2024 10:00"], datetime(2024, 4, 3, 10, tzinfo=UTC)),
        (["03-04-2024 10:00", "04-13-2024 10:00"], datetime(2024, 3, 4, 10, tzinfo=UTC)),
        (["3/4/24, 9:05 PM", "4/13/24, 9:05 AM"], datetime(2024, 3, 4, 21, 5, tzinfo=UTC)),
        (["03/04/2024 12:00:00.5 a.m.", "31/03/2024 01:00:00 PM"], datetime(2024, 4, 3, 0, 0, 0, 500000, tzinfo=UTC)),
        (["03/04/2024 10:00:00 +02:00", "13/04/2024 10:00:00+02:00"], datetime(2024, 4, 3, 8, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_day_above_twelve_settles_the_order_of_its_column(tmp_path: Path, stamps: list[str], first: datetime) -> None:
    reading, rows = read(tmp_path, stamps * 3)
    assert rows[0][0] == micros(first)
    assert any(note.startswith("Dates in timestamp are read with the ") for note in reading.notes)


def test_an_order_that_nothing_shows_is_asked_and_can_be_said(tmp_path: Path) -> None:
    for stamps, why in (
        (["03/04/2024 10:00"], "no day is above 12"),
        (["13/04/2024", "04/13/2024"], "some have the day"),
    ):
        with pytest.raises(UsageError, match=why) as raised:
            read(tmp_path, stamps * 3)
        assert "--dates dmy" in raised.value.hint
    _, rows = read(tmp_path, ["03/04/2024 10:00"], dates="dmy")
    assert rows[0][0] == micros(datetime(2024, 4, 3, 10, tzinfo=UTC))
    reading, rows = read(tmp_path, ["03/04/2024 10:00", "13/04/2024 10:00"], dates="mdy")
    assert rows[0][0] == micros(datetime(2024, 3, 4, 10, tzinfo=UTC))
    assert reading.rejects_by_reason == {"timestamp not understood": 1}


def test_a_file_takes_the_order_that_the_others_of_its_kind_show(tmp_path: Path) -> None:
    for name, stamp in (("a.csv", "03/04/2024 10:00"), ("b.csv", "13/04/2024 10:00")):
        (tmp_path / name).write_text(f"timestamp,agent_id,customer_id\n{stamp},ann,c1\n")
    with DuckEngine() as engine:
        read_logs(engine, [tmp_path / "a.csv", tmp_path / "b.csv"])
        assert engine.rows("SELECT min(us) FROM events") == [(micros(datetime(2024, 4, 3, 10, tzinfo=UTC)),)]


def test_date_and_clock_in_two_columns_belong_together(tmp_path: Path) -> None:
    rows = "".join(f"{1 + n % 20}/11/2024,0{n % 9}:30:00,ann,c{n % 7}\n" for n in range(40))
    (tmp_path / "log.csv").write_text("Date,Time,User,Account\n" + rows)
    with DuckEngine() as engine:
        reading = read_logs(engine, [tmp_path / "log.csv"])
        assert (reading.mapping["timestamp"], reading.mapping["clock"]) == ("Date", "Time")
        assert engine.rows("SELECT min(hour), max(hour), count(DISTINCT day) FROM events") == [(0, 8, 20)]
    assert "hour" in reading.offers


def test_dates_without_a_clock_are_told_and_hours_not_judged(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, [f"2024-11-{1 + n % 28:02}" for n in range(40)])
    assert {hour for _, _, hour in rows} == {0}
    assert "The times (timestamp) are dates without a clock: hours are not judged." in reading.notes
    assert "hour" not in reading.offers


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        ("2024-11-03T10:00:00+14:30", "offset from UTC beyond -12:00 or +14:00"),
        ("2024-11-03T10:00:00-23:00", "offset from UTC beyond -12:00 or +14:00"),
        ("1.730E+12", "timestamp rounded, as a spreadsheet does"),
        ("2024-11-03 10:61:60", "timestamp not understood"),
        ("03/04/2024 10:00", "ambiguous date: day or month first?"),
    ],
)
def test_times_that_are_none_are_rejected_with_the_reason(tmp_path: Path, stamp: str, reason: str) -> None:
    reading, _ = read(tmp_path, ["2024-11-03T10:00:00Z"] * 3 + [stamp])
    assert reading.rejects_by_reason == {reason: 1}


def test_times_rounded_by_a_spreadsheet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="timestamp rounded, as a spreadsheet does"):
        read(tmp_path, ["1.730E+12", "1.731E+12"])


@pytest.mark.parametrize("end", ["", "Z", "+05:30"])
@pytest.mark.parametrize("stray", ["2026-03-05T10:00:00+14:00", "2026-03-05T10:00:00", "2026-03-05 10:00:00 -12:00"])
def test_one_line_with_another_offset_changes_nobody_else_s_days(tmp_path: Path, end: str, stray: str) -> None:
    lines = [
        f"2026-03-{day:02d}T{hour:02d}:30:00{end},ann,c{hour % 3}\n" for day in range(1, 9) for hour in range(8, 17)
    ]
    said = []
    for log in (lines, [*lines, f"{stray},eve,c1\n"]):
        (tmp_path / "log.csv").write_text("timestamp,agent_id,customer_id\n" + "".join(log))
        with DuckEngine(threads=1) as engine:
            read_logs(engine, [tmp_path / "log.csv"])
            said.append(engine.rows("SELECT us, day, hour FROM events WHERE agent_id = 'ann' ORDER BY us"))
    assert said[0] == said[1]
