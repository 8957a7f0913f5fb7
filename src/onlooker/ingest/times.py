"""Timestamps in a log's own spelling -> instants and local wall clocks, as SQL.

Every spelling becomes two numbers: `w`, the wall clock as written, in microseconds since 1970, and `o`, its offset from
UTC in seconds, NULL where the log does not say. Zone arithmetic is a CASE over the zone's own transitions: exact, the
same on every engine, and ten times cheaper than a calendar library per row.
"""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from onlooker.errors import UsageError
from onlooker.ingest.quoting import literal, strings
from onlooker.ingest.reject_reasons import AHEAD, EARLIEST

Order = Literal["", "dmy", "mdy"]
"""Whether the day or the month comes first in dates such as 03/04/2026; empty where that is not known."""
SPELLINGS = (
    "%d/%b/%Y:%H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M%S.%f",
    "%Y%m%d",
    "%Y%m%dT%H%M%S",
    "%Y%m%dT%H%M",
    "%Y/%m/%d %H:%M:%S.%f",
    "%Y-%m-%d %I:%M:%S %p",
    "%Y/%m/%d %I:%M:%S %p",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
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
COMPACT = r"(19|20)\d\d[01]\d[0-3]\d(\d{6}(\.\d+)?)?"
"""A year, month, ... second without a separator: digits, yet no number."""
AMBIGUOUS = r"\d{1,2}[/-]\d{1,2}[/-]\d{2,4}(\D.*)?"
ROUNDED = r"\d(\.\d{0,8})?E\+\d{1,2}"
"""A number with fewer digits than an instant has: a spreadsheet rounded it."""
CLOCK = r"\d{1,2}:\d\d(:\d\d([.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?"
DATE = r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d\d)|(19|20)\d\d[01]\d[0-3]\d)"
"""A date without a clock."""
HALF_DAYS = ("%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p", "%Y/%m/%d %I:%M %p", "%Y-%m-%d %I:%M:%S.%f %p")
"""Spellings with a clock of twelve hours, once the year stands first."""


@dataclass(frozen=True)
class Zone:
    """A time zone as the seconds to add to UTC from each instant on; the first holds from the beginning."""

    name: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]

    def of_instant(self, us: str) -> str:
        """SQL: microseconds to add to the instant `us` for the wall clock there."""
        return f"{self._macro}_local({us})"

    def of_wall(self, w: str) -> str:
        """SQL: microseconds to take from the wall clock `w` for the instant. An hour that occurs twice is its first."""
        return f"{self._macro}_wall({w})"

    def cases(self) -> dict[str, tuple[list[str], str]]:
        """What the two above call (see reading_macros): name -> cases of x, newest first as logs are recent, and else.

        A wall clock that occurs twice, or never, goes by the offset before.
        """
        first = str(self.offsets[0] * 1_000_000)
        changes = list(zip(self.starts[1:], self.offsets, self.offsets[1:], strict=False))[::-1]
        local = [f"WHEN x >= {start * 1_000_000} THEN {after * 1_000_000}" for start, _, after in changes]
        wall = [
            f"WHEN x >= {(start + max(before, after)) * 1_000_000} THEN {after * 1_000_000}"
            for start, before, after in changes
        ]
        return {f"{self._macro}_local": (local, first), f"{self._macro}_wall": (wall, first)}

    @property
    def _macro(self) -> str:
        return "zone_" + self.name.lower().replace("+", "_plus_").replace("-", "_minus_").replace("/", "_")


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


def wall_sql(x: str, order: Order = "") -> str:
    """SQL: the wall clock `w` of the text `x`, NULL if it can't be read. Common spellings first, each cheap to test.

    `order` says how dates such as 03/04/2026 are read; without it they can't be.
    """
    return f"ingest_wall{order}({x})"


def offset_sql(x: str) -> str:
    """SQL: the offset `o` of the text `x`, NULL if it says none. Numbers are instants."""
    return f"ingest_offset({x})"


def slashed_sql(x: str) -> tuple[str, str]:
    """SQL: the first and the second number of a date such as 03/04/2026 in the text `x`, NULL if it is none."""
    pattern = literal(r"^\s*(\d{1,2})[-/](\d{1,2})[-/](?:\d{4}|\d\d)(?:\D|$)")
    first, second = (f"try_cast(nullif(regexp_extract({x}, {pattern}, {place}), '') AS INTEGER)" for place in (1, 2))
    return first, second


