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
from onlooker.ingest.spark.opened_log import CORRUPT, FILE, SIZE, WHOLE, SparkLog, quoted
from onlooker.ingest.spark.spark_times import local_sql, steps
from onlooker.ingest.times import ROUNDED
from onlooker.schema.placeholders import OF_DATABASES, OF_EXPORTS
from onlooker.schema.tables import ACTIONS, EVENTS

LINES, NUMBERED, JUDGED = "spark_lines", "spark_numbered", "spark_judged"
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
    sources = event_ids.numbered_sources([mapping for _, mapping in logs])
    parts = [
        f"SELECT {source} AS source, * FROM {view_lines(engine, log, mapping, zone, words, f'spark_{place}')}"
        for place, ((log, mapping), source) in enumerate(zip(logs, sources, strict=True))
    ]
    engine.view(LINES, " UNION ALL ".join(parts))
    by_id = any("event_id" in mapping for _, mapping in logs)
    judge(engine, by_id, several=len(set(sources)) > 1)
    shared = _not_believed(engine)
    if shared:
        judge(engine, by_id=False)
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


def judge(engine: SparkEngine, by_id: bool, several: bool = False) -> None:
    """Make JUDGED of LINES: the columns of EVENTS, the file, `reason` (NULL for a good line) and `turn`, 1 for the one
    that counts of equals; `verb` where it isn't known, and the offset `o` from UTC that its time says.

    With `by_id`, good lines of one source with the same event_id and customer are equal: `different` says that one says
    something else than the first of them, `several` that agents or customers of its event_id differ. The argument
    `several` says that there are several sources.
    """
    if by_id:
        _number_by_id(engine, several)
    else:
        turn = f"row_number() OVER (PARTITION BY {', '.join((*KEY, 'event_id', 'text'))} ORDER BY file NULLS FIRST)"
        engine.view(NUMBERED, f"SELECT *, {turn} AS turn, FALSE AS different, FALSE AS several FROM {LINES}")
    text = f"CASE WHEN reason IS NOT NULL THEN substring(text, 1, {SHOWN}) END AS text"
    names = ", ".join(EVENTS.names)
    judged = f"SELECT {names}, file, size, verb, o, reason, turn, different, several, {text} FROM {NUMBERED}"
    engine.table(JUDGED, judged)


def _number_by_id(engine: SparkEngine, several: bool) -> None:
    """LINES with `turn`, `different` and `several`, by event_ids where there are; `several` sources need more."""
    believed = "reason IS NULL AND event_id IS NOT NULL"
    order = ", ".join(f"{name} NULLS FIRST" for name in (*KEY, "text", *(n for n in EVENTS.names if n not in KEY)))
    words = ", ".join(f"CASE WHEN {believed} THEN NULL ELSE {name} END" for name in (*KEY, "text"))
    by = f"CASE WHEN {believed} THEN source END, event_id, {words}"
    apart = " OR ".join(f"NOT {name} <=> first_value({name}) OVER first" for name in KEY)
    differ = " OR ".join(f"min({name}) OVER same <> max({name}) OVER same" for name in ("agent_id", "customer_id"))
    engine.view(
        NUMBERED,
        f"""SELECT *, row_number() OVER first AS turn, {believed} AND ({apart}) AS different,
        {believed} AND coalesce({differ}, FALSE) AS several FROM {LINES}
        WINDOW same AS (PARTITION BY {by}), first AS (PARTITION BY {by}, customer_id ORDER BY {order})""",
    )
    if several:
        # Of two sources, lines with an event_id are one if what they say agrees.
        agreeing = f"{', '.join(KEY)}, event_id, CASE WHEN {believed} THEN NULL ELSE text END"
        again = f"row_number() OVER (PARTITION BY {agreeing} ORDER BY turn, {order})"
        engine.view(
            NUMBERED, f"SELECT * EXCEPT (turn), CASE WHEN turn = 1 THEN {again} ELSE turn END AS turn FROM {NUMBERED}"
        )


def view_lines(
    engine: SparkEngine, log: SparkLog, mapping: Mapping[str, str], zone: str | None, words: Words, name: str
) -> str:
    """Make views that begin with `name`, each of the one before, so that each can be read; returns the last one's.

    It has each line of one log with the columns of EVENTS and text, file, size, verb, o and reason. Raises EngineError
    for a column that is not there.
    """
    absent = [column for column in mapping.values() if column not in log.names]
    if absent:
        raise EngineError(
            f"{log.source.shown} has no column {' or '.join(absent)}.", f"Its columns: {', '.join(log.names)}."
        )
    kind, stamp = log.types[mapping["timestamp"]], quoted(mapping["timestamp"])
    if "clock" in mapping:
        day = f"CAST({stamp} AS DATE)" if kind.startswith("timestamp") else stamp
        kind, stamp = "string", f"concat_ws(' ', CAST({day} AS STRING), CAST({quoted(mapping['clock'])} AS STRING))"
    mapped = [n for n in EVENTS.names if n in mapping]
    naive = f"unix_micros(to_utc_timestamp(timestamp_micros(w), {literal(zone)}))" if zone else "w"
    columns = ", ".join(f"{_column(c.name, c.type, mapping, words)} AS {c.name}" for c in EVENTS.columns)
    verb = "verb" if "action" in mapping else "CAST(NULL AS STRING) AS verb"
    engine.view(f"{name}_texts", _texts(log, stamp, {n: quoted(mapping[n]) for n in mapped}))
    named = ", ".join(f"{_something(n)} AS {n}" for n in mapped)
    engine.view(
        f"{name}_values",
        f"SELECT file, size, text, flaw, stamp, {_something('stamp_text')} AS ts, {named} FROM {name}_texts",
    )
    placed = add_columns(engine, f"{name}_values", [
        *steps(kind, words.spellings, (log.order,)),
        {"us": f"CASE WHEN o IS NULL THEN {naive} ELSE w - o * 1000000 END"},
        {"local": local_sql(zone)},
        *(verb_steps(words) if "action" in mapping else []),
    ])  # fmt: skip
    engine.view(f"{name}_events", f"SELECT {columns}, file, size, text, flaw, ts, o, {verb} FROM {placed}")
    names = ", ".join(EVENTS.names)
    reason = f"{_reason(words.ambiguous)} AS reason"
    engine.view(f"{name}_lines", f"SELECT {names}, file, size, text, verb, o, {reason} FROM {name}_events")
    return f"{name}_lines"


