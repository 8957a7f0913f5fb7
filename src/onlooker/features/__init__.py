"""EVENTS -> `event_days`, and with VISITS -> AGENT_DAYS: the daily counts of each agent, from one visible registry."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping

from onlooker.engines.missing_tables import make_missing
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.features import (
    depth,
    justification,
    looking,
    reach,
    searching,
    sensitivity,
    timing,
    volume,
    watched,
    work,
)
from onlooker.features.facts import facts, given
from onlooker.features.feature import Feature
from onlooker.features.reach import GIVEN
from onlooker.features.usual_hours import build_unusual_hours
from onlooker.schema.explanations import IS_UNEXPLAINED
from onlooker.schema.same_person import spellings
from onlooker.schema.tables import AGENT_DAYS, CONTEXT, RECENT_DAYS

BASIC = (volume, reach, depth, justification, timing)
MODULES = (*BASIC, sensitivity, searching, watched, work, looking)

COUNTS: tuple[Feature, ...] = tuple(feature for module in MODULES for feature in module.FEATURES)
"""All counts of AGENT_DAYS."""

FEATURES = tuple(f for module in BASIC for f in module.FEATURES if f.scored and not f.needs_context)
"""What every log can be scored by; `scored_features` adds what this log and its side tables allow."""

FAMILIES: dict[str, str] = {f.name: module.__name__.rsplit(".", 1)[-1] for module in MODULES for f in module.FEATURES}
"""Feature -> family: the module it stands in."""

# Hours are counted as bits of a number: a count of distinct values would cost more than all other counts together.
EVENT_DAYS = """
SELECT agent_id, day, {said}, count(*) AS events,
       CAST(bit_count(bit_or(shiftleft(1, hour))) AS BIGINT) AS hours,
       CAST(bit_or(shiftleft(1, hour)) AS BIGINT) AS hours_of_day, {from_events}
