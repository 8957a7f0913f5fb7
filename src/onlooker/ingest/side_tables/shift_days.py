"""Shifts that cross midnight: what is done in one belongs to the local day on which it began."""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.ingest.validate import DAY, HOUR
from onlooker.schema.tables import CTX_OFFSETS, CTX_ROSTER

LONGEST = 18 * HOUR
"""Of what the roster has without a break for longer than this (microseconds), calendar days are kept."""
GRACE = HOUR // 2
"""Work after the end that still belongs to the shift; less than the break that parts two shifts."""
TABLE = "shift_days"


def make_shift_days(engine: Engine) -> bool:
    """Make `shift_days`: agent_id, start_us, end_us, utc_day, and `day` on which it began, null where no zone is known.

    Returns whether it has rows.
    """
    engine.table(
        TABLE,
        f"""SELECT s.agent_id, s.start_us, s.end_us, s.utc_day,
            CAST((s.start_us + z.offset_us) // {DAY} AS INTEGER) AS day
        FROM {CTX_ROSTER.name} s LEFT JOIN {CTX_OFFSETS.name} z
          ON z.agent_id = s.agent_id AND s.start_us >= z.start_us AND s.start_us < z.end_us
        WHERE s.end_us - s.start_us <= {LONGEST}""",
    )
    return bool(engine.rows(f"SELECT 1 FROM {TABLE} LIMIT 1"))


def in_shift(event: str, shift: str) -> str:
    """SQL: whether an event falls into a shift; into two it can't, for shifts less than an hour apart are one."""
    return f"""{shift}.agent_id = {event}.agent_id AND {shift}.utc_day = {event}.us // {DAY}
        AND {event}.us >= {shift}.start_us AND {event}.us < {shift}.end_us + {GRACE}"""


def day_of_shift(event: str, shift: str, day: str) -> str:
    """SQL: the local day of an event in a shift; `day` stands for its calendar day there.

    Where no zone is known, the shift began on the day before if that is longer ago than midnight by the event's clock;
    the clock is known to the hour, so half an hour's doubt (zones like India's) is left to the calendar.
    """
    since_midnight = f"{event}.hour * {HOUR} + {event}.us % {HOUR} + {HOUR // 2}"
    guessed = f"CASE WHEN {event}.us - {shift}.start_us > {since_midnight} THEN {day} - 1 ELSE {day} END"
    return f"CASE WHEN {shift}.start_us IS NULL THEN {day} ELSE coalesce({shift}.day, {guessed}) END"
