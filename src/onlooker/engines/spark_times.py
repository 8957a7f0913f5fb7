"""Timestamps in Spark's SQL: the wall clock as written and its offset from UTC, as for log files on DuckDB."""

from __future__ import annotations

_BODY = r"^(\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(:\\d\\d([.,]\\d+)?)?)"
_ZONE = r"\\s*(Z|z|UTC|GMT|[+-]\\d\\d(:?\\d\\d)?)?$"
_NUMBER = r"^\\d{1,19}(\\.\\d*)?$"


def wall_sql(column: str, kind: str) -> str:
    """Microseconds since 1970 of the wall clock as written, NULL if it can't be read. `kind` is the column's type."""
    if kind in ("timestamp", "timestamp_ntz", "date"):
        return f"unix_micros(CAST({column} AS TIMESTAMP))"
    text = f"trim(CAST({column} AS STRING))"
    body = f"replace(regexp_extract({text}, '{_BODY}{_ZONE}', 1), ',', '.')"
    instant = f"unix_micros(try_cast(nullif(substring({body}, 1, 26), '') AS TIMESTAMP))"
    return f"CASE WHEN {text} RLIKE '{_NUMBER}' THEN {_epoch(text)} ELSE {instant} END"


def offset_sql(column: str, kind: str) -> str:
    """Seconds from UTC, NULL if the text says none. Numbers and Spark's TIMESTAMP are instants."""
    if kind == "timestamp":
        return "0L"
    if kind in ("timestamp_ntz", "date"):
        return "CAST(NULL AS BIGINT)"
    text = f"trim(CAST({column} AS STRING))"
    zone = f"regexp_extract({text}, '{_BODY}{_ZONE}', 4)"
    digits = f"replace(substring({zone}, 2), ':', '')"
    minutes = f"coalesce(try_cast(substring({digits}, 3, 2) AS INT), 0)"
    seconds = f"try_cast(substring({digits}, 1, 2) AS INT) * 3600 + {minutes} * 60"
    sign = f"CASE WHEN startswith({zone}, '-') THEN -1 ELSE 1 END"
    return f"""CASE WHEN {text} RLIKE '{_NUMBER}' THEN 0L WHEN {zone} = '' THEN NULL
        WHEN {zone} IN ('Z', 'z', 'UTC', 'GMT') THEN 0L ELSE CAST({sign} * ({seconds}) AS BIGINT) END"""


def local_sql(zone: str | None) -> str:
    """Microseconds of the local wall clock of the instant `us`: in `zone`, else as written."""
    return f"unix_micros(from_utc_timestamp(timestamp_micros(us), '{zone}'))" if zone else "w"


def _epoch(text: str) -> str:
    """Seconds, milli-, micro- or nanoseconds since 1970, told apart by size."""
    number = f"try_cast({text} AS DECIMAL(38, 9))"
    scaled = f"""CASE WHEN {number} < 1e11BD THEN {number} * 1000000 WHEN {number} < 1e14BD THEN {number} * 1000
        WHEN {number} < 1e17BD THEN {number} ELSE {number} / 1000 END"""
    return f"try_cast(round({scaled}) AS BIGINT)"
