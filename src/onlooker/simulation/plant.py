"""Plants campaigns on top of the ordinary work: extra visits of chosen agents on days on which they work."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onlooker.simulation.arrays import Bools, Floats, Ints, stream
from onlooker.simulation.campaigns import Campaign, Days, Taste, choose, kind_of, taste_of
from onlooker.simulation.demand import Customers
from onlooker.simulation.organisation import AGENT, SENIOR
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import PLANTED, Visits, depth, sittings, together
from onlooker.simulation.zone_clock import DAY, HOUR


def distinct_customers(visits: Visits, agents: int, days: int) -> Ints:
    """Return distinct customers per agent and day."""
    triples = np.unique(np.c_[visits.agent, visits.day, visits.customer], axis=0)
    return np.bincount(triples[:, 0] * days + triples[:, 1], minlength=agents * days).reshape(agents, days)


class Planter:
    """Knows the ordinary work, and adds to it."""

    def __init__(self, plan: Plan, visits: Visits, customers: Customers, seed: int) -> None:
        self.plan, self.customers, self.seed = plan, customers, seed
        self.work = visits.take(np.argsort(visits.day, kind="stable"))
        self.edges = np.searchsorted(self.work.day, np.arange(plan.days + 1))
        self.usual = distinct_customers(visits, len(plan.staff), plan.days)

    def plant(self, campaigns: Sequence[Campaign]) -> list[Visits]:
        """Return the extra visits; an agent is drawn for one campaign at most."""
        free = self._free()
        for campaign in campaigns:
            if isinstance(campaign.agents, tuple):
                free &= ~np.isin(self.plan.staff.login, campaign.agents)
        planted = []
        for number, campaign in enumerate(campaigns):
            rng = stream(self.seed, "campaign", number, campaign.kind)
            chosen = choose(campaign, self.plan.staff.login, self.plan.staff.team, free, rng)
            free[chosen] = False
            planted += [self._insider(campaign, number, int(agent), rng) for agent in chosen]
        return planted

    def _free(self) -> Bools:
        """Ordinary people with at least twenty days of work, some of them late in the log."""
        plain = np.isin(self.plan.role, (AGENT, SENIOR)).all(axis=1) & (np.array(self.plan.staff.actor) == "human")
        active = self.usual > 0
        free: Bools = plain & (active.sum(1) >= 20) & (active[:, int(0.6 * self.plan.days) :].sum(1) >= 5)
        return free

    def _insider(self, campaign: Campaign, number: int, agent: int, rng: np.random.Generator) -> Visits:
        kind, taste = kind_of(campaign), taste_of(campaign, rng)
        first, last = round(campaign.start * self.plan.days), round(campaign.end * self.plan.days)
        usual = self.usual[agent]
        days = np.flatnonzero(usual[first:last]) + first
        about = Days(
            float(usual[usual > 0].mean()) if usual.any() else 0.0,
            usual[days],
            (days - first) / max(1, last - 1 - first),
        )
        counts = np.round(kind.counts(about, rng) * campaign.strength).astype(np.int64)
        day = np.repeat(days, counts)
        customer = self._whom(taste, agent, days, counts, rng)
        if kind.victims and len(day):
            customer = customer[rng.integers(0, min(kind.victims, len(day)), len(day))]
        second = self._nights(agent, day, rng) if kind.off_hours else self._shifts(agent, day, rng)
        lines = np.where(rng.random(len(day)) < taste.glance, 1, self._depth(agent, len(day), rng))
        ticket = np.where(rng.random(len(day)) < taste.borrowed, self._borrow(agent, day, rng), -1)
        same = np.ones(len(day), np.int64)
        return Visits(same * agent, customer, ticket, day, second, same * PLANTED, lines, same * number)

    def _depth(self, agent: int, size: int, rng: np.random.Generator) -> Ints:
        return depth(np.full(size, self.plan.staff.depth[agent]), rng)

    def _whom(self, taste: Taste, agent: int, days: Ints, counts: Ints, rng: np.random.Generator) -> Ints:
        """Customers for the days, day by day: this many of each."""
        weights: Floats = np.array([taste.anybody, taste.seen, taste.in_work], float)
        mix = rng.multinomial(counts, weights / weights.sum())
        found = [np.zeros(0, np.int64)]
        for day, (any_, seen, live) in zip(days, mix, strict=True):
            found += [
                self.customers.anybody(int(any_), rng),
                self._handled(0, int(day), -1, int(seen), rng),
                self._handled(max(0, int(day) - 14), int(day) + 1, agent, int(live), rng),
            ]
        return np.concatenate(found)

    def _handled(self, first: int, last: int, without: int, size: int, rng: np.random.Generator) -> Ints:
        """Customers of ordinary work from day `first` to before `last`, of others than agent `without`."""
        low, high = self.edges[first], self.edges[last]
        pool = self.work.customer[low:high][self.work.agent[low:high] != without]
        return pool[rng.integers(0, len(pool), size)] if len(pool) else self.customers.anybody(size, rng)

    def _shifts(self, agent: int, day: Ints, rng: np.random.Generator) -> Ints:
        return sittings(self.plan.start[agent, day], self.plan.hours[agent, day], day, rng)

    def _nights(self, agent: int, day: Ints, rng: np.random.Generator) -> Ints:
        """One sitting of up to an hour and a half, at least 90 minutes away from the agent's shifts."""
        starts = self.plan.start[agent][self.plan.works[agent]]
        usual, hours = float(np.median(starts)), float(self.plan.staff.hours[agent])
        each, where = np.unique(day, return_inverse=True)
        begin = usual + hours + 1.5 + rng.random(len(each)) * (24 - hours - 4.5)
        hour = begin[where] % 24 + 1.5 * rng.random(len(day))
        return np.asarray(day * DAY + (hour * HOUR).astype(np.int64))

    def _borrow(self, agent: int, day: Ints, rng: np.random.Generator) -> Ints:
        """A ticket that the agent worked on that day, so one of another customer; -1 if there is none."""
        borrowed = np.full(len(day), -1, np.int64)
        for d in np.unique(day):
            today = slice(self.edges[d], self.edges[d + 1])
            own = self.work.ticket[today][(self.work.agent[today] == agent) & (self.work.ticket[today] >= 0)]
            if len(own):
                few = own[rng.integers(0, len(own), 3)]
                borrowed[day == d] = few[rng.integers(0, 3, int((day == d).sum()))]
        return borrowed


def plant(campaigns: Sequence[Campaign], plan: Plan, visits: Visits, customers: Customers, seed: int) -> Visits:
    """Return the visits with the campaigns' visits after them."""
    if not campaigns:
        return visits
    return together([visits, *Planter(plan, visits, customers, seed).plant(campaigns)])
