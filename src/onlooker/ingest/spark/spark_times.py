"""Timestamps in Spark's SQL: the wall clock as written and its offset from UTC, as for log files on DuckDB."""

from __future__ import annotations

from collections.abc import Sequence

from onlooker.engines.sql_text import literal
from onlooker.ingest.times import COMPACT, Order

_ZONED = r"^(.*\d[:T]\d\d[^+-]*?)\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(?:\[[A-Za-z_/+-]+\])?$"
_ISO = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]\d.*\d)?$"
_NUMBER = r"^\d{1,19}(\.\d*)?([eE]\+?\d{1,2})?$"
_COMPACT = f"^{COMPACT}$"
_HALF_DAYS = ("yyyy-M-d h:mm:ss a", "yyyy-M-d h:mm a")
_WEEKDAY = "^(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? "

# strftime's letters as Java's; one `d` stands for one digit or two. Spark can't parse weekdays, so they are cut off.
_LETTERS = {"Y": "yyyy", "m": "MM", "b": "MMM", "B": "MMMM", "d": "d", "H": "H", "I": "h", "p": "a", "M": "mm",
            "S": "ss", "f": "[SSSSSS][SSS]"}  # fmt: skip


def wall_sql(column: str, kind: str, spellings: Sequence[str] = (), order: Order = "") -> str:
    """Microseconds since 1970 of the wall clock as written, NULL if it can't be read.

    `kind` is the column's type. `spellings` are further ones, beside ISO 8601 and numbers, as strftime writes them.
    `order` says how dates such as 03/04/2026 are read; without it they can't be.
    """
    if kind in ("timestamp", "timestamp_ntz", "date"):
        return f"unix_micros(CAST({column} AS TIMESTAMP))"
    text = f"trim(CAST({column} AS STRING))"
    body = f"coalesce(nullif(regexp_extract({text}, {literal(_ZONED)}, 1), ''), {text})"
    clock = rf"regexp_replace({body}, '(:\d\d),(\d+)', '$1.$2')"
    iso = f"CASE WHEN {clock} RLIKE {literal(_ISO)} THEN try_cast(replace({clock}, '/', '-') AS TIMESTAMP) END"
    unnamed = f"regexp_replace({clock}, {literal(_WEEKDAY)}, '')"
    first = _year_first(clock, order)
    ordered = f"CASE WHEN {first} RLIKE {literal(_ISO)} THEN try_cast({first} AS TIMESTAMP) END"
    halves = "".join(f", try_to_timestamp({first}, {literal(pattern)})" for pattern in _HALF_DAYS)
    spelled = "".join(f", try_to_timestamp({unnamed}, {literal(pattern)})" for pattern in patterns(spellings))
    known = f"coalesce({iso}{spelled}, {ordered}{halves})"
    return f"CASE WHEN {_is_number(text)} THEN {_epoch(text)} ELSE unix_micros({known}) END"


def _year_first(text: str, order: Order) -> str:
    """SQL: `, ` before the clock, AM and PM, and the year at the end put in order."""
    steps = [(r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}),?\s+", "$1 "), (r"\s*([AaPp])\.?\s?[Mm]\.?$", " $1M")]
    if order:
        steps.append((r"^(?<y>\d{1,2}[-/]\d{1,2}[-/])(\d\d)( |$)", "${y}20$2$3"))
        steps.append((r"^(\d{1,2})[-/](\d{1,2})[-/](\d{4})", "$3-$2-$1" if order == "dmy" else "$3-$1-$2"))
    for pattern, new in steps:
        text = f"regexp_replace({text}, {literal(pattern)}, {literal(new)})"
    return text


def offset_sql(column: str, kind: str) -> str:
    """Seconds from UTC, NULL if the text says none. Numbers and Spark's TIMESTAMP are instants."""
    if kind == "timestamp":
        return "0L"
    if kind in ("timestamp_ntz", "date"):
        return "CAST(NULL AS BIGINT)"
    text = f"trim(CAST({column} AS STRING))"
    zone = f"regexp_extract({text}, {literal(_ZONED)}, 2)"
    digits = f"replace(substring({zone}, 2), ':', '')"
    minutes = f"coalesce(try_cast(substring({digits}, 3, 2) AS INT), 0)"
    seconds = f"try_cast(substring({digits}, 1, 2) AS INT) * 3600 + {minutes} * 60"
    sign = f"CASE WHEN startswith({zone}, '-') THEN -1 ELSE 1 END"
    return f"""CASE WHEN {_is_number(text)} THEN 0L WHEN {zone} = '' THEN NULL
        WHEN {zone} IN ('Z', 'z', 'UTC', 'GMT') THEN 0L ELSE CAST({sign} * ({seconds}) AS BIGINT) END"""


def local_sql(zone: str | None) -> str:
    """Microseconds of the local wall clock of the instant `us`: in `zone`, else as written."""
    return f"unix_micros(from_utc_timestamp(timestamp_micros(us), '{zone}'))" if zone else "w"


def patterns(spellings: Sequence[str]) -> list[str]:
    """strftime's spellings as Java's patterns, each once."""
    return list(dict.fromkeys(_pattern(spelling) for spelling in spellings))


def _pattern(spelling: str) -> str:
    text = spelling.removeprefix("%a, ").removeprefix("%a ")
    pattern, place = "", 0
    while place < len(text):
        if text[place] == "%":
            pattern += _LETTERS[text[place + 1]]
            place += 2
        else:
            pattern += f"'{text[place]}'" if text[place].isalpha() or text[place] == "@" else text[place]
            place += 1
    # Digits without separators have fixed places.
    return pattern.replace("yyyyMMd", "yyyyMMdd").replace("ddH", "ddHH").replace("'T'H", "'T'HH")


def _is_number(text: str) -> str:
    return f"{text} RLIKE {literal(_NUMBER)} AND NOT {text} RLIKE {literal(_COMPACT)}"


def _epoch(text: str) -> str:
    """Seconds, milli-, micro- or nanoseconds since 1970, told apart by size."""
    number = f"try_cast({text} AS DECIMAL(38, 9))"
    scaled = f"""CASE WHEN {number} < 1e11BD THEN {number} * 1000000 WHEN {number} < 1e14BD THEN {number} * 1000
        WHEN {number} < 1e17BD THEN {number} ELSE {number} / 1000 END"""
    return f"try_cast(round({scaled}) AS BIGINT)"
