"""From wall clocks to instants and back, an hour at a time: zones change their offset on full UTC hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from onlooker.simulation.arrays import Ints

HOUR = 3600
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _by_hour(seconds: Ints, offset: Callable[[int], int]) -> Ints:
    hours, where = np.unique(seconds // HOUR, return_inverse=True)
    offsets = np.array([offset(int(h) * HOUR) for h in hours], np.int64)
    return offsets[where] if len(hours) else np.zeros(0, np.int64)


def offset_of_wall(zone: str, wall: Ints) -> Ints:
    """Return the UTC offset in seconds at wall-clock times, given as seconds since 1970-01-01 on that wall."""
    tz = ZoneInfo(zone)

    def offset(second: int) -> int:
        local = (_EPOCH + timedelta(seconds=second)).replace(tzinfo=tz)
        return int((local.utcoffset() or timedelta()).total_seconds())

    return _by_hour(wall, offset)


def offset_of_instant(zone: str, instant: Ints) -> Ints:
    """Return the UTC offset in seconds at instants, given as seconds since 1970-01-01 UTC."""
    tz = ZoneInfo(zone)

    def offset(second: int) -> int:
        return int(((_EPOCH + timedelta(seconds=second)).astimezone(tz).utcoffset() or timedelta()).total_seconds())

    return _by_hour(instant, offset)


def epoch_second(start: date) -> int:
    """Return the seconds from 1970-01-01 to a date, on one and the same wall."""
    return (start - date(1970, 1, 1)).days * DAY


def to_instant(wall: Ints, place: Ints, zones: Sequence[str], start: date) -> Ints:
    """Turn seconds since the first midnight, on the wall of the zone at `place`, into seconds since 1970-01-01 UTC."""
    wall = wall + epoch_second(start)
    instant = wall.copy()
    for number, zone in enumerate(zones):
        here = np.flatnonzero(place == number)
        instant[here] -= offset_of_wall(zone, wall[here])
    return instant
