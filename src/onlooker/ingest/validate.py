"""Raw text columns -> the columns of EVENTS, and the reason where a line can't become one, as one SELECT."""

from __future__ import annotations

from collections.abc import Collection

from onlooker.ingest import ids
from onlooker.ingest.actions import UNKNOWN, action_sql, actor_type_sql
from onlooker.ingest.line_rules import LineRules
from onlooker.ingest.plans import Plan
from onlooker.ingest.quoting import cleaned, literal
from onlooker.ingest.reject_reasons import reason_sql
from onlooker.ingest.times import AMBIGUOUS, ROUNDED, Zone, offset_sql, wall_sql
from onlooker.schema.tables import EVENTS

DAY, HOUR = 86_400_000_000, 3_600_000_000


def judged(plan: Plan, rules: LineRules) -> str:
    """Every line of a plan with the columns of EVENTS and its `reason`, NULL for a good line."""
    mapped, zone = plan.mapped, rules.zone
    optional = [name for name in EVENTS.names if name in mapped]
    clean = ", ".join(f"{_clean(name, plan)} AS {name}" for name in optional)
    text = f"concat_ws(' ', {cleaned('timestamp')}, {cleaned('clock')})" if "clock" in mapped else cleaned("timestamp")
    stamp = "w, o, w::VARCHAR AS ts" if plan.timed else f"{text} AS ts"
    wall = "w, o" if plan.timed else f"{wall_sql('ts', plan.order)} AS w, {offset_sql('ts')} AS o"
    others = ", ".join(optional)
    action = action_sql("action") if "action" in mapped else "'view'"
    cleaned_lines = f"SELECT line, flaw, text, whole, {stamp}, {clean} FROM ({plan.raw})"
    walled = f"SELECT line, flaw, text, whole, ts, {wall}, {others} FROM ({cleaned_lines})"
    placed = f"SELECT * REPLACE ({action} AS action), {_instant(zone)} AS us FROM ({walled})"
    if "action" not in mapped:
        placed = f"SELECT *, {action} AS action, {_instant(zone)} AS us FROM ({walled})"
    local = f"SELECT *, {_local(zone)} AS local FROM ({placed})"
    reason = f"ingest_reason(flaw, ts, us, o, {bool(plan.order)}, agent_id, customer_id, action)"
    columns = ", ".join(f"{_column(c.name, c.type, mapped)} AS {c.name}" for c in EVENTS.columns)
    return f"SELECT line, text, whole, {columns}, {reason} AS reason FROM ({local})"


def _clean(name: str, plan: Plan) -> str:
    if name == "action":
        return name
    if name not in ids.COLUMNS:
        return cleaned(name)
    return ids.id_sql(name, typed=plan.typed)


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


def macros() -> dict[str, str]:
    """What `judged` calls (see reading_macros)."""
    ambiguous = f"NOT ordered AND regexp_full_match(ts, {literal(AMBIGUOUS)})"
    rounded = f"regexp_full_match(ts, {literal(ROUNDED)})"
    heading = "ingest_reason(flaw, ts, us, o, ordered, agent_id, customer_id, action)"
    return {heading: reason_sql(ambiguous, rounded, _lost_digits, _longer)}


def _lost_digits(name: str) -> str:
    # The pattern is slow, and few ids need it: only one whose first byte may be a digit, and that has a +.
    return f"{name} < ':' AND contains({name}, '+') AND regexp_full_match({name}, {literal(ids.ROUNDED)})"


def _longer(name: str, characters: int) -> str:
    # Counting bytes first is free; counting characters is not.
    return f"strlen({name}) > {characters} AND length({name}) > {characters}"


def unknown_verbs() -> str:
    """SQL condition: the action in events is a verb that is not known."""
    return f"starts_with(action, {literal(UNKNOWN)})"
