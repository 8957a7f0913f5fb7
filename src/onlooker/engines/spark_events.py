"""The table EVENTS on Spark, from files or from a table by name.

The reader of log files that DuckDB uses finds the line and the byte that is wrong with a damaged file; here the logs
are tables and files that a cluster already reads, so damage is counted by reason and shown without a line number. Which
column is which is decided by the caller, who recognises names the same way for both engines; `open_log` gives what that
takes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from onlooker.engines.spark import SparkEngine, errors_for_people
from onlooker.engines.spark_times import local_sql, offset_sql, wall_sql
from onlooker.errors import EngineError
from onlooker.tables import ACTIONS, EVENTS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Kind = Literal["table", "csv", "json", "parquet"]
Words = Mapping[str, Sequence[str]]

CORRUPT = "_corrupt_record"
RAW = "spark_log"
JUDGED = "spark_judged"
LONGEST_ID = 1000
SHOWN = 200
NO_NAME_NEEDED = ("search", "list", "export")
SUFFIXES: dict[str, Kind] = {"csv": "csv", "json": "json", "jsonl": "json", "ndjson": "json", "parquet": "parquet"}


@dataclass(frozen=True)
class SparkLog:
    """A log that Spark can read, before its columns are understood."""

    source: str
    names: tuple[str, ...]
    """Columns; those inside a record of records by dotted names."""
    types: Mapping[str, str]
    """Column -> Spark's name of its type."""
    sample: list[tuple[str | None, ...]]
    """The first rows as text, in the order of `names`."""


@dataclass(frozen=True)
class SparkReading:
    """What came of it: `lines` is always events + rejected + duplicates."""

    lines: int
    events: int
    rejected: int
    duplicates: int
    rejects_by_reason: Mapping[str, int]
    first_day: int | None
    last_day: int | None


def open_log(engine: SparkEngine, source: str, kind: Kind | None = None) -> SparkLog:
    """Look at `source`: a table by its name, or a path (file, folder or glob) that all nodes can read."""
    with errors_for_people():
        frame = _flat(_frame(engine, source, kind or kind_of(source)))
        frame.createOrReplaceTempView(RAW)
        types = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    names = tuple(name for name in types if name != CORRUPT)
    columns = ", ".join(f"CAST({_quoted(name)} AS STRING)" for name in names)
    return SparkLog(source, names, types, engine.rows(f"SELECT {columns} FROM {RAW} LIMIT 1000"))


def kind_of(source: str) -> Kind:
    """What a source is by its name: a path has a slash or a known ending, everything else is a table."""
    ending = source.lower().removesuffix(".gz").removesuffix(".zst").rpartition(".")[2]
    if ending in SUFFIXES:
        return SUFFIXES[ending]
    if "/" not in source:
        return "table"
    raise EngineError(f"{source}: Spark can't tell what kind of files these are.", "Say csv, json or parquet.")


def read_events(
    engine: SparkEngine,
    log: SparkLog,
    mapping: Mapping[str, str],
    timezone: str | None = None,
    *,
    verbs: Words | None = None,
    actor_types: Words | None = None,
) -> SparkReading:
    """Make the tables EVENTS and REJECTS from an opened log.

    `mapping` is name of EVENTS (`timestamp` for the instant) -> column of the log. `timezone` as for log files: days
    and hours are local there, and times without an offset are of there. `verbs` and `actor_types` give the words for
    each action and each kind of actor. Lines that say the same twice are counted once.
    """
    zone = _checked(timezone)
    absent = [column for column in mapping.values() if column not in log.names]
    if absent:
        raise EngineError(f"{log.source} has no column {' or '.join(absent)}.", f"Its columns: {', '.join(log.names)}.")
    select = judged_sql(log, mapping, zone, verbs or {action: (action,) for action in ACTIONS}, actor_types or {})
    engine.table(JUDGED, select)
    shown = f"substring(text, 1, {SHOWN})"
    names = ", ".join(EVENTS.names)
    engine.view("events", f"SELECT {names} FROM {JUDGED} WHERE reason IS NULL AND turn = 1")
    engine.view(
        "rejects",
        f"SELECT {_literal(log.source)} AS file, CAST(NULL AS BIGINT) AS line, reason, {shown} AS text "
        f"FROM {JUDGED} WHERE reason IS NOT NULL",
    )
    return _reading(engine)


