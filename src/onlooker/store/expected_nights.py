"""Which days without a night are missing: those of a weekday on which there usually is one."""

from __future__ import annotations

from collections.abc import Sequence

WEEKS = 8
"""Weeks before and after a day that say what is usual of its weekday."""
SATURDAY, SUNDAY = 2, 3
"""Days since 1970-01-01, a Thursday, modulo 7."""


def missing_days(judged: Sequence[int]) -> list[int]:
    """Days between the first and the last of `judged` (local days, in order) that should be among them.

    A day is expected where more than half of the same weekdays of eight weeks before and after were judged: an office's
    weekends are no missing nights. Where the store has no other such weekday, Saturdays and Sundays are not expected.
    """
    if not judged:
        return []
    there, first, last = set(judged), judged[0], judged[-1]
    return [day for day in range(first, last) if day not in there and _is_expected(day, there, first, last)]


def _is_expected(day: int, there: set[int], first: int, last: int) -> bool:
    others = [day + 7 * week for week in range(-WEEKS, WEEKS + 1) if week and first <= day + 7 * week <= last]
    if not others:
        return day % 7 not in (SATURDAY, SUNDAY)
    return 2 * sum(other in there for other in others) > len(others)
