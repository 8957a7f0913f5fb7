"""The tables EVENTS and REJECTS on Spark, from opened logs.

The reader of log files that DuckDB uses finds the line and the byte that is wrong with a damaged file; here the logs
are tables and files that a cluster already reads, so damage is counted by reason and shown without a line number. How
logs spell things, and which column is which, the caller says, who knows both for either engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from onlooker.engines.spark import SparkEngine
from onlooker.engines.sql_text import literal, literals
from onlooker.errors import EngineError
from onlooker.ingest import event_ids, ids
from onlooker.ingest.reject_reasons import SHOWN, reason_sql
from onlooker.ingest.spark.opened_log import CORRUPT, FILE, SIZE, SparkLog, quoted
from onlooker.ingest.spark.spark_times import local_sql, offset_sql, wall_sql
from onlooker.ingest.times import ROUNDED
from onlooker.schema.placeholders import OF_DATABASES, OF_EXPORTS
from onlooker.schema.tables import ACTIONS, EVENTS

JUDGED = "spark_judged"
STORED = "ingest_events"
"""EVENTS with the days of their clocks, whatever view of it is `events` later."""
KEY = ("us", "agent_id", "customer_id", "action")


@dataclass(frozen=True)
class Words:
    """How logs spell things."""

    verbs: Mapping[str, Sequence[str]] = field(default_factory=lambda: {action: (action,) for action in ACTIONS})
    """Action -> words that mean it."""
    actor_types: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spellings: Sequence[str] = ()
    """Of timestamps beside ISO 8601, as strftime writes them."""
    ambiguous: str = "(?!)"
    """What a timestamp looks like that can be read in two ways; by default nothing does."""
    whole: Mapping[str, str] = field(default_factory=dict)
    """Verbs that are known as a whole, in small letters -> action."""


@dataclass(frozen=True)
class SparkFile:
    """One file, or one table, as it was read."""

    name: str
    bytes: int
    rows: int
    rejected: int


@dataclass(frozen=True)
class SparkReading:
    """What came of it: `lines` is always events + rejected + duplicates."""

    lines: int
    events: int
    rejected: int
    duplicates: int
    agents: int
    customers: int
    first_day: int | None
    last_day: int | None
    rejects_by_reason: Mapping[str, int]
    """Most frequent first."""
    unknown_verbs: Mapping[str, int]
    """Verbs that count as views because they are not known, most frequent first."""
    files: tuple[SparkFile, ...]
    naive: int
    """Events whose time says no offset from UTC."""
    shifted: int
    """Events whose time says one that is not 0."""
    clocked: int = 0
    """Events that are not at midnight."""
    different: int = 0
    """Lines not counted that say something else than the one with their event_id."""
    shared: int = 0
    """Lines whose event_id stands for several agents or customers, where event_ids are not believed because of it."""


def read_events(
    engine: SparkEngine, logs: Sequence[tuple[SparkLog, Mapping[str, str]]], zone: str | None, words: Words
) -> SparkReading:
    """Make the tables EVENTS and REJECTS from opened logs.

    Each log comes with its mapping, name of EVENTS (`timestamp` for the instant) -> column. `zone` is a name that
    exists: days and hours are local there, and times without an offset are of there. Lines that say the same twice are
    counted once. Raises EngineError for a column that is not there.
    """
    engine.table(JUDGED, judged_sql(logs, zone, words))
    shared = _not_believed(engine)
    if shared:
        engine.table(JUDGED, judged_sql(logs, zone, words, by_id=False))
    names = ", ".join(EVENTS.names)
    engine.view(STORED, f"SELECT {names} FROM {JUDGED} WHERE reason IS NULL AND turn = 1")
    engine.view(EVENTS.name, f"SELECT * FROM {STORED}")
    engine.view(
        "rejects",
        f"SELECT file, CAST(NULL AS BIGINT) AS line, reason, text FROM {JUDGED} WHERE reason IS NOT NULL",
    )
    return replace(_reading(engine), shared=shared)


def _not_believed(engine: SparkEngine) -> int:
    """Lines that share their event_id with a line about another agent or customer, if that is why none is believed."""
    ((shared, numbered),) = engine.rows(
        f"SELECT count(*) FILTER (WHERE several), count(event_id) FROM {JUDGED} WHERE reason IS NULL"
    )
    return 0 if event_ids.believed(shared, numbered) else int(shared)


def _reading(engine: SparkEngine) -> SparkReading:
    good = "reason IS NULL AND turn = 1"
    midnight = "us % 3600000000 = 0 AND (hour = 0 OR us % 86400000000 = 0)"
    ((lines, events, rejected, agents, customers, first, last, naive, shifted, different, clocked),) = engine.rows(
        f"""SELECT count(*), count(*) FILTER (WHERE {good}), count(*) FILTER (WHERE reason IS NOT NULL),
        count(DISTINCT CASE WHEN {good} THEN agent_id END), count(DISTINCT CASE WHEN {good} THEN customer_id END),
        min(CASE WHEN {good} THEN day END), max(CASE WHEN {good} THEN day END),
        count(*) FILTER (WHERE {good} AND o IS NULL), count(*) FILTER (WHERE {good} AND o <> 0),
        count(*) FILTER (WHERE reason IS NULL AND different), count(*) FILTER (WHERE {good} AND NOT ({midnight}))
        FROM {JUDGED}"""
    )
    files = engine.rows(
        f"""SELECT file, coalesce(max(size), 0), count(*), count(*) FILTER (WHERE reason IS NOT NULL)
        FROM {JUDGED} GROUP BY file ORDER BY file"""
    )
    return SparkReading(
        lines, events, rejected, lines - events - rejected, agents, customers, first, last,
        rejects_by_reason=_counted(engine, "reason", "reason IS NOT NULL"),
        unknown_verbs=_counted(engine, "verb", f"{good} AND verb IS NOT NULL"),
        files=tuple(SparkFile(*row) for row in files), naive=naive, shifted=shifted,
        different=different, clocked=clocked,
    )  # fmt: skip


def _counted(engine: SparkEngine, column: str, where: str) -> dict[str, int]:
    grouped = f"SELECT {column}, count(*) AS n FROM {JUDGED} WHERE {where} GROUP BY {column} ORDER BY n DESC, {column}"
    return {str(value): int(n) for value, n in engine.rows(grouped)}


def judged_sql(
    logs: Sequence[tuple[SparkLog, Mapping[str, str]]], zone: str | None, words: Words, by_id: bool = True
) -> str:
    """Every line with the columns of EVENTS, its file, `reason` (NULL for a good line) and `turn`, 1 for the one that
    counts of equals; `verb` where it isn't known, and the offset `o` from UTC that its time says.

    With `by_id`, good lines of one source with the same event_id and customer are equal: `different` says that one says
    something else than the first of them, `several` that agents or customers of its event_id differ.
    """
    sources = event_ids.numbered_sources([mapping for _, mapping in logs])
    lines = " UNION ALL ".join(
        f"SELECT {source} AS source, * FROM ({_lines(log, mapping, zone, words)})"
        for (log, mapping), source in zip(logs, sources, strict=True)
    )
    names = ", ".join(EVENTS.names)
    if by_id and any("event_id" in mapping for _, mapping in logs):
        numbered = _numbered_by_id(lines, several=len(set(sources)) > 1)
    else:
        turn = f"row_number() OVER (PARTITION BY {', '.join((*KEY, 'event_id', 'text'))} ORDER BY file NULLS FIRST)"
        numbered = f"SELECT *, {turn} AS turn, FALSE AS different, FALSE AS several FROM ({lines})"
    text = f"CASE WHEN reason IS NOT NULL THEN substring(text, 1, {SHOWN}) END AS text"
    return f"SELECT {names}, file, size, verb, o, reason, turn, different, several, {text} FROM ({numbered})"


def _numbered_by_id(lines: str, several: bool) -> str:
    """`lines` with `turn`, `different` and `several`, by event_ids where there are; `several` sources need more."""
    believed = "reason IS NULL AND event_id IS NOT NULL"
    order = ", ".join(f"{name} NULLS FIRST" for name in (*KEY, "text", *(n for n in EVENTS.names if n not in KEY)))
    words = ", ".join(f"CASE WHEN {believed} THEN NULL ELSE {name} END" for name in (*KEY, "text"))
    by = f"CASE WHEN {believed} THEN source END, event_id, {words}"
    apart = " OR ".join(f"NOT {name} <=> first_value({name}) OVER first" for name in KEY)
    differ = " OR ".join(f"min({name}) OVER same <> max({name}) OVER same" for name in ("agent_id", "customer_id"))
    numbered = f"""SELECT *, row_number() OVER first AS turn, {believed} AND ({apart}) AS different,
        {believed} AND coalesce({differ}, FALSE) AS several FROM ({lines})
        WINDOW same AS (PARTITION BY {by}), first AS (PARTITION BY {by}, customer_id ORDER BY {order})"""
    if not several:
        return numbered
    # Of two sources, lines with an event_id are one if what they say agrees.
    agreeing = f"{', '.join(KEY)}, event_id, CASE WHEN {believed} THEN NULL ELSE text END"
    again = f"row_number() OVER (PARTITION BY {agreeing} ORDER BY turn, {order})"
    return f"SELECT * EXCEPT (turn), CASE WHEN turn = 1 THEN {again} ELSE turn END AS turn FROM ({numbered})"


def _lines(log: SparkLog, mapping: Mapping[str, str], zone: str | None, words: Words) -> str:
    absent = [column for column in mapping.values() if column not in log.names]
    if absent:
        raise EngineError(
            f"{log.source.shown} has no column {' or '.join(absent)}.", f"Its columns: {', '.join(log.names)}."
        )
    kind, stamp = log.types[mapping["timestamp"]], quoted(mapping["timestamp"])
    if "clock" in mapping:
        day = f"CAST({stamp} AS DATE)" if kind.startswith("timestamp") else stamp
        kind, stamp = "string", f"concat_ws(' ', CAST({day} AS STRING), CAST({quoted(mapping['clock'])} AS STRING))"
    damaged = quoted(CORRUPT) if CORRUPT in log.types else "CAST(NULL AS STRING)"
    whole = ", ".join(f"coalesce(CAST({quoted(name)} AS STRING), '')" for name in log.names)
    file, size = (FILE, SIZE) if FILE in log.types else (literal(log.source.shown), "0L")
    others = ", ".join(f"{_value(n, quoted(mapping[n]))} AS {n}" for n in EVENTS.names if n in mapping)
    raw = f"""SELECT {file} AS file, {size} AS size, coalesce({damaged}, concat_ws(',', {whole})) AS text,
        CASE WHEN {damaged} IS NOT NULL THEN 'not readable as a line of its kind' END AS flaw,
        {_cleaned(stamp)} AS ts, {wall_sql(stamp, kind, words.spellings, log.order)} AS w,
        {offset_sql(stamp, kind)} AS o, {others}
        FROM {log.view}"""
    naive = f"unix_micros(to_utc_timestamp(timestamp_micros(w), {literal(zone)}))" if zone else "w"
    placed = f"SELECT *, CASE WHEN o IS NULL THEN {naive} ELSE w - o * 1000000 END AS us FROM ({raw})"
    local = f"SELECT *, {local_sql(zone)} AS local FROM ({placed})"
    columns = ", ".join(f"{_column(c.name, c.type, mapping, words)} AS {c.name}" for c in EVENTS.columns)
    verb = _unknown_verb(words) if "action" in mapping else "CAST(NULL AS STRING)"
    events = f"SELECT {columns}, file, size, text, flaw, ts, o, {verb} AS verb FROM ({local})"
    names = ", ".join(EVENTS.names)
    return f"SELECT {names}, file, size, text, verb, o, {_reason(words.ambiguous)} AS reason FROM ({events})"


def _column(name: str, kind: str, mapping: Mapping[str, str], words: Words) -> str:
    fixed = {"us": "us", "day": "CAST(local div 86400000000 AS INT)", "hour": "CAST(local div 3600000000 % 24 AS INT)"}
    if name in fixed:
        return fixed[name]
    if name == "action":
        return _action(words) if "action" in mapping else "'view'"
    if name not in mapping:
        return f"CAST(NULL AS {'STRING' if kind == 'VARCHAR' else kind})"
    if name == "actor_type":
        cases = " ".join(
            f"WHEN lower(actor_type) IN ({literals(w)}) THEN {literal(k)}" for k, w in words.actor_types.items()
        )
        return f"CASE {cases} END" if cases else "lower(actor_type)"
    return f"try_cast({name} AS BIGINT)" if kind == "BIGINT" else name


_VERB_WORDS = "regexp_extract_all(lower(regexp_replace(action, '([a-z])([A-Z])', '$1 $2')), '[a-z]+', 0)"


def _action(words: Words) -> str:
    """The first word that is known and no word for viewing decides; a verb that is not known counts as a view."""
    verbs = words.verbs
    strong = literals(word for action, known in verbs.items() if action != "view" for word in known)
    entire = " ".join(f"WHEN lower(action) = {literal(v)} THEN {literal(a)}" for v, a in words.whole.items())
    first = f"get(filter({_VERB_WORDS}, word -> word IN ({strong})), 0)"
    cases = " ".join(f"WHEN {first} IN ({literals(w)}) THEN {literal(a)}" for a, w in verbs.items() if a != "view")
    return f"CASE WHEN action IN ({literals(ACTIONS)}) THEN action {entire} {cases} ELSE 'view' END"


def _unknown_verb(words: Words) -> str:
    known = literals(word for parts in words.verbs.values() for word in parts)
    whole = f" AND lower(action) NOT IN ({literals(words.whole)})" if words.whole else ""
    return f"CASE WHEN NOT exists({_VERB_WORDS}, word -> word IN ({known})){whole} THEN action END"


def _reason(ambiguous: str) -> str:
    def longer(name: str, characters: int) -> str:
        return f"length({name}) > {characters}"

    def lost_digits(name: str) -> str:
        return f"{name} RLIKE {literal(f'^({ids.ROUNDED})$')}"

    rounded = f"ts RLIKE {literal(f'^({ROUNDED})$')}"
    return reason_sql(f"ts RLIKE {literal(f'^({ambiguous})$')}", rounded, lost_digits, longer)


def _value(name: str, column: str) -> str:
    """Ids and names in their normal form (see ids), but for Unicode's NFC, which Spark has no function for."""
    if name not in ids.COLUMNS:
        return _cleaned(column)
    visible = rf"regexp_replace(regexp_replace(CAST({column} AS STRING), '\p{{Cf}}', ''), '\p{{Z}}', ' ')"
    text = rf"nullif(regexp_replace({visible}, '^[ \t\n\r]+|[ \t\n\r]+$', ''), '')"
    return f"CASE WHEN lower({text}) NOT IN ({literals(OF_EXPORTS)}) THEN {text} END"


def _cleaned(value: str) -> str:
    """Trimmed text; what databases write for "nothing" is NULL."""
    text = rf"nullif(regexp_replace(CAST({value} AS STRING), '^[ \t\n\r]+|[ \t\n\r]+$', ''), '')"
    return rf"CASE WHEN {text} NOT IN ({literals(OF_DATABASES)}) THEN {text} END"
