"""Runs a whole simulated organisation and lays out its log, its side tables and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa

from onlooker.errors import UsageError
from onlooker.simulation import log_tables, organisation_tables, truth
from onlooker.simulation.arrays import Bools, Ints, stream
from onlooker.simulation.campaigns import Campaign, kind_of
from onlooker.simulation.damage import Shown, damage
from onlooker.simulation.demand import Customers
from onlooker.simulation.lines import write_up
from onlooker.simulation.mechanics import Mechanics
from onlooker.simulation.nuisances import Nuisance, Spell, apply, settle
from onlooker.simulation.organisation import SITES, Site, staff
from onlooker.simulation.plant import Planted, plant
from onlooker.simulation.roster import Plan
from onlooker.simulation.roster import plan as draw_up
from onlooker.simulation.working_days import Office, Tickets


@dataclass(frozen=True)
class Simulated:
    """A log and what belongs to it. All ids are strings, all days local to their agent. Tables are made when asked for.

    events: timestamp (microseconds since 1970 UTC), agent_id, customer_id, action, ticket_id, record_type, team, queue,
        site, role, actor_type, session_id, event_id; in the order of writing; null where the log says nothing
    agents: agent_id, team, site, zone, role, hire_date, actor_type, vendor, manager, leave_date, valid_from; the role
        is the last one
    tickets: ticket_id, customer_id, assignee, opened, closed (as timestamp; null while open)
    roster: agent_id, day, shift_start, shift_end (as timestamp)
    leave, customers, calendar, identities: as docs/context.md has them
    truth: agent_id, day, views (planted visits of which the log has a line), campaign
    incidents: kind, agent_id (null where everybody is meant), where, first, last (days, both included); none is misuse
    insiders: one row per insider, with the campaign's number, kind and story, first and last day, visits, customers
    victims: customer_id, fraud_date, campaign (null: the fraud has nothing to do with any)
    planted: for each event, whether it belongs to a campaign
    """

    plan: Plan
    around: Customers
    spells: Sequence[Spell]
    campaigns: Sequence[Campaign]
    work: Planted
    booked: Tickets
    shown: Shown
    seed: int

    @cached_property
    def _life(self) -> tuple[Ints, Ints]:
        honest = self.work.visits.take(np.flatnonzero(self.work.visits.campaign < 0))
        return organisation_tables.life(self.booked, honest, self.plan)

    @cached_property
    def _ids(self) -> log_tables.Ids:
        gap = self.plan.mechanics.habits.ticket_gap
        return log_tables.Ids(self.around, self._life[0], self.work.made_up, gap, self.seed)

    @cached_property
    def _logins(self) -> log_tables.Logins:
        return log_tables.Logins(self.plan, self.work.insiders)

    def lines(self, where: Ints) -> pa.Table:
        """Return the events at these places."""
        return log_tables.events(self.shown, where, self.work.visits, self.plan, self._ids, self._logins)

    def labels(self, where: Ints) -> pa.Table:
        """Return what the events at these places are: label, campaign, copy."""
        kinds = [c.kind for c in self.campaigns]
        return truth.labels(self.shown, where, self.work.visits, kinds)

    def __len__(self) -> int:
        return len(self.shown.lines.visit)

    @cached_property
    def events(self) -> pa.Table:
        """The whole log."""
        return self.lines(np.arange(len(self)))

    @cached_property
    def agents(self) -> pa.Table:
        """Who is who."""
        return organisation_tables.agents(self.plan, self._logins)

    @cached_property
    def tickets(self) -> pa.Table:
        """All tickets."""
        return organisation_tables.tickets(self.booked, *self._life, self.plan, self._ids)

    @cached_property
    def roster(self) -> pa.Table:
        """All shifts."""
        return organisation_tables.roster(self.plan, self._logins)

    @cached_property
    def leave(self) -> pa.Table:
        """All leave."""
        return organisation_tables.leave(self.plan)

    @cached_property
    def customers(self) -> pa.Table:
        """The customers of the log, with tier and region."""
        met = np.unique(self.work.visits.customer[np.unique(self.shown.lines.visit)])
        return organisation_tables.customers(met, self.around, self._ids)

    @cached_property
    def calendar(self) -> pa.Table:
        """Holidays, outages, projects, samples."""
        return organisation_tables.calendar(self.spells, self.plan)

    @cached_property
    def identities(self) -> pa.Table:
        """Logins, help-desk ids and people."""
        return organisation_tables.identities(self.plan)

    @cached_property
    def truth(self) -> pa.Table:
        """Planted visits per agent, day and campaign."""
        return truth.planted_days(self.shown.lines.visit, self.work.visits, self.plan, self.campaigns, self._logins)

    @cached_property
    def incidents(self) -> pa.Table:
        """What happened beside work."""
        return truth.incidents(self.spells, self.plan)

    @cached_property
    def insiders(self) -> pa.Table:
        """Who did what."""
        seen = np.zeros(len(self.work.visits), bool)
        seen[self.shown.lines.visit] = True
        return truth.insiders(self.work, seen, self.plan, self._logins)

    @cached_property
    def victims(self) -> pa.Table:
        """Customers who lost money."""
        return truth.victims(self.work.visits, self.plan, self.around, self._ids, self.seed)

    @cached_property
    def planted(self) -> Bools:
        """For each event, whether it belongs to a campaign."""
        return np.asarray(self.work.visits.campaign[self.shown.lines.visit] >= 0)


def simulate(
    *,
    agents: int = 40,
    days: int = 90,
    seed: int = 0,
    start: str = "2026-01-05",
    sites: Sequence[Site] = SITES,
    mechanics: Mechanics | None = None,
    campaigns: Sequence[Campaign] = (),
    nuisances: Sequence[Nuisance] = (),
    pace: float | None = None,
    depth: float | None = None,
    customers: int = 0,
) -> Simulated:
    """Simulate a support organisation.

    `start` is the first local day; `mechanics` how the organisation works (an ordinary one); `pace`, `depth` and
    `customers` (all of them, not per agent) replace what the mechanics say. Campaigns leave the ordinary work of the
    same seed as it is, but for those whose insiders leave theirs undone. Raises UsageError for what can't be simulated.
    """
    if agents < 1 or days < 1 or not sites:
        raise UsageError("a simulation needs at least one agent, one day and one site")
    own = mechanics or Mechanics()
    own = replace(own, pace=own.pace if pace is None else pace, depth=own.depth if depth is None else depth)
    first, places = date.fromisoformat(start), tuple(sites)
    base = Customers(customers or own.customers * agents, seed, own)
    people = staff(agents, places, own, stream(seed, "staff"))
    plan = draw_up(people, places, own, first, days, stream(seed, "plan"))
    spells = settle(nuisances, plan, seed)
    apply(spells, plan, seed)
    work, tickets = Office(plan, base, stream(seed, "work")).run()
    planted = plant(campaigns, plan, work, tickets, base, seed)
    del work
    lines = write_up(planted.visits, plan, [kind_of(c) for c in campaigns], seed)
    shown = damage(spells, lines, planted.visits, plan, seed)
    return Simulated(plan, base, spells, campaigns, planted, tickets, shown, seed)
