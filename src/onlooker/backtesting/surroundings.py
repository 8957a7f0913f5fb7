"""The visits of the log as arrays, and what one insider finds among them: the `House` that campaigns draw from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from onlooker.backtesting.honest_log import HonestLog
from onlooker.simulation.arrays import Bools, Floats, Ints
from onlooker.simulation.campaigns import Days, Pool, Reason

DAY, HOUR = 86_400, 3_600
IN_WORK_DAYS = 14
TRIES = 8
"""How often a customer who was planted before is drawn anew."""
MADE_UP = 1 << 40
"""Numbers of invented tickets begin here."""
SHIFT_HOURS = 8.0
"""A day worked is taken to be at least so long: a log shows when somebody looked, not how long they were there."""
RARE = 0.01
"""An hour with less than this share of the agent's visits is far from the usual ones."""

# Numbers in the order of the ids as people count them: 9 before 10.
CUSTOMERS = """SELECT customer_id, row_number() OVER (ORDER BY length(customer_id), customer_id) - 1 AS number
FROM (SELECT DISTINCT customer_id FROM honest_visits)"""
TICKETS = """SELECT ticket_id, row_number() OVER (ORDER BY length(ticket_id), ticket_id) - 1 AS number
FROM (SELECT DISTINCT ticket_id FROM honest_visits WHERE ticket_id IS NOT NULL)"""
VISITS = """
SELECT CAST(a.number AS INTEGER) AS agent, CAST(c.number AS INTEGER) AS customer, v.day,
       CAST(v.hour * 3600 + v.first_us // 1000000 % 3600 AS INTEGER) AS second, CAST(v.events AS INTEGER) AS lines,
       CAST((v.last_us - v.first_us) // 1000000 AS INTEGER) AS lasted, CAST(coalesce(t.number, -1) AS INTEGER) AS ticket
FROM honest_visits v JOIN agents_by_name a ON a.name = v.agent_id
JOIN customer_numbers c ON c.customer_id = v.customer_id LEFT JOIN ticket_numbers t ON t.ticket_id = v.ticket_id
ORDER BY v.day, a.number, v.first_us, c.number
"""
HIGH = "SELECT n.number FROM customer_numbers n JOIN ctx_customers c ON c.customer_id = n.customer_id WHERE c.high"


@dataclass(frozen=True)
class Records:
    """Honest visits, sorted by day; days are numbered from the log's first. One entry per visit."""

    agent: NDArray[np.int32]
    customer: NDArray[np.int32]
    day: NDArray[np.int32]
    second: NDArray[np.int32]
    """Second of the local day of the first event."""
    lines: NDArray[np.int32]
    lasted: NDArray[np.int32]
    """Seconds from the first line to the last."""
    ticket: NDArray[np.int32]
    """-1: none."""
    edges: Ints
    """Place of the first visit of each day, with one more for the end."""
    customers: int
    high: Ints
    """Customers of a high tier."""
    by_agent: Ints
    """Places of the visits in the order of agent, then day."""
    agent_edges: Ints

    def own(self, agent: int) -> Ints:
        """Places of an agent's visits, by day."""
        return self.by_agent[self.agent_edges[agent] : self.agent_edges[agent + 1]]

    def between(self, first: int, last: int) -> slice:
        """The visits from day `first` to before day `last`."""
        end = len(self.edges) - 1
        return slice(int(self.edges[min(max(first, 0), end)]), int(self.edges[min(max(last, 0), end)]))


def read_records(log: HonestLog) -> Records:
    """Read the visits of the log."""
    engine = log.engine
    engine.table("customer_numbers", CUSTOMERS)
    engine.table("ticket_numbers", TICKETS)
    found = engine.arrays(VISITS)
    columns = {name: np.asarray(found[name], dtype=np.int32) for name in found}
    columns["day"] = columns["day"] - log.first_day
    agents = len(log.names.agents)
    order = np.argsort(columns["agent"], kind="stable")
    ((customers,),) = engine.rows("SELECT count(*) FROM customer_numbers")
    return Records(
        **columns,
        edges=np.searchsorted(columns["day"], np.arange(log.days + 1)),
        customers=int(customers),
        high=np.asarray(engine.arrays(HIGH)["number"], dtype=np.int64),
        by_agent=order,
        agent_edges=np.searchsorted(columns["agent"][order], np.arange(agents + 1)),
    )


def days_worked(records: Records, agent: int, first: int, last: int) -> Days:
    """What a campaign may know of the agent's days from `first` to before `last`, as days of the log."""
    own = records.own(agent)
    worked, begins, count = np.unique(records.day[own], return_index=True, return_counts=True)
    ends = begins + count
    start = np.array([records.second[own[b:e]].min() for b, e in zip(begins, ends, strict=True)], dtype=float) / HOUR
    stop = np.array([records.second[own[b:e]].max() for b, e in zip(begins, ends, strict=True)], dtype=float) / HOUR
    inside = (worked >= first) & (worked < last)
    return Days(
        usual=float(count.mean()) if len(count) else 0.0,
        today=count[inside].astype(np.int64),
        progress=(worked[inside] - first) / max(1, last - 1 - first),
        high=float(np.quantile(count, 0.9)) if len(count) else 0.0,
        day=worked[inside].astype(np.int64),
        start=start[inside],
        hours=np.maximum(stop - start, SHIFT_HOURS)[inside],
    )


