"""What an insider of the simulated organisation finds around: customers, tickets, and the own habits."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from onlooker.simulation.arrays import Bools, Ints
from onlooker.simulation.campaigns import Pool, Reason
from onlooker.simulation.demand import Customers
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import Visits, depth, sittings
from onlooker.simulation.working_days import Tickets
from onlooker.simulation.zone_clock import DAY, HOUR

MADE_UP = 1 << 40
"""Numbers of tickets that do not exist begin here."""
IN_WORK_DAYS = 14
TRIES = 8


class Handled:
    """The ordinary visits in the order of their days."""

    def __init__(self, visits: Visits, tickets: Tickets, days: int) -> None:
        self.work = visits.take(np.argsort(visits.day, kind="stable"))
        self.edges = np.searchsorted(self.work.day, np.arange(days + 1))
        self.tickets = tickets

    def between(self, first: int, last: int) -> Visits:
        """Return the visits from day `first` to before day `last`."""
        return self.work.take(np.arange(self.edges[max(0, first)], self.edges[last]))

    def pool(self, first: int, last: int, without: int) -> Ints:
        """Return the customers of the visits from day `first` to before day `last`, but for those of one agent."""
        low, high = self.edges[max(0, first)], self.edges[last]
        customers: Ints = self.work.customer[low:high]
        return customers if without < 0 else customers[self.work.agent[low:high] != without]


@dataclass
class InsiderHouse:
    """See `campaigns.House`. `taken`: customers that are not to be drawn (again); None: any may be."""

    plan: Plan
    around: Customers
    handled: Handled
    agent: int
    taken: Bools | None = None
    made_up: list[int] = field(default_factory=list)
    cursor: int = -1  # place of the next customer of a sequence

    def customers(self, pool: Pool, day: int, size: int, rng: np.random.Generator) -> Ints:
        """Draw customers as they are on a day of the log, new ones as long as there are any."""
        found = self._draw(pool, day, size, rng)
        if self.taken is None:
            return found
        for _ in range(TRIES):
            again = np.flatnonzero(self._met(found))
            if not len(again):
                break
            found[again] = self._draw(pool, day, len(again), rng)
        self.taken[found] = True
        return found

    def _met(self, customer: Ints) -> Bools:
        _, first = np.unique(customer, return_index=True)
        met = np.ones(len(customer), bool)
        met[first] = False
        return met if self.taken is None else met | self.taken[customer]

    def _draw(self, pool: Pool, day: int, size: int, rng: np.random.Generator) -> Ints:
        if pool == "high_tier":
            return self.around.high_tier(size, rng)
        if pool == "sequence":
            return self._sequence(size, rng)
        if pool == "anybody":
            return self.around.anybody(size, rng)
        known = self.handled.pool(0, day, -1) if pool == "seen" else self._in_work(day)
        return known[rng.integers(0, len(known), size)] if len(known) else self.around.anybody(size, rng)

    def _in_work(self, day: int) -> Ints:
        return self.handled.pool(day - IN_WORK_DAYS, day + 1, self.agent)

    def _sequence(self, size: int, rng: np.random.Generator) -> Ints:
        if self.cursor < 0:
            self.cursor = int(rng.integers(0, self.around.count))
        places = (self.cursor + np.arange(size)) % self.around.count
        self.cursor += size
        return self.around.in_id_order()[places]

    def tickets(self, reason: Reason, day: Ints, customer: Ints, rng: np.random.Generator) -> Ints:
        """Return a ticket for each visit; -1 where there is none of this kind."""
        found = np.full(len(day), -1, np.int64)
        for d in np.unique(day):
            here = np.flatnonzero(day == d)
            if reason == "own":
                found[here] = self._own(int(d), len(here), rng)
            elif reason == "colleague":
                found[here] = self._of_colleagues(int(d), customer[here])
            else:
                found[here] = self._invented(int(d), len(here), rng)
        return found

    def _own(self, day: int, size: int, rng: np.random.Generator) -> Ints:
        """Some of three tickets that the agent worked on that day, so of other customers."""
        today = self.handled.between(day, day + 1)
        own = today.ticket[(today.agent == self.agent) & (today.ticket >= 0)]
        if not len(own):
            return np.full(size, -1, np.int64)
        few: Ints = own[rng.integers(0, len(own), 3)]
        return few[rng.integers(0, 3, size)]

    def _of_colleagues(self, day: int, customer: Ints) -> Ints:
        """The latest ticket that others had for each customer in the last 14 days."""
        recent = self.handled.between(day - IN_WORK_DAYS, day + 1)
        of_others = (recent.agent != self.agent) & (recent.ticket >= 0)
        ticket = recent.ticket[of_others]
        whose = self.handled.tickets.customer[ticket]
        order = np.argsort(whose, kind="stable")
        place = np.searchsorted(whose[order], customer, side="right") - 1
        found = np.where(place >= 0, ticket[order[place]], -1) if len(order) else np.full(len(customer), -1)
        return np.where((found >= 0) & (self.handled.tickets.customer[found] == customer), found, -1)

    def _invented(self, day: int, size: int, rng: np.random.Generator) -> Ints:
        """Tickets that do not exist, each to be numbered as those that were opened about that day."""
        today = self.handled.between(day - 1, day + 1).ticket
        near = today[today >= 0]
        near = near[rng.integers(0, len(near), size)] if len(near) else np.zeros(size, np.int64)
        numbers = MADE_UP + len(self.made_up) + np.arange(size)
        self.made_up += near.tolist()
        return numbers

    def depth(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw log lines per visit as deep as the agent's own."""
        return depth(np.full(size, self.plan.staff.depth[self.agent]), rng)

    def sittings(self, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw times within the agent's shifts."""
        busy = self.plan.mechanics.shape.hours
        return sittings(self.plan.start[self.agent, day], self.plan.hours[self.agent, day], day, rng, busy)

    def nights(self, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw one sitting a day of up to an hour and a half, at least 90 minutes away from the agent's shifts."""
        starts = self.plan.start[self.agent][self.plan.works[self.agent]]
        usual, hours = float(np.median(starts)), float(self.plan.staff.hours[self.agent])
        each, where = np.unique(day, return_inverse=True)
        begin = usual + hours + 1.5 + rng.random(len(each)) * (24 - hours - 4.5)
        hour = begin[where] % 24 + 1.5 * rng.random(len(day))
        return np.asarray(day * DAY + (hour * HOUR).astype(np.int64))
