"""Timestamps in a log's own spelling -> instants and local wall clocks, as SQL.

Every spelling becomes two numbers: `w`, the wall clock as written, in microseconds since 1970, and `o`, its offset from
UTC in seconds, NULL where the log does not say. Zone arithmetic is a CASE over the zone's own transitions: exact, the
same on every engine, and ten times cheaper than a calendar library per row.
"""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from onlooker.errors import UsageError
from onlooker.ingest.quoting import literal, strings

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)
SPELLINGS = (
    "%d/%b/%Y:%H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y%m%dT%H%M%S",
    "%Y%m%dT%H%M",
    "%Y/%m/%d %H:%M:%S.%f",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y/%m/%d %I:%M:%S %p",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%a, %d %b %Y %H:%M:%S",
    "%a %b %d %H:%M:%S %Y",
    "%a %b %d %Y %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%d-%b-%Y %H:%M:%S",
    "%d %B %Y %H:%M:%S",
    "%b %d, %Y %H:%M:%S",
    "%b %d, %Y %I:%M:%S %p",
    "%b %d, %Y, %I:%M:%S %p",
    "%b %d, %Y @ %H:%M:%S.%f",
    "%B %d, %Y %H:%M:%S",
)
"""Beside ISO 8601 and its relatives. None of them can be read in two ways."""
_ZONED = r"^(.*\d[:T]\d\d[^+-]*?)\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(?:\[[A-Za-z_/+-]+\])?$"
_ISO = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]\d.*\d)?"
_NUMBER = r"\d{1,19}(\.\d*)?([eE]\+?\d{1,2})?"
AMBIGUOUS = r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}(\D.*)?"


@dataclass(frozen=True)
class Zone:
    """A time zone as the seconds to add to UTC from each instant on; the first holds from the beginning."""

    name: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]

    def of_instant(self, us: str) -> str:
        """SQL: microseconds to add to the instant `us` for the wall clock there."""
        return self._case(us, self.starts)

    def of_wall(self, w: str) -> str:
        """SQL: microseconds to take from the wall clock `w` for the instant. An hour that occurs twice is its first."""
        later = zip(self.starts[1:], self.offsets, self.offsets[1:], strict=False)
        return self._case(w, (self.starts[0], *(start + max(before, after) for start, before, after in later)))

    def _case(self, value: str, bounds: tuple[int, ...]) -> str:
        if len(bounds) == 1:
            return str(self.offsets[0] * 1_000_000)
        # Newest first: logs are recent.
        pairs = list(zip(bounds[1:], self.offsets[1:], strict=True))[::-1]
        cases = " ".join(f"WHEN {value} >= {start * 1_000_000} THEN {offset * 1_000_000}" for start, offset in pairs)
        return f"CASE {cases} ELSE {self.offsets[0] * 1_000_000} END"


def is_plausible(us: int) -> bool:
    """Whether a log can be of the instant `us`, microseconds since 1970: not before 1990, nor after tomorrow."""
    return EARLIEST.timestamp() * 1e6 <= us <= (time.time() + AHEAD.total_seconds()) * 1e6


def zone_named(name: str) -> Zone:
    """The zone of an IANA name. Raises UsageError, with the nearest names, if there is none."""
    try:
        info = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = difflib.get_close_matches(name, available_timezones(), 3) or ["Europe/Paris", "America/New_York"]
        raise UsageError(f"there is no time zone {name}", f"Use an IANA name, such as {', '.join(near)}.") from error
    return _transitions(name, info)


def _transitions(name: str, info: ZoneInfo) -> Zone:
    def offset(at: int) -> int:
        shift = datetime.fromtimestamp(at, UTC).astimezone(info).utcoffset()
        return int(shift.total_seconds()) if shift is not None else 0

    day, at = 86_400, int(EARLIEST.timestamp())
    starts, offsets = [at], [offset(at)]
    while at < time.time() + 10 * day:
        if offset(at + day) != offsets[-1]:
            low, high = at, at + day
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offsets[-1] else (low, middle)
            starts.append(high)
            offsets.append(offset(high))
        at += day
    return Zone(name, tuple(starts), tuple(offsets))


