"""Local times: the offset from UTC that the local hours of a log agree on, and how it is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

HOUR_US, QUARTER_US, DAY_US = 3_600_000_000, 900_000_000, 86_400_000_000

Ints = NDArray[np.int64]

# The local time of an event lies in its local hour: so its offset is at least this, and less than an hour more.
LEAST_OFFSET = f"day * {DAY_US} + hour * {HOUR_US} - first_us"
"""SQL on VISITS: the least offset from UTC that agrees with the local day and hour of a visit."""


def offset_us(us: Ints, hour: Ints) -> int:
    """The offset from UTC that makes local hours of instants, in quarters of an hour: the nearest that fits most."""
    quarters = sorted(range(-12 * 4, 14 * 4 + 1), key=lambda quarter: (quarter % 4 != 0, abs(quarter)))
    fits = [int((((us + quarter * QUARTER_US) // HOUR_US) % 24 == hour).sum()) for quarter in quarters]
    return quarters[int(np.argmax(fits))] * QUARTER_US


def offsets_by_day(days: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """The offset of each day, from day, lowest and highest LEAST_OFFSET of its visits, in the order of days.

    Days that agree with each other have one offset, in full hours if possible: a few visits alone would leave several
    open. A day whose visits agree on none (two zones in one day) has none.
    """
    found: dict[int, int] = {}
    together: list[int] = []
    low = high = 0
    for day, lowest, highest in days:
        if lowest + HOUR_US <= highest:
            continue
        if together and max(high, highest) >= min(low, lowest) + HOUR_US:
            found |= dict.fromkeys(together, _offset(low, high))
            together = []
        low, high = (min(low, lowest), max(high, highest)) if together else (lowest, highest)
        together.append(day)
    return found | dict.fromkeys(together, _offset(low, high))


def _offset(low: int, high: int) -> int:
    """The offset that is at least `high` and less than an hour above `low`: the full hour, else the first quarter."""
    hour, quarter = -(-high // HOUR_US) * HOUR_US, -(-high // QUARTER_US) * QUARTER_US
    return hour if hour < low + HOUR_US else quarter


def zone_in_words(offset: int) -> str:
    """`UTC+05:30`; `UTC` where there is no offset."""
    if not offset:
        return "UTC"
    minutes = abs(offset) // 60_000_000
    return f"UTC{'+' if offset > 0 else '-'}{minutes // 60:02d}:{minutes % 60:02d}"


def clock(us: int, offset: int) -> str:
    """Local time of an instant, `09:31`."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(us) + offset)).strftime("%H:%M")


def local_clock(instant: str, offset: int) -> str:
    """`09:31:07` local time of an instant in UTC, ISO; what isn't one stays as it is."""
    try:
        return (datetime.fromisoformat(instant) + timedelta(microseconds=offset)).strftime("%H:%M:%S")
    except (ValueError, OverflowError):
        return instant
