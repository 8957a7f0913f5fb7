"""The plan: who works on which day, from when to when, in which role and queue, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from onlooker.simulation.arrays import Bools, Floats, Ints
from onlooker.simulation.demand import factors, levels
from onlooker.simulation.organisation import ROLES, Site, Staff
from onlooker.simulation.zone_clock import to_instant


@dataclass
class Plan:
    """Matrices of agents x days. Nuisances change a plan before any work is done."""

    staff: Staff
    sites: tuple[Site, ...]
    start_date: date
    works: Bools
    start: Floats  # local hour, 24 and more never; a shift may end after midnight
    hours: Floats
    role: Ints
    queue: Ints
    level: Floats  # own ups and downs
    demand: Floats  # queues x days
    project: Floats  # mean of extra visits for a project, on no ticket

    @property
    def days(self) -> int:
        """Days of the log."""
        return int(self.works.shape[1])

    def instants(self, wall: Ints, who: Ints) -> Ints:
        """Turn seconds since the first midnight on the walls of agents `who` into seconds since 1970-01-01 UTC."""
        return to_instant(wall, self.staff.site[who], [s.zone for s in self.sites], self.start_date)

    def expected(self) -> Floats:
        """Return the expected distinct customers per agent and day, 0 where nobody works."""
        days = np.arange(self.days)
        by_role = np.array([r.pace for r in ROLES])[self.role]
        part = np.minimum(1.0, self.hours / 8.0)
        mean = self.staff.pace[:, None] * by_role * part * self.level * self.demand[self.queue, days]
        return np.where(self.works, mean, 0.0)

    def load(self, rng: np.random.Generator) -> Ints:
        """Draw the visits per agent and day: Poisson with a gamma of the agent's own dispersion."""
        shape = 1 / self.staff.dispersion[:, None]
        return rng.poisson(self.expected() * rng.gamma(shape, 1 / shape, self.works.shape))


def _sick(agents: int, days: int, rng: np.random.Generator) -> Bools:
    """Spells of one to four days that start on 1 % of days."""
    begins = rng.random((agents, days)) < 0.01
    length = rng.integers(1, 5, (agents, days)) * begins
    sick = np.zeros((agents, days), bool)
    for back in range(4):
        sick[:, back:] |= length[:, : max(0, days - back)] > back
    return sick


def plan(staff: Staff, sites: tuple[Site, ...], start: date, days: int, rng: np.random.Generator) -> Plan:
    """Draw up an ordinary plan: own weekdays, sick days, a few swapped shifts and a little overtime."""
    agents = len(staff)
    weekday = (start.weekday() + np.arange(days)) % 7
    works = staff.week[:, weekday].astype(bool) & ~_sick(agents, days, rng)
    works &= np.arange(days) >= staff.hired[:, None]
    begin = np.repeat(staff.shift[:, None], days, 1) + rng.uniform(-0.25, 0.25, (agents, days))
    swapped = rng.random((agents, days)) < 0.02
    other = begin + rng.choice(np.array([-4.0, -3.0, 3.0, 4.0]), (agents, days))
    begin = np.where(swapped, other, begin) % 24
    overtime = np.where(rng.random((agents, days)) < 0.03, rng.uniform(0.5, 2.0, (agents, days)), 0.0)
    return Plan(
        staff=staff,
        sites=sites,
        start_date=start,
        works=works,
        start=begin,
        hours=staff.hours[:, None] + overtime,
        role=np.repeat(staff.role[:, None], days, 1),
        queue=np.repeat(staff.queue[:, None], days, 1),
        level=levels(agents, days, rng),
        demand=factors(days, start.weekday(), rng),
        project=np.zeros((agents, days)),
    )
