"""Local days as dates: a day is a number of days since 1970-01-01."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

EPOCH = date(1970, 1, 1)
BEFORE_ALL, AFTER_ALL = -(10**7), 10**7
"""Days that no log has: they stand for "since ever" and "for ever"."""

ALONE_DAYS = 90
"""Days a year for which one analyst alone may explain or suppress what is said of a person, unless a setting says."""


def iso(day: int) -> str:
    """`2026-11-20`."""
    return (EPOCH + timedelta(days=int(day))).isoformat()


def day_of(iso_date: str) -> int:
    """The day number of `2026-11-20`."""
    return (date.fromisoformat(iso_date) - EPOCH).days


def instant(us: int) -> str:
    """Microseconds since 1970 as `2026-11-20T06:12:45Z`."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(us))).strftime("%Y-%m-%dT%H:%M:%SZ")