def add_columns(engine: SparkEngine, view: str, added: Sequence[Mapping[str, str]]) -> str:
    """Add columns to a view, some after the others which they may be made of; returns the name of the last view."""
    for place, columns in enumerate(added):
        more = ", ".join(f"{sql} AS {column}" for column, sql in columns.items())
        engine.view(f"{view}_{place}", f"SELECT *, {more} FROM {view if not place else f'{view}_{place - 1}'}")
    return f"{view}_{len(added) - 1}" if added else view


def _texts(log: SparkLog, stamp: str, columns: Mapping[str, str]) -> str:
    """SQL of the lines of a log with the texts of the columns of EVENTS as they stand there, trimmed."""
    damaged = quoted(CORRUPT) if CORRUPT in log.types else "CAST(NULL AS STRING)"
    file, size = (FILE, SIZE) if FILE in log.types else (literal(log.source.shown), "0L")
    texts = ", ".join(
        f"{_trimmed(_visible(column) if n in ids.COLUMNS else column)} AS {n}" for n, column in columns.items()
    )
    return f"""SELECT {file} AS file, {size} AS size, coalesce({damaged}, {WHOLE}) AS text,
        CASE WHEN {damaged} IS NOT NULL THEN 'not readable as a line of its kind' END AS flaw,
        {stamp} AS stamp, {_trimmed(stamp)} AS stamp_text, {texts}
        FROM {log.view}"""


def _column(name: str, kind: str, mapping: Mapping[str, str], words: Words) -> str:
    fixed = {"us": "us", "day": "CAST(local div 86400000000 AS INT)", "hour": "CAST(local div 3600000000 % 24 AS INT)"}
    if name in fixed:
        return fixed[name]
    if name == "action":
        return "meant" if "action" in mapping else "'view'"
    if name not in mapping:
        return f"CAST(NULL AS {'STRING' if kind == 'VARCHAR' else kind})"
    if name == "actor_type":
        cases = " ".join(
            f"WHEN lower(actor_type) IN ({literals(w)}) THEN {literal(k)}" for k, w in words.actor_types.items()
        )
        return f"CASE {cases} END" if cases else "lower(actor_type)"
    return f"try_cast({name} AS BIGINT)" if kind == "BIGINT" else name


def verb_steps(words: Words) -> list[dict[str, str]]:
    """Columns to add one after the other (see `add_columns`), the last of which are `meant` and `verb`.

    `meant` is the action: the first word that is known and no word for viewing decides, and a verb that is not known
    counts as a view; `verb` is the verb where it is not known.
    """
    verbs = words.verbs
    strong = literals(word for action, known in verbs.items() if action != "view" for word in known)
    known = literals(word for parts in verbs.values() for word in parts)
    entire = {action: [v for v, a in words.whole.items() if a == action] for action in ACTIONS}
    wholes = "".join(f" WHEN lower(action) IN ({literals(vs)}) THEN {literal(a)}" for a, vs in entire.items() if vs)
    cases = " ".join(f"WHEN first_word IN ({literals(w)}) THEN {literal(a)}" for a, w in verbs.items() if a != "view")
    return [
        {"words": "regexp_extract_all(lower(regexp_replace(action, '([a-z])([A-Z])', '$1 $2')), '[a-z]+', 0)",
         "whole": f"CASE WHEN action IN ({literals(ACTIONS)}) THEN action{wholes} END"},
        {"first_word": f"get(filter(words, word -> word IN ({strong})), 0)",
         "verb": f"CASE WHEN whole IS NULL AND NOT exists(words, word -> word IN ({known})) THEN action END"},
        {"meant": f"coalesce(whole, CASE {cases} ELSE 'view' END)"},
    ]  # fmt: skip


def _reason(ambiguous: str) -> str:
    def longer(name: str, characters: int) -> str:
        return f"length({name}) > {characters}"

    def lost_digits(name: str) -> str:
        return f"{name} RLIKE {literal(f'^({ids.ROUNDED})$')}"

    rounded = f"ts RLIKE {literal(f'^({ROUNDED})$')}"
    return reason_sql(f"ts RLIKE {literal(f'^({ambiguous})$')}", rounded, lost_digits, longer)


def _visible(column: str) -> str:
    """The text of an id in its normal form (see ids), but for Unicode's NFC, which Spark has no function for."""
    return rf"regexp_replace(regexp_replace(CAST({column} AS STRING), '\p{{Cf}}', ''), '\p{{Z}}', ' ')"


def _trimmed(value: str) -> str:
    return rf"nullif(regexp_replace(CAST({value} AS STRING), '^[ \t\n\r]+|[ \t\n\r]+$', ''), '')"


def _something(name: str) -> str:
    """A trimmed text, NULL where it is a word for nothing."""
    if name in ids.COLUMNS:
        return f"CASE WHEN lower({name}) NOT IN ({literals(OF_EXPORTS)}) THEN {name} END"
    return f"CASE WHEN {name} NOT IN ({literals(OF_DATABASES)}) THEN {name} END"
