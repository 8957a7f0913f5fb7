"""Plants campaigns on top of the ordinary work: extra visits of chosen agents on days on which they work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from onlooker.errors import UsageError
from onlooker.simulation.arrays import Bools, Ints, stream
from onlooker.simulation.campaigns import Campaign, Days, Kind, Looks, kind_of, look, span, taste_of
from onlooker.simulation.choose_insiders import choose, wanted
from onlooker.simulation.demand import Customers
from onlooker.simulation.insider_house import MADE_UP, Handled, InsiderHouse
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import PLANTED, Visits, together
from onlooker.simulation.working_days import Tickets

RAREST_FIRST = ("assistant", "gig", "lead_and_team", "person")
"""Of whom there are few, these are drawn before the others."""


@dataclass(frozen=True)
class Insider:
    """One agent's part in a campaign, on days `first` to before `last` of the log."""

    campaign: int
    kind: Kind
    agent: int
    first: int
    last: int


@dataclass
class Planted:
    """The visits with the campaigns' visits after them, and what is told of the campaigns."""

    visits: Visits
    insiders: list[Insider] = field(default_factory=list)
    made_up: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """For each invented ticket, one that was opened about the same time."""
    lacking: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Campaigns for which there were too few people: insiders wanted, and found."""


def distinct_customers(visits: Visits, agents: int, days: int) -> Ints:
    """Return distinct customers per agent and day."""
    most = int(visits.customer.max(initial=0)) + 1
    keys = np.unique((visits.agent * days + visits.day) * most + visits.customer) // most
    return np.bincount(keys, minlength=agents * days).reshape(agents, days)


class Planter:
    """Knows the ordinary work, and adds to it."""

    def __init__(self, plan: Plan, visits: Visits, tickets: Tickets, customers: Customers, seed: int) -> None:
        self.plan, self.seed = plan, seed
        self.handled = Handled(visits, tickets, plan.days)
        self.customers = customers
        self.usual = distinct_customers(visits, len(plan.staff), plan.days)
        self.taken = np.zeros(customers.count, bool)  # customers planted so far
        self.insiders: list[Insider] = []
        self.made_up: list[int] = []
        self.lacking: dict[str, tuple[int, int]] = {}

    def plant(self, campaigns: Sequence[Campaign]) -> list[Visits]:
        """Return the extra visits; an agent is drawn for one campaign at most."""
        free = np.ones(len(self.plan.staff), bool)
        for campaign in campaigns:
            if isinstance(campaign.agents, tuple):
                free &= ~np.isin(self.plan.staff.login, campaign.agents)
        planted: list[tuple[int, Visits]] = []
        for number in sorted(range(len(campaigns)), key=lambda n: RAREST_FIRST.index(kind_of(campaigns[n]).who)):
            campaign = campaigns[number]
            rng = stream(self.seed, "campaign", number, campaign.kind)
            try:
                chosen = choose(campaign, self.plan, self.usual, free, rng)
            except UsageError:
                if not campaign.if_possible:
                    raise
                chosen = np.zeros(0, np.int64)
            if len(chosen) < wanted(campaign):
                self.lacking[campaign.kind] = (wanted(campaign), len(chosen))
            free[chosen] = False
            for turn, agent in enumerate(chosen):
                insider = self._insider(campaign, number, int(agent), turn)
                self.insiders.append(insider)
                planted.append((number, self._visits(campaign, insider, rng)))
        self.insiders.sort(key=lambda insider: insider.campaign)
        return [visits for _, visits in sorted(planted, key=lambda pair: pair[0])]

    def _insider(self, campaign: Campaign, number: int, agent: int, turn: int) -> Insider:
        kind, (start, end) = kind_of(campaign), span(campaign)
        start += kind.stagger * turn * (end - start)
        return Insider(number, kind, agent, round(start * self.plan.days), round(end * self.plan.days))

    def _visits(self, campaign: Campaign, insider: Insider, rng: np.random.Generator) -> Visits:
        agent, kind = insider.agent, insider.kind
        taste, days = taste_of(campaign, rng), self._days(insider)
        taken = self.taken.copy() if campaign.apart else None
        house = InsiderHouse(self.plan, self.customers, self.handled, agent, taken)
        looks = look(kind, taste, days, house, rng, campaign.strength)
        looks.ticket[looks.ticket >= MADE_UP] += len(self.made_up)
        self.made_up += house.made_up
        if campaign.apart:
            looks = self._nothing_explained(looks, kind)
        self.taken[looks.customer] = True
        same = np.ones(len(looks), np.int64)
        return Visits(
            same * agent, looks.customer, looks.ticket, looks.day, looks.second, same * PLANTED, looks.lines,
            same * insider.campaign,
        )  # fmt: skip

    def _nothing_explained(self, looks: Looks, kind: Kind) -> Looks:
        """Where too few customers are left, a look at one who was planted before is a glance under no ticket."""
        _, first = np.unique(looks.customer, return_index=True)
        again = np.ones(len(looks), bool)
        again[first] = False
        again |= self.taken[looks.customer]
        if kind.twice:  # the second opening is the campaign's own
            again &= np.r_[False, looks.customer[1:] != looks.customer[:-1]][: len(looks)]
        return replace(looks, lines=np.where(again, 1, looks.lines), ticket=np.where(again, -1, looks.ticket))

    def _days(self, insider: Insider) -> Days:
        """The days worked in the insider's part of the log."""
        usual, plan, agent = self.usual[insider.agent], self.plan, insider.agent
        day = np.flatnonzero(usual[insider.first : insider.last]) + insider.first
        worked = usual[usual > 0]
        return Days(
            usual=float(worked.mean()) if len(worked) else 0.0,
            today=usual[day],
            progress=(day - insider.first) / max(1, insider.last - 1 - insider.first),
            high=float(np.quantile(worked, 0.9)) if len(worked) else 0.0,
            day=day,
            start=plan.start[agent, day],
            hours=plan.hours[agent, day],
        )


def _left_undone(visits: Visits, insiders: Sequence[Insider], seed: int) -> Bools:
    """Own work that insiders leave undone, or would have done after they are gone."""
    undone = np.zeros(len(visits), bool)
    for insider in insiders:
        if not insider.kind.instead and not insider.kind.leaves:
            continue
        own = np.flatnonzero(visits.agent == insider.agent)
        day = visits.day[own]
        during = (day >= insider.first) & (day < insider.last)
        rng = stream(seed, "undone", insider.campaign, insider.agent)
        undone[own] = during & (rng.random(len(own)) < insider.kind.instead)
        undone[own] |= insider.kind.leaves & (day >= insider.last)
    return undone


def plant(
    campaigns: Sequence[Campaign], plan: Plan, visits: Visits, tickets: Tickets, customers: Customers, seed: int
) -> Planted:
    """Return the visits with the campaigns' visits after them. Raises UsageError if nobody can carry one out."""
    if not campaigns:
        return Planted(visits)
    planter = Planter(plan, visits, tickets, customers, seed)
    planted = planter.plant(campaigns)
    for insider in planter.insiders:
        if insider.kind.leaves and insider.last < plan.days:
            plan.staff.left[insider.agent] = insider.last - 1
            plan.works[insider.agent, insider.last :] = False
    kept = visits.take(np.flatnonzero(~_left_undone(visits, planter.insiders, seed)))
    made_up = np.array(planter.made_up, np.int64)
    return Planted(together([kept, *planted]), planter.insiders, made_up, planter.lacking)
