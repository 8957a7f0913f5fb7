"""Why a line can't become an event: the reasons that both engines give, and the limits, once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from onlooker.engines.sql_text import literals

LONGEST_ID = 1000
"""Characters of an id; a longer text is none."""

SHOWN = 200
"""Characters of a rejected line that are kept."""

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No log is older."""

WEST, EAST = -12 * 3600, 14 * 3600
"""Offsets from UTC, in seconds, that exist."""

AHEAD = timedelta(days=2)
"""So far ahead of this machine's clock a time may be."""

NO_NAME_NEEDED = ("search", "list", "export")
"""Actions that may name no customer."""

_MICROSECOND = timedelta(microseconds=1)
_FIRST_YEAR_US = 31_536_000_000_000
"""Before this, seconds were taken for a larger unit."""


def reason_sql(
    ambiguous: str, rounded: str, lost_digits: Callable[[str], str], longer: Callable[[str, int], str]
) -> str:
    """SQL of the reason to reject a line, NULL for a good one.

    It goes by the columns flaw (what is wrong with the line as such), ts (the text of the time), us (the instant), o
    (its offset from UTC in seconds), agent_id, customer_id and action. `ambiguous` is the condition that ts can be read
    in two ways, `rounded` that a spreadsheet rounded it; `lost_digits` makes the condition that it
    rounded an id, and `longer` the condition that a column has more
    characters than a number: engines spell them in their own way.
    """
    first = (EARLIEST - EARLIEST.replace(year=1970)) // _MICROSECOND
    last = int(time.time() * 1_000_000) + AHEAD // _MICROSECOND
    return f"""CASE
        WHEN flaw IS NOT NULL THEN flaw
        WHEN ts IS NULL THEN 'no timestamp'
        WHEN us IS NULL AND {ambiguous} THEN 'ambiguous date: day or month first?'
        WHEN us IS NULL AND {rounded} THEN 'timestamp rounded, as a spreadsheet does'
        WHEN us IS NULL THEN 'timestamp not understood'
        WHEN o < {WEST} OR o > {EAST} THEN 'offset from UTC beyond -12:00 or +14:00'
        WHEN us >= 0 AND us < {_FIRST_YEAR_US} THEN 'timestamp in 1970: is the unit wrong?'
        WHEN us < {first} THEN 'timestamp before {EARLIEST.year}'
        WHEN us > {last} THEN 'timestamp in the future'
        WHEN agent_id IS NULL THEN 'no agent'
        WHEN customer_id IS NULL AND action NOT IN ({literals(NO_NAME_NEEDED)}) THEN 'no customer'
        WHEN {lost_digits("agent_id")} THEN 'agent id rounded, as a spreadsheet does'
        WHEN {lost_digits("customer_id")} THEN 'customer id rounded, as a spreadsheet does'
        WHEN {longer("agent_id", LONGEST_ID)} THEN 'agent id longer than {LONGEST_ID:,} characters'
        WHEN {longer("customer_id", LONGEST_ID)} THEN 'customer id longer than {LONGEST_ID:,} characters'
        END"""
