"""Which local days are over, which are judged again, and which came too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from onlooker.engines.missing_tables import make_missing
from onlooker.engines.protocol import Engine
from onlooker.ingest.side_tables.shift_days import TABLE as SHIFT_DAYS
from onlooker.ingest.side_tables.shift_days import make_shift_days
from onlooker.nightly.new_events import days_of
from onlooker.scanning.span import Span
from onlooker.schema.tables import CTX_AGENTS, CTX_OFFSETS, CTX_ROSTER
from onlooker.store import Store

DAY = 86_400_000_000
HOUR = 3_600_000_000
SLACK = HOUR
"""A log whose last event lies less than this before a day's end (microseconds) has passed it."""
SILENCE_HOURS = 6
"""What comes after a silence of this many hours moves the watermark only if several agents say so."""
WITNESSES = 3
"""How many agents are several; all of them, if the log has fewer."""
SOON = 36 * HOUR
LINES = 10
"""This close to the watermark, this many lines are enough: at weekends a small organisation has one agent at work."""

# Stretches of the log without a long silence, each with its last instant and how many agents it has.
STRETCHES = f"""
SELECT min(a.us), max(a.us), count(DISTINCT a.agent_id), count(*)
FROM arrived a
JOIN (SELECT hour, sum(begins) OVER (ORDER BY hour ROWS UNBOUNDED PRECEDING) AS stretch
      FROM (SELECT hour, CASE WHEN hour - lag(hour) OVER (ORDER BY hour) > {SILENCE_HOURS} THEN 1 ELSE 0 END AS begins
            FROM (SELECT DISTINCT us // {HOUR} AS hour FROM arrived) hours) gaps) s ON s.hour = a.us // {HOUR}
GROUP BY s.stretch ORDER BY s.stretch
"""

# The clock tells; no place is more than twelve hours behind UTC, but after midnight a shift's clock may seem so.
# One line moves nothing: an offset counts that several agents show, or several lines, or half as many as the commonest.
LOG_OFFSET = f"""
SELECT min(hours) FROM (
  SELECT hours, count(*) AS lines, count(DISTINCT agent_id) AS agents, max(count(*)) OVER () AS most
  FROM (SELECT agent_id, CASE WHEN hours < -12 THEN hours + 24 ELSE hours END AS hours
        FROM (SELECT agent_id, day * 24 + hour - us // {HOUR} AS hours FROM ({{pending}}) p
              WHERE agent_id NOT IN (SELECT agent_id FROM ctx_offsets)) clocks) places
  GROUP BY hours) shown
WHERE lines >= {LINES} OR agents >= {WITNESSES} OR 2 * lines >= most
"""
TABLE_OFFSET = f"""
SELECT min(floor(offset_us / {HOUR}.0)) FROM ctx_offsets
WHERE start_us <= {{mark}} AND end_us > {{mark}}
  AND agent_id NOT IN (SELECT agent_id FROM ctx_agents WHERE has_left OR leave_day < {{mark}} // {DAY} - 1)
"""


def watermark(engine: Engine, before: int) -> int:
    """How far the log has come, microseconds UTC: never back, and no single clock that is wrong moves it on."""
    ((agents,),) = engine.rows("SELECT count(DISTINCT agent_id) FROM arrived")
    mark = before
    for first, last, seen, lines in engine.rows(STRETCHES):
        if seen >= min(WITNESSES, int(agents)) or (first - mark <= SOON and lines >= LINES):
            mark = max(mark, int(last))
    return mark


def days_to_judge(engine: Engine, store: Store, mark: int, rescore_days: int, closed: bool) -> Span:
    """Which days to judge of the events that `arrived`, and of those that wait in the store.

    `mark` is how far the log has come. `closed` says that all days up to there are over. As many last nights as
    `rescore_days` are judged again when late data touches them.
    """
    stored = [night for night in store.nights() if not night.provisional]
    nights = [night.day for night in stored]
    offsets = [night.record["offset"] for night in stored[-7:] if "offset" in night.record]
    waiting = store.select("events", nights[-1] + 1) if nights else store.select("events")
    columns = "agent_id, day, hour, us"
    pending = f"SELECT {columns} FROM arrived" + (f" UNION ALL SELECT {columns} FROM {waiting}" if waiting else "")
    ((first, last),) = engine.rows(f"SELECT min(day), max(day) FILTER (WHERE us <= {mark}) FROM ({pending}) p")
    west = westernmost(engine, pending, mark, min(offsets, default=None))
    if first is None or last is None:
        day = nights[-1] if nights else 0
        return Span(day + 1, day, nights[0] if nights else 0, day + 1, offset=west)
    over = shifts_over(engine, (mark + SLACK + west * HOUR) // DAY - 1, mark, west)
    ready = int(last) if closed else min(over, int(last))
    if not nights:
        return Span(int(first), ready, int(first), max(ready, int(first) - 1) + 1, offset=west)
    return with_late_days(days_of(engine, "arrived"), nights, ready, rescore_days, west)


def without_new_nights(span: Span, store: Store) -> Span:
    """`span` up to the last night that is judged: late days of it are judged again, the others wait."""
    last = max((night.day for night in store.nights() if not night.provisional), default=span.first - 1)
    return replace(span, first=min(span.first, last + 1), last=last, waiting_from=last + 1)


def with_late_days(touched: Sequence[int], nights: Sequence[int], ready: int, rescore_days: int, west: int) -> Span:
    """The days after the judged `nights` up to `ready`, and those of the last nights that new events touch."""
    redo_from = max(nights[-1] - rescore_days + 1, nights[0])
    late = tuple(day for day in touched if redo_from <= day <= nights[-1])
    too_late = tuple(day for day in touched if day < redo_from)
    begin = min(late, default=nights[-1] + 1)
    until = max(ready, nights[-1] if late else ready)
    return Span(begin, until, nights[0], max(ready, nights[-1]) + 1, late, too_late, west)


def westernmost(engine: Engine, pending: str, mark: int, before: int | None) -> int:
    """Hours from UTC of the westernmost place: of side tables at the instant `mark`, of the log, of nights `before`.

    `pending` is SQL of events with agent_id, day, hour and us; the log is not asked of agents whom side tables place.
    """
    make_missing(engine, (CTX_OFFSETS, CTX_AGENTS))
    known = [] if before is None else [before]
    for select in (LOG_OFFSET.format(pending=pending), TABLE_OFFSET.format(mark=mark)):
        ((hours,),) = engine.rows(select)
        known += [] if hours is None else [int(hours)]
    return min(known, default=0)


def shifts_over(engine: Engine, over: int, mark: int, west: int) -> int:
    """The last local day up to `over` by whose end, and the end of all shifts that began by then, the log has come."""
    make_missing(engine, (CTX_OFFSETS, CTX_ROSTER))
    make_shift_days(engine)
    begun = f"coalesce(day, CAST(floor((start_us + {west * HOUR}) / {DAY}.0) AS INTEGER))"
    ((day,),) = engine.rows(
        f"""SELECT min({begun}) FROM {SHIFT_DAYS}
        WHERE start_us <= {mark} AND end_us > {mark + SLACK} AND {begun} <= {over}"""
    )
    return over if day is None else int(day) - 1