def _reading(engine: SparkEngine) -> SparkReading:
    ((lines, events, rejected, first, last),) = engine.rows(
        f"""SELECT count(*), count(*) FILTER (WHERE reason IS NULL AND turn = 1),
        count(*) FILTER (WHERE reason IS NOT NULL),
        min(day) FILTER (WHERE reason IS NULL), max(day) FILTER (WHERE reason IS NULL) FROM {JUDGED}"""
    )
    reasons = engine.rows("SELECT reason, count(*) AS n FROM rejects GROUP BY reason ORDER BY n DESC, reason")
    found = {str(reason): int(count) for reason, count in reasons}
    return SparkReading(lines, events, rejected, lines - events - rejected, found, first, last)


def _frame(engine: SparkEngine, source: str, kind: Kind) -> DataFrame:
    frame: DataFrame
    read: Any = engine.session.read
    if kind == "table":
        frame = engine.session.table(source)
    elif kind == "parquet":
        frame = read.parquet(source)
    elif kind == "json":
        frame = read.option("primitivesAsString", "true").json(source)
    else:
        read = read.options(header="true", escape='"', columnNameOfCorruptRecord=CORRUPT)
        columns = ", ".join(f"{_quoted(name)} STRING" for name in (*read.csv(source).columns, CORRUPT))
        frame = read.schema(columns).csv(source)
    return frame


def _flat(frame: DataFrame) -> DataFrame:
    """Records inside of records become columns with dotted names."""
    from pyspark.sql.functions import col
    from pyspark.sql.types import StructType

    def leaves(schema: StructType, path: tuple[str, ...]) -> list[Any]:
        found = []
        for field in schema.fields:
            place = (*path, field.name)
            if isinstance(field.dataType, StructType):
                found += leaves(field.dataType, place)
            else:
                found.append(col(".".join(f"`{part}`" for part in place)).alias(".".join(place)))
        return found

    flat: DataFrame = frame.select(*leaves(frame.schema, ()))
    return flat


def judged_sql(log: SparkLog, mapping: Mapping[str, str], zone: str | None, verbs: Words, actor_types: Words) -> str:
    """Every line with the columns of EVENTS, `reason` (NULL for a good line) and `turn` (1 for the first of equals)."""
    kind = log.types[mapping["timestamp"]]
    flaw = (
        f"CASE WHEN {CORRUPT} IS NOT NULL THEN 'not readable as a line of its kind' END"
        if CORRUPT in log.types
        else "NULL"
    )
    whole = ", ".join(f"coalesce(CAST({_quoted(name)} AS STRING), '')" for name in log.types)
    stamp = _quoted(mapping["timestamp"])
    others = ", ".join(f"{_cleaned(_quoted(mapping[n]))} AS {n}" for n in EVENTS.names if n in mapping)
    raw = f"""SELECT {flaw} AS flaw, concat_ws(',', {whole}) AS text,
        {_cleaned(stamp)} AS ts, {wall_sql(stamp, kind)} AS w, {offset_sql(stamp, kind)} AS o, {others} FROM {RAW}"""
    naive = f"unix_micros(to_utc_timestamp(timestamp_micros(w), {_literal(zone)}))" if zone else "w"
    placed = f"SELECT *, CASE WHEN o IS NULL THEN {naive} ELSE w - o * 1000000 END AS us FROM ({raw})"
    columns = ", ".join(f"{_column(c.name, c.type, mapping, verbs, actor_types)} AS {c.name}" for c in EVENTS.columns)
    local = f"SELECT *, {local_sql(zone)} AS local FROM ({placed})"
    events = f"SELECT text, {columns}, flaw, ts FROM ({local})"
    reasoned = f"SELECT *, {_reason()} AS reason FROM ({events})"
    same = "us, agent_id, customer_id, action, event_id, CASE WHEN event_id IS NULL OR reason IS NOT NULL THEN text END"
    return f"SELECT *, row_number() OVER (PARTITION BY {same} ORDER BY text NULLS FIRST) AS turn FROM ({reasoned})"