@dataclass
class Surroundings:
    """What one insider finds around: see `campaigns.House`. Customers that are `taken` are not drawn (again)."""

    records: Records
    agent: int
    taken: Bools
    again: bool = False
    """Whether the campaign comes back to its customers."""
    made_up: list[int] = field(default_factory=list)
    """For each invented ticket, a ticket of about that day."""
    cursor: int = -1

    def customers(self, pool: Pool, day: int, size: int, rng: np.random.Generator) -> Ints:
        """Draw customers as they are on a day of the log, new ones as long as there are any."""
        found = self._draw(pool, day, size, rng)
        if self.again or pool == "sequence":
            return found
        for _ in range(TRIES):
            met = np.ones(len(found), dtype=bool)
            met[np.unique(found, return_index=True)[1]] = False
            repeated = np.flatnonzero(met | self.taken[found])
            if not len(repeated):
                break
            found[repeated] = self._draw(pool, day, len(repeated), rng)
        self.taken[found] = True
        return found

    def _draw(self, pool: Pool, day: int, size: int, rng: np.random.Generator) -> Ints:
        records = self.records
        if pool == "sequence":
            return self._sequence(size, rng)
        known: NDArray[np.int32] | Ints = np.zeros(0, dtype=np.int64)
        if pool == "high_tier":
            known = records.high
        elif pool == "seen":
            known = records.customer[records.between(0, day)]
        elif pool == "in_work":
            recent = records.between(day - IN_WORK_DAYS, day + 1)
            known = records.customer[recent][records.agent[recent] != self.agent]
        if not len(known):
            return rng.integers(0, records.customers, size)
        return np.asarray(known[rng.integers(0, len(known), size)], dtype=np.int64)

    def _sequence(self, size: int, rng: np.random.Generator) -> Ints:
        if self.cursor < 0:
            self.cursor = int(rng.integers(0, self.records.customers))
        found = (self.cursor + np.arange(size)) % self.records.customers
        self.cursor += size
        return found

    def tickets(self, reason: Reason, day: Ints, customer: Ints, rng: np.random.Generator) -> Ints:
        """Return a ticket for each visit; -1 where there is none of this kind."""
        found = np.full(len(day), -1, dtype=np.int64)
        for d in np.unique(day):
            here = np.flatnonzero(day == d)
            if reason == "colleague":
                found[here] = self._of_colleagues(int(d), customer[here])
                continue
            recent = self.records.between(int(d) - (reason != "own"), int(d) + 1)
            shown = self.records.ticket[recent]
            if reason == "own":
                shown = shown[self.records.agent[recent] == self.agent]
            shown = shown[shown >= 0]
            if len(shown):
                few = shown[rng.integers(0, len(shown), 3 if reason == "own" else len(here))]
                found[here] = (
                    few[rng.integers(0, len(few), len(here))] if reason == "own" else self._invent(few.astype(np.int64))
                )
        return found

    def _invent(self, near: Ints) -> Ints:
        numbers = MADE_UP + len(self.made_up) + np.arange(len(near))
        self.made_up += near.tolist()
        return numbers

    def _of_colleagues(self, day: int, customer: Ints) -> Ints:
        """The latest ticket that others showed for each customer in the last 14 days."""
        recent = self.records.between(day - IN_WORK_DAYS, day + 1)
        others = (self.records.agent[recent] != self.agent) & (self.records.ticket[recent] >= 0)
        customers, tickets = self.records.customer[recent][others], self.records.ticket[recent][others]
        latest = dict(zip(customers.tolist(), tickets.tolist(), strict=True))
        return np.array([latest.get(one, -1) for one in customer.tolist()], dtype=np.int64)

    def depth(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw log lines per visit as the agent's own work leaves them."""
        lines = self.records.lines[self.records.own(self.agent)]
        return np.asarray(lines[rng.integers(0, len(lines), size)], dtype=np.int64)

    def sittings(self, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw times within half an hour of the agent's own visits of the day: seconds since the log's first day."""
        own = self.records.own(self.agent)
        first = np.searchsorted(self.records.day[own], day, side="left")
        last = np.searchsorted(self.records.day[own], day, side="right")
        place = first + (rng.random(len(day)) * np.maximum(last - first, 1)).astype(np.int64)
        second = self.records.second[own[np.minimum(place, len(own) - 1)]] + rng.integers(-1800, 1800, len(day))
        return np.asarray(day * DAY + np.clip(second, 0, DAY - 1), dtype=np.int64)

    def nights(self, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw one sitting a day of up to an hour in an hour that the agent hardly ever works in."""
        share: Floats = np.bincount(self.records.second[self.records.own(self.agent)] // HOUR, minlength=24).astype(
            float
        )
        share /= max(share.sum(), 1.0)
        near = np.maximum(share, np.maximum(np.roll(share, 1), np.roll(share, -1)))
        quiet = np.flatnonzero(near < RARE)
        if not len(quiet):
            quiet = np.array([int(near.argmin())])
        each, where = np.unique(day, return_inverse=True)
        hour = quiet[rng.integers(0, len(quiet), len(each))]
        return np.asarray(day * DAY + hour[where] * HOUR + rng.integers(0, HOUR, len(day)), dtype=np.int64)