def macros() -> dict[str, str]:
    """What the two above call (see reading_macros)."""
    return {
        # A comparison of the first bytes is nearly free. Compact spellings pass too, and are read as any other then.
        "ingest_is_z(x)": "suffix(x, 'Z') AND x >= '1990-' AND x < '2100-'",
        "ingest_is_offset(x)": "substr(x, 5, 1) = '-' AND length(x) >= 22 "
        r"AND regexp_full_match(right(x, 6), '[+-]\d\d:\d\d')",
        "ingest_is_naive(x)": "length(x) BETWEEN 19 AND 26 "
        r"AND regexp_full_match(x, '\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?')",
        "ingest_is_number(x)": f"regexp_full_match(x, {literal(_NUMBER)}) "
        f"AND NOT regexp_full_match(x, {literal(COMPACT)})",
        # The same in other words: what stands in two columns alike the engine computes for every line, and beforehand.
        "ingest_is_instant(x)": f"regexp_full_match(x, {literal(f'(?:{_NUMBER})')}) "
        f"AND NOT regexp_full_match(x, {literal(f'(?:{COMPACT})')})",
        "ingest_zone(x)": f"regexp_extract(x, {literal(_ZONED)}, 2)",
        "ingest_digits(x)": "replace(substr(x, 2), ':', '')",
        "ingest_seconds(x)": """(CASE WHEN left(x, 1) = '-' THEN -1 ELSE 1 END)
            * (try_cast(left(ingest_digits(x), 2) AS BIGINT) * 3600
               + coalesce(try_cast(substr(ingest_digits(x), 3) AS INTEGER), 0) * 60)""",
        "ingest_offset(x)": """CASE
            WHEN ingest_is_z(x) THEN 0
            WHEN ingest_is_offset(x) THEN ingest_seconds(right(x, 6))
            WHEN ingest_is_naive(x) THEN NULL
            WHEN ingest_is_instant(x) THEN 0
            WHEN ingest_zone(x) = '' THEN NULL
            WHEN ingest_zone(x) IN ('Z', 'z', 'UTC', 'GMT') THEN 0
            ELSE ingest_seconds(ingest_zone(x)) END""",
        # Seconds, milli-, micro- or nanoseconds since 1970, told apart by size: each covers the years 1973 to 5138.
        "ingest_exact_epoch(x)": """CASE WHEN x < 100000000000 THEN x * 1000000 WHEN x < 100000000000000 THEN x * 1000
            WHEN x < 100000000000000000 THEN x ELSE x // 1000 END""",
        "ingest_real_epoch(x)": """CASE WHEN x < 1e11 THEN x * 1e6 WHEN x < 1e14 THEN x * 1e3
            WHEN x < 1e17 THEN x ELSE x / 1e3 END""",
        "ingest_epoch(x)": r"""CASE WHEN regexp_full_match(x, '\d+') THEN ingest_exact_epoch(try_cast(x AS BIGINT))
            ELSE try_cast(round(ingest_real_epoch(try_cast(x AS DOUBLE))) AS BIGINT) END""",
        "ingest_clock(x)": f"regexp_replace(coalesce(nullif(regexp_extract(x, {literal(_ZONED)}, 1), ''), x), "
        r"'(:\d\d),(\d+)', '\1.\2')",
        "ingest_iso(x)": f"CASE WHEN regexp_full_match(x, {literal(_ISO)}) THEN epoch_us(try_cast(x AS TIMESTAMP)) END",
        "ingest_spelled(x)": f"epoch_us(try_strptime(x, [{strings(SPELLINGS)}]))",
        "ingest_halves(x)": f"epoch_us(try_strptime(x, [{strings(HALF_DAYS)}]))",
        # The second 60 is the first one of the next minute.
        "ingest_to_59(x)": r"regexp_replace(x, '(\d:\d\d):60', '\1:59')",
        "ingest_leap(x)": r"CASE WHEN regexp_matches(x, '\d:\d\d:60') THEN 1000000 ELSE 0 END",
        "ingest_rearranged(x)": "ingest_leap(x)"
        " + coalesce(ingest_iso(ingest_to_59(x)), ingest_halves(ingest_to_59(x)))",
        **_walls(""),
        **_walls("dmy"),
        **_walls("mdy"),
    }


def _walls(order: Order) -> dict[str, str]:
    """The macros of `wall_sql` for one order of day and month."""
    return {
        f"ingest_in_order{order}(x)": _in_order("x", order),
        f"ingest_any_wall{order}(x)": f"""CASE WHEN NOT ingest_is_number(x) THEN coalesce(ingest_iso(ingest_clock(x)),
            ingest_spelled(ingest_clock(x)), ingest_rearranged(ingest_in_order{order}(ingest_clock(x))))
            WHEN NOT regexp_full_match(x, {literal(ROUNDED)}) THEN ingest_epoch(x) END""",
        f"ingest_wall{order}(x)": f"""coalesce(CASE
            WHEN ingest_is_z(x) THEN epoch_us(try_cast(x AS TIMESTAMP))
            WHEN ingest_is_offset(x) THEN epoch_us(try_cast(left(x, length(x) - 6) AS TIMESTAMP))
            WHEN ingest_is_naive(x) THEN epoch_us(try_cast(x AS TIMESTAMP)) END, ingest_any_wall{order}(x))""",
    }


def _in_order(text: str, order: Order) -> str:
    """SQL: `, ` before the clock, AM and PM, and the year at the end put in order."""
    steps = [(r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}),?\s+", r"\1 "), (r"\s*([AaPp])\.?\s?[Mm]\.?$", r" \1M")]
    if order:
        steps.append((r"^(\d{1,2}[-/]\d{1,2}[-/])(\d\d)( |$)", "\\1" r"20\2\3"))
        steps.append((r"^(\d{1,2})[-/](\d{1,2})[-/](\d{4})", r"\3-\2-\1" if order == "dmy" else r"\3-\1-\2"))
    for pattern, new in steps:
        text = f"regexp_replace({text}, {literal(pattern)}, {literal(new)})"
    return text
