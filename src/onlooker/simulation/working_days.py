"""The working days: tickets are opened, followed up, handed over; colleagues are helped, samples reviewed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onlooker.simulation.arrays import Bools, Ints, rank_within
from onlooker.simulation.demand import Customers
from onlooker.simulation.organisation import ASSISTANT, ROLES, TRAINEE
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import (
    CALL_BACK,
    HOUSEHOLD,
    LOOKUP,
    MIGRATION,
    PROJECT,
    SAMPLE,
    STATUS,
    STRAY,
    TRAINING,
    WORK,
    WRONG,
    Visits,
    depth,
    sittings,
    together,
)
from onlooker.simulation.zone_clock import DAY

KIND_DEPTH = np.array([1.0, 0.6, 0.35, 0.9, 0.05, 0.6, 1.0, 0.4, 0.6, 0.5, 0.3, 0.8, 0.1])
"""How deep visits of each kind are, beside ticket work."""


@dataclass
class Tickets:
    """One entry per ticket; `count` of the entries are in use."""

    customer: Ints
    assignee: Ints
    opener: Ints
    opened: Ints  # seconds on the opener's wall
    queue: Ints
    pending: Ints  # 1 while another handling is to come
    count: int = 0

    @classmethod
    def room_for(cls, most: int) -> Tickets:
        """Return an empty table that can take this many."""
        customer, assignee, opener, opened, queue, pending = np.zeros((6, most), np.int64)
        return cls(customer, assignee, opener, opened, queue, pending)

    def add(self, customer: Ints, assignee: Ints, opened: Ints, queue: Ints) -> Ints:
        """Open tickets and return their numbers."""
        new = np.arange(self.count, self.count + len(customer))
        self.customer[new], self.assignee[new], self.opener[new] = customer, assignee, assignee
        self.opened[new], self.queue[new] = opened, queue
        self.count += len(new)
        return new


class Office:
    """Runs the plan day by day; every step is vectorised over the agents of the day."""

    def __init__(self, plan: Plan, customers: Customers, rng: np.random.Generator) -> None:
        self.plan, self.customers, self.rng = plan, customers, rng
        self.habits = plan.mechanics.habits
        self.queues = len(plan.mechanics.queues)
        self.load = plan.load(rng)
        self.tickets = Tickets.room_for(int(self.load.sum()))
        self.due: list[list[Ints]] = [[] for _ in range(plan.days + 1)]
        self.begun = np.zeros(plan.days + 1, np.int64)  # tickets opened before each day
        self.done: list[Visits] = []

    def run(self) -> tuple[Visits, Tickets]:
        """Work all days."""
        for day in range(self.plan.days):
            self.begun[day] = self.tickets.count
            self.done.append(self._day(day))
        done, self.done = self.done, []
        return together(done), self.tickets

    def _day(self, day: int) -> Visits:
        per_kind = self._split(day)
        work = self._work(day, per_kind[:, 0])
        parts = [
            work,
            self._lookups(day, per_kind[:, 1], work),
            self._strays(day, per_kind[:, 2], STRAY),
            self._samples(day, per_kind[:, 3]),
            self._wrong(day, per_kind[:, 4], work),
            self._strays(day, self.rng.poisson(self.plan.project[:, day]), PROJECT),
        ]
        for kind, mean in self.plan.extra.items():
            parts.append(self._beside_work(day, kind, self.rng.poisson(mean[:, day])))
        if self.habits.status_calls:
            parts.append(self._status_calls(day))
        if self.habits.households:
            parts.append(self._households(day, work))
        if self.habits.again_today:
            parts.append(self._again_today(day, work))
        return together(parts)

    def _split(self, day: int) -> Ints:
        """Visits per agent (rows): ticket work, look-ups, strays, samples, wrong clicks."""
        shares = np.array([[r.lookup, r.stray, r.sample, r.wrong] for r in ROLES])[self.plan.role[:, day]]
        person = self.plan.staff.candour[:, None] * np.array([1.0, 1.0, 0.0, 1.0]) + np.array([0.0, 0.0, 1.0, 0.0])
        shares = np.minimum(shares * person, 0.95)
        shares *= np.minimum(1.0, 0.98 / np.maximum(shares.sum(1), 0.98))[:, None]
        return self.rng.multinomial(self.load[:, day], np.c_[1 - shares.sum(1), shares])

    def _visits(self, kind: int, day: int, agent: Ints, customer: Ints, ticket: Ints, second: Ints) -> Visits:  # noqa: PLR0917
        role = self.plan.role[agent, day]
        mean = self.plan.staff.depth[agent] * np.array([r.depth for r in ROLES])[role]
        mean = mean * KIND_DEPTH[kind]
        fill = np.full(len(agent), 1, np.int64)
        return Visits(agent, customer, ticket, fill * day, second, fill * kind, depth(mean, self.rng), -fill)

    def _when(self, day: int, agent: Ints) -> Ints:
        busy = self.plan.mechanics.shape.hours
        return sittings(self.plan.start[agent, day], self.plan.hours[agent, day], day, self.rng, busy)

    # Ticket work

    def _work(self, day: int, room: Ints) -> Visits:
        later, agent = self._follow_ups(day, room)
        fresh = np.repeat(np.arange(len(room)), room - np.bincount(agent, minlength=len(room)))
        person = self.plan.role[fresh, day] != ASSISTANT
        takes_over = (self.rng.random(len(fresh)) < self.habits.taken_over) & person
        opener, taker = fresh[~takes_over], fresh[takes_over]
        began = self._when(day, opener)
        opened = self._open(day, opener, began)
        taker, source = self._sources(day, taker, opener)
        ticket, agent = np.r_[later, opened, opened[source]], np.r_[agent, opener, taker]
        handled = self._when(day, agent[: len(later)])
        second = np.r_[handled, began, self._near(day, taker, began[source])]
        self._plan_next(day, ticket, agent)
        visits = self._visits(WORK, day, agent, self.tickets.customer[ticket], ticket, second)
        forgot = np.array([r.forgot for r in ROLES])[self.plan.role[agent, day]] * self.plan.staff.candour[agent]
        visits.ticket = np.where(self.rng.random(len(agent)) < forgot, -1, ticket)
        if not self.habits.tickets:
            visits.ticket[:] = -1
        return visits

    def _open(self, day: int, agent: Ints, second: Ints) -> Ints:
        """Tickets that are opened some minutes to hours before they are taken up."""
        waited = np.minimum(np.exp(self.rng.normal(7.0, 1.2, len(agent))), DAY / 2).astype(np.int64)
        return self.tickets.add(self._callers(day, len(agent)), agent, second - waited, self.plan.queue[agent, day])

    def _sources(self, day: int, taker: Ints, opener: Ints) -> tuple[Ints, Ints]:
        """For each taker-over a ticket of the day from the own site and queue; who finds none is left out."""
        desk = self.plan.staff.site * self.queues + self.plan.queue[:, day]
        found, picked = self._among(desk[taker], desk[opener])
        return taker[found], picked

    def _among(self, wanted: Ints, groups: Ints) -> tuple[Ints, Ints]:
        """For each wanted group one of its members at random: which of the wanted could be served, and the members."""
        order = np.argsort(groups, kind="stable")
        low = np.searchsorted(groups[order], wanted, side="left")
        high = np.searchsorted(groups[order], wanted, side="right")
        found = np.flatnonzero(high > low)
        place = low[found] + (self.rng.random(len(found)) * (high - low)[found]).astype(np.int64)
        return found, order[place]

    def _follow_ups(self, day: int, room: Ints) -> tuple[Ints, Ints]:
        """Hand out the tickets that are due; what does not fit waits for tomorrow."""
        due = np.concatenate(self.due[day]) if self.due[day] else np.zeros(0, np.int64)
        due = due[self.rng.permutation(len(due))]
        if self.habits.transferred:
            moved = due[self.rng.random(len(due)) < self.habits.transferred]
            self.tickets.queue[moved] = self.rng.integers(0, self.queues, len(moved))
        owner = self.tickets.assignee[due]
        stays = (room[owner] > 0) & (self.rng.random(len(due)) < self.habits.own)
        agent = np.where(stays, owner, self._anyone(day, self.tickets.queue[due], room))
        fits = (agent >= 0) & (rank_within(agent) < room[agent])
        patient = self.rng.random(len(due)) < 0.8
        self.tickets.pending[due[~fits & ~patient]] = 0
        self.due[day + 1].append(due[~fits & patient])
        due, agent = due[fits], agent[fits]
        handed_over = self.rng.random(len(due)) < 0.5
        self.tickets.assignee[due] = np.where(handed_over, agent, self.tickets.assignee[due])
        return due, agent

    def _anyone(self, day: int, queue: Ints, room: Ints) -> Ints:
        """Somebody with room in the ticket's queue; -1 when there is nobody."""
        agent = np.full(len(queue), -1, np.int64)
        people = ~np.isin(self.plan.role[:, day], (ASSISTANT, TRAINEE))
        for q in range(self.queues):
            weight = np.where((self.plan.queue[:, day] == q) & people, room, 0)
            wanted = np.flatnonzero(queue == q)
            if weight.sum() and len(wanted):
                edges = np.cumsum(weight)
                agent[wanted] = np.searchsorted(edges, self.rng.integers(0, edges[-1], len(wanted)), side="right")
        return agent

    def _callers(self, day: int, size: int) -> Ints:
        first, last = self.begun[max(0, day - 30)], self.tickets.count
        customer = self.customers.callers(size, self.rng)
        again = self.rng.random(size) < self.habits.returning
        if last == first:
            return customer
        return np.where(again, self.tickets.customer[self.rng.integers(first, last, size)], customer)

    def _plan_next(self, day: int, ticket: Ints, agent: Ints) -> None:
        chance = np.where(self.plan.role[agent, day] == ASSISTANT, 0.03, self.habits.further)
        self.tickets.pending[ticket] = 0
        goes_on = self.rng.random(len(ticket)) < chance
        over, ticket = ticket[~goes_on], ticket[goes_on]
        later = day + self.rng.geometric(0.3, len(ticket))
        if self.habits.reopened:
            over = over[self.rng.random(len(over)) < self.habits.reopened]
            later = np.r_[later, day + self.rng.integers(5, 21, len(over))]
            ticket = np.r_[ticket, over]
        self.tickets.pending[ticket] = 1
        for when in np.unique(later[later < self.plan.days]):
            self.due[when].append(ticket[later == when])

    # What is no ticket work

    def _lookups(self, day: int, counts: Ints, work: Visits) -> Visits:
        """For a colleague of the team: a customer in work today, a little after the colleague."""
        agent = np.repeat(np.arange(len(counts)), counts)
        found, picked = self._among(self.plan.crew[agent, day], self.plan.crew[work.agent, day])
        agent = agent[found]
        second = self._near(day, agent, work.second[picked])
        return self._visits(LOOKUP, day, agent, work.customer[picked], np.full(len(agent), -1), second)

    def _near(self, day: int, agent: Ints, second: Ints) -> Ints:
        """A few minutes after `second` if that lies in the agent's shift, else some time in the shift."""
        soon = second + self.rng.integers(30, 1500, len(agent))
        begin = day * DAY + self.plan.start[agent, day] * 3600
        inside: Bools = (soon >= begin) & (soon < begin + self.plan.hours[agent, day] * 3600 - 600)
        return np.where(inside, soon, self._when(day, agent))

    def _strays(self, day: int, counts: Ints, kind: int) -> Visits:
        agent = np.repeat(np.arange(len(counts)), counts)
        if kind == PROJECT:
            customer = self.customers.anybody(len(agent), self.rng)
        else:
            customer = self.customers.callers(len(agent), self.rng)
        return self._visits(kind, day, agent, customer, np.full(len(agent), -1), self._when(day, agent))

    def _samples(self, day: int, counts: Ints) -> Visits:
        """Quality reviews: finished work of the last seven days, from the whole house."""
        agent = np.repeat(np.arange(len(counts)), counts)
        pool = [v.customer for v in self.done[-7:]] or [self.customers.callers(200, self.rng)]
        customer = np.concatenate(pool)
        picked = (self.rng.random(len(agent)) * len(customer)).astype(np.int64)
        return self._visits(SAMPLE, day, agent, customer[picked], np.full(len(agent), -1), self._when(day, agent))

    def _wrong(self, day: int, counts: Ints, work: Visits) -> Visits:
        """A wrong click: somebody else's record under the ticket at hand."""
        agent = np.repeat(np.arange(len(counts)), counts)
        found, picked = self._among(agent, work.agent)
        agent = agent[found]
        customer = self.customers.callers(len(agent), self.rng)
        second = work.second[picked] + self.rng.integers(0, 60, len(agent))
        return self._visits(WRONG, day, agent, customer, work.ticket[picked], second)

    def _status_calls(self, day: int) -> Visits:
        """A caller asks how it stands with a ticket that a colleague has: a look under the colleague's ticket."""
        first, last = self.begun[max(0, day - 7)], self.begun[day]
        here = np.flatnonzero(self._person(day))
        calls = self.rng.poisson(self.habits.status_calls * self.load[here, day]) if last > first else 0 * here
        agent = np.repeat(here, calls)
        ticket = self.rng.integers(first, max(last, first + 1), len(agent))
        customer = self.tickets.customer[ticket]
        return self._visits(STATUS, day, agent, customer, self._shown(ticket), self._when(day, agent))

    def _households(self, day: int, work: Visits) -> Visits:
        """The call is about the account of somebody else of the household: another record under the same ticket."""
        some = np.flatnonzero(self.rng.random(len(work)) < self.habits.households)
        second = work.second[some] + self.rng.integers(30, 300, len(some))
        customer = self.customers.household(work.customer[some])
        return self._visits(HOUSEHOLD, day, work.agent[some], customer, work.ticket[some], second)

    def _again_today(self, day: int, work: Visits) -> Visits:
        """The same person comes back to the same customer later on the day, as in a ward."""
        again = np.flatnonzero(self.rng.random(len(work)) < self.habits.again_today / (1 + self.habits.again_today))
        again = np.repeat(again, self.rng.geometric(1 / (1 + self.habits.again_today), len(again)))
        agent = work.agent[again]
        return self._visits(WORK, day, agent, work.customer[again], work.ticket[again], self._when(day, agent))

    def _beside_work(self, day: int, kind: int, counts: Ints) -> Visits:
        """Audits, call-backs, training and migrations: on no ticket, each among its own customers."""
        agent = np.repeat(np.arange(len(counts)), counts)
        if kind == MIGRATION:
            customer = self.customers.anybody(len(agent), self.rng)
            second = day * DAY + self.rng.integers(3600, 5 * 3600, len(agent))
            return self._visits(kind, day, agent, customer, np.full(len(agent), -1), second)
        if kind == TRAINING:
            customer = self.rng.integers(0, 15, len(agent))
        else:
            until = self.begun[max(0, day - 2)] if kind == CALL_BACK else self.tickets.count
            first = min(self.begun[max(0, day - 30)], until)
            customer = self.tickets.customer[self.rng.integers(first, max(until, first + 1), len(agent))]
        return self._visits(kind, day, agent, customer, np.full(len(agent), -1), self._when(day, agent))

    def _person(self, day: int) -> Bools:
        return self.plan.works[:, day] & ~np.isin(self.plan.role[:, day], (ASSISTANT, TRAINEE))

    def _shown(self, ticket: Ints) -> Ints:
        return ticket if self.habits.tickets else np.full(len(ticket), -1, np.int64)