FROM events GROUP BY agent_id, day
"""
JOINED = """
SELECT e.agent_id, e.day, {about}, e.events, e.hours, {columns}
FROM event_days e
LEFT JOIN day_visits v ON v.agent_id = e.agent_id AND v.day = e.day
LEFT JOIN day_hours h ON h.agent_id = e.agent_id AND h.day = e.day
"""
WITH_LOOKED_UP = """
SELECT e.*, {columns} FROM day_counts e"""
OF_EVENT_DAYS = ("hours_of_day",)
"""Counted beside the events, and not looked up."""
LOOKED_UP = """
LEFT JOIN {name} ON {name}.agent_id = e.agent_id AND {name}.day = e.day"""
AGENTS = """
LEFT JOIN ctx_agents a ON a.agent_id = e.agent_id AND e.day >= a.from_day AND e.day < a.to_day"""
LOOKS = ("looked_up_days", "spelled_days")
"""Tables of what was looked at beside the visits, by agent and day."""
# A line or two that say otherwise make no machine of a person, and of a machine no person.
ACTOR = """CASE WHEN count(actor_type) = 0 THEN NULL
            WHEN 2 * count(CASE WHEN actor_type = 'human' THEN 1 END) >= count(actor_type) THEN 'human'
            ELSE max(CASE WHEN actor_type <> 'human' THEN actor_type END) END"""
ABOUT = ("team", "queue", "site", "role", "actor_type")
"""What the log says of the agent, and where it says nothing the agents table."""


def scored_features(columns: Container[str], tables: Collection[str] = ()) -> tuple[Feature, ...]:
    """What can be scored, given the columns of the log and the side tables (`ContextReading.given`)."""
    return tuple(
        f
        for f in COUNTS
        if f.scored and all(name in columns for name in f.needs) and set(f.needs_context) <= set(tables)
    )


def counts(source: str, tables: Collection[str] = (), held: frozenset[str] | None = None) -> str:
    """The features of one source as SQL columns; with `held`, 0 for those that need other columns than these."""

    # count(*) FILTER takes a quarter longer, since each of them sets its rows apart.
    def column(f: Feature) -> str:
        counted = held is None or held.issuperset(f.needs)
        amount = "visits" if source == "hours" else f.amount
        count = f"count(CASE WHEN {f.where} THEN 1 END)"
        if amount != "1":
            count = f"CAST(sum(CASE WHEN {f.where} THEN {amount} END) AS BIGINT)"
        return f"{count if counted else 'CAST(0 AS BIGINT)'} AS {f.name}"

    return ", ".join(column(f) for f in COUNTS if f.source == source and there(f, tables))


def there(feature: Feature, tables: Collection[str]) -> bool:
    """Whether the side tables that it needs are among `tables`."""
    return all(name.partition(".")[0] in tables for name in feature.needs_context)


def build_event_days(engine: Engine) -> None:
    """Make the table `event_days` from `events`: of each agent and day what events say, and no visit does."""
    make_missing(engine, CONTEXT)
    # Neither the greatest nor the count of a column without values is free.
    optional = {*ABOUT, *(name for f in COUNTS if f.source == "events" for name in f.needs)}
    held = frozenset(name for name in optional if engine.rows(f"SELECT 1 FROM events WHERE {name} IS NOT NULL LIMIT 1"))
    most = {"actor_type": ACTOR}
    said = (most.get(name, f"max({name})") if name in held else "CAST(NULL AS STRING)" for name in ABOUT)
    about = ", ".join(f"{value} AS {name}" for value, name in zip(said, ABOUT, strict=True))
    engine.table("event_days", EVENT_DAYS.format(said=about, from_events=counts("events", given(engine), held)))
    names = (name for (name,) in engine.rows("SELECT DISTINCT agent_id FROM event_days"))
    for table, select in zip(LOOKS, (looked_up(engine), other_spellings(spellings(names))), strict=True):
        engine.table(table, select)


def looked_up(engine: Engine) -> str:
    """SQL of the customers whom each agent looked up by name and did not open, by day."""
    named = engine.rows(f"SELECT 1 FROM events WHERE {looking.NAMED} LIMIT 1")
    return (looking.LOOKED_UP if named else looking.NO_ROWS).format(named=looking.NAMED, name="looked_up")


def other_spellings(persons: Mapping[str, str]) -> str:
    """SQL of the customers whom only other ids of the same person looked at, by day; `persons` are ids of such."""
    if not persons:
        return looking.NO_ROWS.format(name="other_spellings")
    rows = ", ".join(f"({literal(name)}, {literal(person)})" for name, person in sorted(persons.items()))
    values = f"SELECT * FROM (VALUES {rows}) AS v(agent_id, person)"
    return looking.OTHER_SPELLINGS.format(looks=looking.LOOKS.format(spellings=values))


def build_agent_days(
    engine: Engine, past_days: str | None = None, since: int = 0, past_visits: str | None = None,
    others_days: str | None = None,
) -> None:  # fmt: skip
    """Make the tables `agent_days` and `agent_hours` from `visits` and `event_days`, and the tables of CONTEXT.

    Night by night, these hold the days from `since` on only, and `past_days` and `past_visits` are SQL that stands for
    the AGENT_DAYS and VISITS of earlier days. `others_days` is SQL of the AGENT_DAYS of agents who are counted
    elsewhere: their hours are part of what is usual.
    """
    make_missing(engine, CONTEXT)
    tables = given(engine)
    build_unusual_hours(engine, "agents" in tables, past_days, others_days, since)
    engine.table("visit_hours", timing.VISIT_HOURS)
    engine.table("agent_hours", timing.AGENT_HOURS)
    engine.view("known_visits", f"SELECT * FROM {facts(tables)}")
    for source, rows in (("visits", "known_visits"), ("hours", f"({timing.OFF_HOURS}) o")):
        by_day = f"SELECT agent_id, day, {counts(source, tables)} FROM {rows} GROUP BY agent_id, day"
        engine.view(f"day_{source}", by_day)
    in_sequence = looking.IN_SEQUENCE.format(near=looking.NEAR, given=GIVEN)
    lookups = {"day_repeated": repeated(past_visits, since), "day_sequence": in_sequence}
    lookups |= {"day_closed": work.CLOSED, "day_borrowed": work.BORROWED} if "tickets" in tables else {}
    lookups |= {"day_shifts": work.SHIFTS} if "roster" in tables else {}
    for name, select in lookups.items():
        engine.view(name, select)
    looked_up_later = [f for f in COUNTS if f.source in ("days", "work") and f.name not in OF_EVENT_DAYS]
    first = _columns([f for f in COUNTS if f not in looked_up_later], tables)
    joined = JOINED.format(columns=first, about=_about(tables)) + (AGENTS if "agents" in tables else "")
    engine.view("day_counts", joined)
    others = "".join(LOOKED_UP.format(name=name) for name in (*lookups, *LOOKS))
    engine.table("agent_days", WITH_LOOKED_UP.format(columns=_columns(looked_up_later, tables)) + others)
    AGENT_DAYS.check(engine.columns("agent_days"))
    for table in (
        "day_counts",
        *lookups,
        "day_hours",
        "day_visits",
        "known_visits",
        "event_days",
        *LOOKS,
        "visit_hours",
        "unusual_hours",
    ):
        engine.drop(table)


def _columns(wanted: Iterable[Feature], tables: Collection[str]) -> str:
    columns = []
    for f in wanted:
        value = f.where if f.source == "days" else f"coalesce({f.name}, 0)"
        if f.source in ("days", "work"):
            value = f"CAST({value} AS BIGINT)"
        columns.append(f"{value if there(f, tables) else 'CAST(0 AS BIGINT)'} AS {f.name}")
    return ", ".join(columns)


def _about(tables: Collection[str]) -> str:
    if "agents" not in tables:
        return (
            ", ".join(f"e.{name}" for name in ABOUT)
            + ", CAST(NULL AS INTEGER) AS hire_day, CAST(NULL AS STRING) AS vendor"
        )
    return ", ".join(f"coalesce(e.{name}, a.{name}) AS {name}" for name in ABOUT) + ", a.hire_day, a.vendor"


def repeated(past_visits: str | None, since: int) -> str:
    """SQL of the customers whom each agent looked at again and again without a reason, by day."""
    bounds = {"unexplained": IS_UNEXPLAINED, "since": since, "before": RECENT_DAYS - 1}
    past = watched.PAST.format(past=past_visits, **bounds) if past_visits else ""
    return watched.REPEATED.format(past=past, times=watched.REPEATED_TIMES, **bounds)
