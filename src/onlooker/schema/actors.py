"""Who is a person: one definition for rules, scores, rings, rates of groups and look-ups, in SQL and in numpy.

An account is what its actor type says. Where nobody names the type, an account that is active round the clock on half
of its days of four weeks is taken for a service; everybody else is a person.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ACTOR_TYPES = ("human", "ai", "service")
"""The place of a type is its number in arrays."""
HUMAN = ACTOR_TYPES.index("human")

ROUND_THE_CLOCK = 20
"""Hours of a day with activity that no person has on half of the days."""
SHARE, LEAST_DAYS, WINDOW = 0.5, 3, 28
"""An account is recognised as a service by the share of its days that go round the clock. The days counted are those on
which it was seen, in a window of 28 days that ends with the day itself; there must be three of them."""

ACTOR = "CASE WHEN recognised THEN 'service' ELSE coalesce(actor_type, 'human') END"
"""SQL: the type of an account on a day, from the columns actor_type and recognised."""
PERSON = f"({ACTOR} = 'human')"
"""SQL: whether it is a person."""
NUMBER = f"CASE {ACTOR} {' '.join(f'WHEN {name!r} THEN {i}' for i, name in enumerate(ACTOR_TYPES))} ELSE {HUMAN} END"
"""SQL: the number of the type."""

_RECOGNISED = """
SELECT d.*, coalesce(d.actor_type IS NULL AND m.share >= {share} AND m.days_seen >= {least}, FALSE) AS recognised
FROM (SELECT * FROM {agent_days}) d
LEFT JOIN (SELECT agent_id, day, avg(CASE WHEN hours >= {hours} THEN 1.0 ELSE 0.0 END) OVER month AS share,
                  count(*) OVER month AS days_seen
           FROM (SELECT agent_id, day, hours FROM {agent_days} {past}) u
           WHERE agent_id IN ({busy})
           WINDOW month AS (PARTITION BY agent_id ORDER BY day NULLS FIRST
                            RANGE BETWEEN {before} PRECEDING AND CURRENT ROW)) m
  ON m.agent_id = d.agent_id AND m.day = d.day
"""
_PAST = "UNION ALL SELECT agent_id, day, hours FROM {past} WHERE day < {since} AND day >= {since} - {before}"


def with_recognised(agent_days: str, past: str | None = None, since: int = 0) -> str:
    """SQL of the rows of `agent_days` (AGENT_DAYS) with `recognised`: whether the account is taken for a service.

    The days before a day decide with it: `past` is SQL that stands for the AGENT_DAYS before `since`, where
    `agent_days` begins there.
    """
    earlier = _PAST.format(past=past, since=since, before=WINDOW - 1) if past else ""
    return _RECOGNISED.format(
        agent_days=agent_days, past=earlier, busy=round_the_clock(agent_days, past, since), hours=ROUND_THE_CLOCK,
        share=SHARE, least=LEAST_DAYS, before=WINDOW - 1,
    )  # fmt: skip


def round_the_clock(agent_days: str, past: str | None = None, since: int = 0) -> str:
    """SQL of the accounts that were active round the clock on some day, as `with_recognised` looks at them."""
    earlier = _PAST.format(past=past, since=since, before=WINDOW - 1) if past else ""
    days = f"SELECT agent_id, day, hours FROM {agent_days} {earlier}"
    return f"SELECT agent_id FROM ({days}) b WHERE hours >= {ROUND_THE_CLOCK}"


def is_person(actor: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """Whether each account is a person, by the numbers of the types."""
    return np.asarray(actor == HUMAN)
