"""The small part of the past that a rehearsal reads: days of some agents, visits of few, customers of a sample.

Nothing that is drawn depends on names: agents and customers are put in an order that their numbers give, and of two
that agree in all of them the name decides. So an organisation whose ids are exchanged is rehearsed alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal

if TYPE_CHECKING:
    import pyarrow as pa

MOST_AGENTS = 400
"""People whose days are scored, the planted ones among them."""
MOST_CUSTOMERS = 4000
"""Customers whom a planted visit may go to."""
ROUND_THE_CLOCK = 20
"""Mean hours of a day from which on an account is none that is planted on."""

PEOPLE = """
SELECT agent_id, CAST(count(*) AS BIGINT) AS days, CAST(min(day) AS BIGINT) AS began,
       CAST(sum(customers) AS BIGINT) AS customers, CAST(sum(events) AS BIGINT) AS events,
       CAST(sum(hours) AS BIGINT) AS hours, CAST(sum(day) AS BIGINT) AS middle
FROM {agent_days} WHERE day >= {since} AND day < {day} AND coalesce(actor_type, 'human') = 'human'
GROUP BY agent_id
"""
BY_NUMBERS = "began", "days", "customers", "events", "hours", "middle"
OF_AGENT_DAYS = (
    "agent_id", "day", "team", "queue", "site", "role", "actor_type", "customers", "events", "hours",
)  # fmt: skip
"""Columns of AGENT_DAYS that are read, beside those of the signals."""
DAYS = "SELECT * FROM {agent_days} WHERE day >= {since} AND day < {day} AND agent_id IN ({agents})"
# The order of first looks, stirred: a prime modulus leaves no pattern of clocks.
SAMPLE = """
SELECT customer_id, CAST(place - 1 AS BIGINT) AS place FROM (
  SELECT customer_id,
         row_number() OVER (ORDER BY began % 2147483647 * 48271 % 2147483647, visits, customer_id NULLS FIRST) AS place
  FROM (SELECT customer_id, min(first_us) AS began, count(*) AS visits FROM {visits}
        WHERE day >= {since} AND day < {day} GROUP BY customer_id) c) d
WHERE place <= {most}
"""
SEEN = """
SELECT v.agent_id, v.customer_id, CAST(v.day AS INTEGER) AS day, CAST(v.any_gap AS INTEGER) AS any_gap,
       CAST(v.colleagues AS BIGINT) AS colleagues, coalesce(v.machine, FALSE) AS machine,
       v.worked OR v.ticketed AS has_reason, c.place
FROM (SELECT * FROM {visits}) v JOIN ({sample}) c ON c.customer_id = v.customer_id
WHERE v.day >= {since} AND v.day < {day}
"""
OWN = "SELECT {names} FROM {visits} WHERE day >= {since} AND day < {day} AND agent_id IN ({agents})"
OF_OWN = (
    "agent_id", "customer_id", "day", "first_us", "last_us", "events", "ticket_id", "own_gap", "any_gap", "colleagues",
    "recent_colleagues", "strength", "explanation",
)  # fmt: skip

OF_VISITS = (*OF_OWN, "machine", "worked", "ticketed")
"""Columns of VISITS that are read."""


@dataclass(frozen=True)
class People:
    """The people of the past, in an order that no name decides; one entry each."""

    agent: tuple[str, ...]
    days: NDArray[np.int64]
    """Days worked."""
    hours: NDArray[np.float64]
    """Mean hours of a day with activity."""


@dataclass(frozen=True)
class PastTables:
    """Where the past lies: SQL that stands for AGENT_DAYS and VISITS of the days `since` to the day before `day`."""

    engine: Engine
    agent_days: str
    visits: str
    since: int
    day: int

    def people(self) -> People:
        """Who worked in it."""
        found = self.engine.arrow(self._of(PEOPLE))
        columns = [np.asarray(found[name].to_numpy(), dtype=np.int64) for name in BY_NUMBERS]
        names = found["agent_id"].to_pylist()
        order = np.lexsort((np.array(names, dtype=np.str_), *columns[::-1]))
        days, hours = columns[1][order], columns[4][order]
        return People(tuple(names[i] for i in order), days, hours / np.maximum(days, 1))

    def days_of(self, agents: Sequence[str]) -> pa.Table:
        """AGENT_DAYS of some agents."""
        return self.engine.arrow(self._of(DAYS, agents=listed(agents)))

    def visits_of(self, agents: Sequence[str]) -> pa.Table:
        """VISITS of some agents."""
        return self.engine.arrow(self._of(OWN, agents=listed(agents), names=", ".join(OF_OWN)))

    def seen(self) -> pa.Table:
        """Who visited the customers of a sample, and when."""
        return self.engine.arrow(self._of(SEEN, sample=self._of(SAMPLE, most=MOST_CUSTOMERS)))

    def _of(self, select: str, **more: object) -> str:
        return select.format(
            **{"agent_days": self.agent_days, "visits": self.visits, "since": self.since, "day": self.day} | more
        )


def listed(names: Sequence[str]) -> str:
    """Names as they stand in a list of SQL."""
    return ", ".join(literal(name) for name in names)