def wall_sql(x: str) -> str:
    """SQL: the wall clock `w` of the text `x`, NULL if it can't be read. Common spellings first, each cheap to test."""
    return f"""CASE
        WHEN {_is_z(x)} THEN coalesce(epoch_us(try_cast({x} AS TIMESTAMP)), {_general(x)})
        WHEN {_is_offset(x)} THEN epoch_us(try_cast(left({x}, length({x}) - 6) AS TIMESTAMP))
        WHEN {_is_naive(x)} THEN epoch_us(try_cast({x} AS TIMESTAMP))
        ELSE {_general(x)} END"""


def offset_sql(x: str) -> str:
    """SQL: the offset `o` of the text `x`, NULL if it says none. Numbers are instants."""
    zone = f"regexp_extract({x}, {literal(_ZONED)}, 2)"
    return f"""CASE
        WHEN {_is_z(x)} THEN 0
        WHEN {_is_offset(x)} THEN {_seconds(f"right({x}, 6)")}
        WHEN {_is_naive(x)} THEN NULL
        WHEN {_is_number(x)} THEN 0
        WHEN {zone} = '' THEN NULL
        WHEN {zone} IN ('Z', 'z', 'UTC', 'GMT') THEN 0
        ELSE {_seconds(zone)} END"""


def _is_z(x: str) -> str:
    # A comparison of the first bytes is nearly free. Compact spellings pass too, and are read as any other then.
    return f"suffix({x}, 'Z') AND {x} >= '1990-' AND {x} < '2100-'"


def _is_offset(x: str) -> str:
    return f"substr({x}, 5, 1) = '-' AND length({x}) >= 22 AND regexp_full_match(right({x}, 6), '[+-]\\d\\d:\\d\\d')"


def _is_naive(x: str) -> str:
    spelling = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?"
    return f"length({x}) BETWEEN 19 AND 26 AND regexp_full_match({x}, {literal(spelling)})"


def _is_number(x: str) -> str:
    compact = f"regexp_full_match({x}, '(19|20)\\d{{12}}')"
    return f"regexp_full_match({x}, {literal(_NUMBER)}) AND NOT {compact}"


def _seconds(zone: str) -> str:
    digits = f"replace(substr({zone}, 2), ':', '')"
    size = f"try_cast(left({digits}, 2) AS BIGINT) * 3600 + coalesce(try_cast(substr({digits}, 3) AS INTEGER), 0) * 60"
    return f"(CASE WHEN left({zone}, 1) = '-' THEN -1 ELSE 1 END) * ({size})"


def _general(x: str) -> str:
    body = f"coalesce(nullif(regexp_extract({x}, {literal(_ZONED)}, 1), ''), {x})"
    text = f"regexp_replace({body}, '(:\\d\\d),(\\d+)', '\\1.\\2')"
    iso = f"CASE WHEN regexp_full_match({text}, {literal(_ISO)}) THEN epoch_us(try_cast({text} AS TIMESTAMP)) END"
    spelled = f"epoch_us(try_strptime({text}, [{strings(SPELLINGS)}]))"
    return f"CASE WHEN {_is_number(x)} THEN {_epoch(x)} ELSE coalesce({iso}, {spelled}) END"


def _epoch(x: str) -> str:
    """Seconds, milli-, micro- or nanoseconds since 1970, told apart by size: each covers the years 1973 to 5138."""
    whole, real = f"try_cast({x} AS BIGINT)", f"try_cast({x} AS DOUBLE)"
    exact = f"""CASE WHEN {whole} < 100000000000 THEN {whole} * 1000000
        WHEN {whole} < 100000000000000 THEN {whole} * 1000
        WHEN {whole} < 100000000000000000 THEN {whole} ELSE {whole} // 1000 END"""
    scaled = f"""CASE WHEN {real} < 1e11 THEN {real} * 1e6 WHEN {real} < 1e14 THEN {real} * 1e3
        WHEN {real} < 1e17 THEN {real} ELSE {real} / 1e3 END"""
    return f"CASE WHEN regexp_full_match({x}, '\\d+') THEN {exact} ELSE try_cast(round({scaled}) AS BIGINT) END"
