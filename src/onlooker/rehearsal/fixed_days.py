"""The days of a log's own calendar on which it is rehearsed: the same night by night and in one scan."""

from __future__ import annotations

AGES = (28, 56, 112)
"""Days since the log's first one; then every 56 days."""
EVERY = 56
WINDOW = 112
"""Days before such a day that are rehearsed in, as far as the log goes back."""


def due(first_day: int, since: int, until: int) -> tuple[int, ...]:
    """The days to rehearse on among `since` to `until`, in order; `first_day` is the first day of the log."""
    later = range(AGES[-1] + EVERY, until - first_day + 1, EVERY)
    return tuple(first_day + age for age in (*AGES, *later) if since <= first_day + age <= until)


def first_of(first_day: int, day: int) -> int:
    """First of the days that a rehearsal on `day` looks at; the last one is the day before."""
    return max(first_day, day - WINDOW)
