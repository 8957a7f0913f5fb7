"""Timestamps in Spark's SQL: the wall clock as written and its offset from UTC, as for log files on DuckDB."""

from __future__ import annotations

from collections.abc import Sequence

from onlooker.engines.sql_text import literal
from onlooker.ingest.times import COMPACT, HALF_DAYS, ROUNDED, Order

_ZONED = r"^(.*\d[:T]\d\d[^+-]*?)\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)(?:\[[A-Za-z_/+-]+\])?$"
_ISO = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}([T ]\d.*\d)?$"
_NUMBER = r"^\d{1,19}(\.\d*)?([eE]\+?\d{1,2})?$"
_COMPACT = f"^{COMPACT}$"
_ROUNDED = f"^{ROUNDED}$"
_WEEKDAY = "^(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? "

# strftime's letters as Java's; one `d` stands for one digit or two. Spark can't parse weekdays, so they are cut off.
_LETTERS = {"Y": "yyyy", "m": "MM", "b": "MMM", "B": "MMMM", "d": "d", "H": "H", "I": "h", "p": "a", "M": "mm",
            "S": "ss", "f": "[SSSSSS][SSS]"}  # fmt: skip


def steps(
    kind: str, spellings: Sequence[str] = (), orders: Sequence[Order] = ("",), column: str = "stamp"
) -> list[dict[str, str]]:
    """Columns to add one after the other, name -> SQL, the last of which are `w` and `o`.

    `w` is the wall clock as written in microseconds since 1970, NULL if it can't be read; `o` the offset from UTC in
    seconds, NULL if the text says none. Numbers and Spark's TIMESTAMP are instants. `kind` is the type of the `column`.
    `spellings` are further ones, beside ISO 8601 and numbers, as strftime writes them. `orders` say how dates such as
    03/04/2026 are read, the first that can be; without one they can't be.
    """
    if kind in ("timestamp", "timestamp_ntz", "date"):
        offset = "0L" if kind == "timestamp" else "CAST(NULL AS BIGINT)"
        return [{"w": f"unix_micros(CAST({column} AS TIMESTAMP))", "o": offset}]
    firsts = [f"t_first_{place}" for place, _ in enumerate(orders)]
    unnamed = f"regexp_replace(t_clock, {literal(_WEEKDAY)}, '')"
    spelled = [f"try_to_timestamp(t_unnamed, {literal(pattern)})" for pattern in patterns(spellings)]
    return [
        {"t": f"trim(CAST({column} AS STRING))"},
        {"t_zone": f"regexp_extract(t, {literal(_ZONED)}, 2)",
         "t_body": f"coalesce(nullif(regexp_extract(t, {literal(_ZONED)}, 1), ''), t)",
         "t_is_number": f"t RLIKE {literal(_NUMBER)} AND NOT t RLIKE {literal(_COMPACT)}"},
        {"t_clock": r"regexp_replace(t_body, '(:\d\d),(\d+)', '$1.$2')",
         "t_number": f"CASE WHEN NOT t RLIKE {literal(_ROUNDED)} THEN try_cast(t AS DECIMAL(38, 9)) END",
         "t_digits": "replace(substring(t_zone, 2), ':', '')"},
        # The second 60 is the first one of the next minute.
        {"t_to_59": r"regexp_replace(t_clock, '(\d:\d\d):60', '$1:59')",
         "t_leap": r"CASE WHEN t_clock RLIKE '\d:\d\d:60' THEN 1000000L ELSE 0L END"},
        {"t_unnamed": unnamed, "t_iso": _iso("replace(t_clock, '/', '-')", "t_clock"), "o": _OFFSET}
        | {name: _year_first("t_to_59", order) for name, order in zip(firsts, orders, strict=True)},
        {"t_spelled": f"coalesce(t_iso{''.join(f', {one}' for one in spelled)})"},
        {"t_ordered": f"coalesce(t_spelled{''.join(f', {one}' for name in firsts for one in _rearranged(name))})"},
        {"w": f"CASE WHEN t_is_number THEN {_EPOCH} ELSE unix_micros(t_ordered) + t_leap END"},
    ]  # fmt: skip


def _iso(value: str, text: str) -> str:
    return f"CASE WHEN {text} RLIKE {literal(_ISO)} THEN try_cast({value} AS TIMESTAMP) END"


def _rearranged(text: str) -> list[str]:
    halves = [pattern.replace("MM", "M") for pattern in patterns(HALF_DAYS)]  # one digit or two
    return [_iso(text, text), *(f"try_to_timestamp({text}, {literal(pattern)})" for pattern in halves)]


def _year_first(text: str, order: Order) -> str:
    """SQL: `, ` before the clock, AM and PM, and the year at the end put in order."""
    steps = [(r"^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}),?\s+", "$1 "), (r"\s*([AaPp])\.?\s?[Mm]\.?$", " $1M")]
    if order:
        steps.append((r"^(?<y>\d{1,2}[-/]\d{1,2}[-/])(\d\d)( |$)", "${y}20$2$3"))
        steps.append((r"^(\d{1,2})[-/](\d{1,2})[-/](\d{4})", "$3-$2-$1" if order == "dmy" else "$3-$1-$2"))
    for pattern, new in steps:
        text = f"regexp_replace({text}, {literal(pattern)}, {literal(new)})"
    return text


_OFFSET = """CASE WHEN t_is_number THEN 0L WHEN t_zone = '' THEN NULL WHEN t_zone IN ('Z', 'z', 'UTC', 'GMT') THEN 0L
    ELSE CAST(CASE WHEN startswith(t_zone, '-') THEN -1 ELSE 1 END
        * (try_cast(substring(t_digits, 1, 2) AS INT) * 3600
           + coalesce(try_cast(substring(t_digits, 3, 2) AS INT), 0) * 60) AS BIGINT) END"""

# Seconds, milli-, micro- or nanoseconds since 1970, told apart by size.
_EPOCH = """try_cast(round(CASE WHEN t_number < 1e11BD THEN t_number * 1000000
    WHEN t_number < 1e14BD THEN t_number * 1000
    WHEN t_number < 1e17BD THEN t_number ELSE t_number / 1000 END) AS BIGINT)"""


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
