"""Raw text columns -> the columns of EVENTS, and the reason where a line can't become one, as one SELECT."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import timedelta

from onlooker.ingest.actions import UNKNOWN, action_sql, actor_type_sql
from onlooker.ingest.line_rules import LineRules
from onlooker.ingest.plans import Plan
from onlooker.ingest.quoting import cleaned, literal
from onlooker.ingest.times import AHEAD, AMBIGUOUS, EARLIEST, Zone, offset_sql, wall_sql
from onlooker.schema.tables import EVENTS

LONGEST_ID = 1000
MICROSECOND = timedelta(microseconds=1)
DAY, HOUR = 86_400_000_000, 3_600_000_000
NO_NAME_NEEDED = ("search", "list", "export")
"""Actions that may name no customer."""


def judged(plan: Plan, rules: LineRules) -> str:
    """Every line of a plan with the columns of EVENTS and its `reason`, NULL for a good line."""
    mapped, zone = plan.mapped, rules.zone
    optional = [name for name in EVENTS.names if name in mapped]
    clean = ", ".join(name if name == "action" else f"{cleaned(name)} AS {name}" for name in optional)
    stamp = "w, o, w::VARCHAR AS ts" if plan.timed else f"{cleaned('timestamp')} AS ts"
    wall = "w, o" if plan.timed else f"{wall_sql('ts')} AS w, {offset_sql('ts')} AS o"
    others = ", ".join(optional)
    action = action_sql("action", rules.verbs) if "action" in mapped else "'view'"
    cleaned_lines = f"SELECT line, flaw, text, whole, {stamp}, {clean} FROM ({plan.raw})"
    walled = f"SELECT line, flaw, text, whole, ts, {wall}, {others} FROM ({cleaned_lines})"
    placed = f"SELECT * REPLACE ({action} AS action), {_instant(zone)} AS us FROM ({walled})"
    if "action" not in mapped:
        placed = f"SELECT *, {action} AS action, {_instant(zone)} AS us FROM ({walled})"
    local = f"SELECT *, {_local(zone)} AS local FROM ({placed})"
    columns = ", ".join(f"{_column(c.name, c.type, mapped)} AS {c.name}" for c in EVENTS.columns)
    return f"SELECT line, text, whole, {columns}, {_reason()} AS reason FROM ({local})"


def _instant(zone: Zone | None) -> str:
    naive = f"w - ({zone.of_wall('w')})" if zone else "w"
    return f"CASE WHEN o IS NULL THEN {naive} ELSE w - o * 1000000 END"


def _local(zone: Zone | None) -> str:
    return f"us + ({zone.of_instant('us')})" if zone else "w"


def _column(name: str, kind: str, mapped: Collection[str]) -> str:
    if name == "day":
        return f"(local // {DAY})::INTEGER"
    if name == "hour":
        return f"((local // {HOUR}) % 24)::INTEGER"
    if name in ("us", "action"):
        return name
    if name not in mapped:
        return f"NULL::{kind}"
    if name == "actor_type":
        return actor_type_sql(name)
    return f"try_cast({name} AS BIGINT)" if kind == "BIGINT" else name


def _reason() -> str:
    first = (EARLIEST - EARLIEST.replace(year=1970)) // MICROSECOND
    last = int(time.time() * 1_000_000) + AHEAD // MICROSECOND
    nameless = ", ".join(literal(action) for action in NO_NAME_NEEDED)
    return f"""CASE
        WHEN flaw IS NOT NULL THEN flaw
        WHEN ts IS NULL THEN 'no timestamp'
        WHEN us IS NULL AND regexp_full_match(ts, {literal(AMBIGUOUS)}) THEN 'ambiguous date: day or month first?'
        WHEN us IS NULL THEN 'timestamp not understood'
        WHEN us >= 0 AND us < 31536000000000 THEN 'timestamp in 1970: is the unit wrong?'
        WHEN us < {first} THEN 'timestamp before 1990'
        WHEN us > {last} THEN 'timestamp in the future'
        WHEN agent_id IS NULL THEN 'no agent'
        WHEN customer_id IS NULL AND action NOT IN ({nameless}) THEN 'no customer'
        WHEN {_long("agent_id")} THEN 'agent id longer than {LONGEST_ID:,} characters'
        WHEN {_long("customer_id")} THEN 'customer id longer than {LONGEST_ID:,} characters'
        END"""


def _long(name: str) -> str:
    # Counting bytes first is free; counting characters is not.
    return f"strlen({name}) > {LONGEST_ID} AND length({name}) > {LONGEST_ID}"


def unknown_verbs() -> str:
    """SQL condition: the action in events is a verb that is not known."""
    return f"starts_with(action, {literal(UNKNOWN)})"