def _column(name: str, kind: str, mapping: Mapping[str, str], verbs: Words, actor_types: Words) -> str:
    fixed = {"us": "us", "day": "CAST(local div 86400000000 AS INT)", "hour": "CAST(local div 3600000000 % 24 AS INT)"}
    if name in fixed:
        return fixed[name]
    if name == "action":
        return _action(verbs) if "action" in mapping else "'view'"
    if name not in mapping:
        return f"CAST(NULL AS {'STRING' if kind == 'VARCHAR' else kind})"
    if name == "actor_type":
        cases = " ".join(
            f"WHEN lower(actor_type) IN ({_strings(w)}) THEN {_literal(k)}" for k, w in actor_types.items()
        )
        return f"CASE {cases} END" if cases else "lower(actor_type)"
    return f"try_cast({name} AS BIGINT)" if kind == "BIGINT" else name


def _action(verbs: Words) -> str:
    """The first word that is known and no word for viewing decides; a verb that is not known counts as a view."""
    words = "regexp_extract_all(lower(regexp_replace(action, '([a-z])([A-Z])', '$1 $2')), '[a-z]+', 0)"
    strong = _strings(word for action, words in verbs.items() if action != "view" for word in words)
    first = f"get(filter({words}, word -> word IN ({strong})), 0)"
    cases = " ".join(f"WHEN {first} IN ({_strings(w)}) THEN {_literal(a)}" for a, w in verbs.items() if a != "view")
    return f"CASE WHEN action IN ({_strings(ACTIONS)}) THEN action {cases} ELSE 'view' END"


def _reason() -> str:
    first, last = datetime(1990, 1, 1, tzinfo=UTC), timedelta(days=2)
    nameless = _strings(NO_NAME_NEEDED)
    return f"""CASE
        WHEN flaw IS NOT NULL THEN flaw
        WHEN ts IS NULL THEN 'no timestamp'
        WHEN us IS NULL THEN 'timestamp not understood'
        WHEN us >= 0 AND us < 31536000000000 THEN 'timestamp in 1970: is the unit wrong?'
        WHEN us < {int(first.timestamp()) * 1_000_000} THEN 'timestamp before 1990'
        WHEN us > {int((time.time() + last.total_seconds()) * 1_000_000)} THEN 'timestamp in the future'
        WHEN agent_id IS NULL THEN 'no agent'
        WHEN customer_id IS NULL AND action NOT IN ({nameless}) THEN 'no customer'
        WHEN length(agent_id) > {LONGEST_ID} THEN 'agent id longer than {LONGEST_ID:,} characters'
        WHEN length(customer_id) > {LONGEST_ID} THEN 'customer id longer than {LONGEST_ID:,} characters' END"""


def _cleaned(value: str) -> str:
    """Trimmed text; what databases write for "nothing" is NULL."""
    text = f"nullif(regexp_replace(CAST({value} AS STRING), '^[ \\t\\n\\r]+|[ \\t\\n\\r]+$', ''), '')"
    return f"CASE WHEN {text} NOT IN ('NULL', 'null', '\\\\N') THEN {text} END"


def _checked(zone: str | None) -> str | None:
    try:
        return zone and ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise EngineError(f"There is no time zone {zone}.", "Use an IANA name, such as Europe/Paris.") from error


def _literal(text: str | None) -> str:
    return "'" + (text or "").replace("\\", "\\\\").replace("'", "\\'") + "'"


def _strings(values: Any) -> str:
    return ", ".join(_literal(value) for value in values)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
