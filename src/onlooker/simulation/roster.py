"""The plan: who works on which day, from when to when, in which role and queue, and how much."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from onlooker.simulation.arrays import Bools, Floats, Ints
from onlooker.simulation.demand import demand, levels
from onlooker.simulation.mechanics import Mechanics, Shifts
from onlooker.simulation.organisation import ROLES, Site, Staff
from onlooker.simulation.zone_clock import to_instant


@dataclass
class Plan:
    """Matrices of agents x days. Nuisances change a plan before any work is done."""

    staff: Staff
    sites: tuple[Site, ...]
    mechanics: Mechanics
    start_date: date
    works: Bools
    start: Floats  # local hour, 24 and more never; a shift may end after midnight
    hours: Floats
    role: Ints
    queue: Ints
    crew: Ints  # place in `teams`
    teams: list[str]
    level: Floats  # own ups and downs
    demand: Floats  # queues x days
    project: Floats  # mean of extra visits for a project, on no ticket
    holidays: Ints  # days of the log
    away: Bools  # on leave
    extra: dict[int, Floats] = field(default_factory=dict)  # the same of audits, call-backs, training, migration

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


def _sick(agents: int, days: int, share: float, rng: np.random.Generator) -> Bools:
    """Spells of one to four days that start on this share of the days."""
    begins = rng.random((agents, days)) < share
    length = rng.integers(1, 5, (agents, days)) * begins
    return _spells(length, 4)


def _spells(length: Ints, most: int) -> Bools:
    inside = np.zeros(length.shape, bool)
    for back in range(most):
        inside[:, back:] |= length[:, : max(0, length.shape[1] - back)] > back
    return inside


def _vacation(agents: int, days: int, a_year: int, rng: np.random.Generator) -> Bools:
    """Spells of three to fourteen days, this many days a year in all."""
    begins = rng.random((agents, days)) < a_year / 365 / 8.5
    return _spells(rng.integers(3, 15, (agents, days)) * begins, 14)


def _weekends(works: Bools, weekday: Ints, first_weekday: int) -> Bools:
    """Each weekend another third of the people is there, and has two days off in the week after."""
    agents, days = works.shape
    week = (np.arange(days) + first_weekday) // 7
    turn = (np.arange(agents)[:, None] + week) % 3
    weekend = weekday >= 5
    rest = (weekday == 1) | (weekday == 2)
    return np.where(weekend, turn == 0, np.where(rest & (turn == 1), False, True))


def _starts(staff: Staff, sites: tuple[Site, ...], shifts: Shifts, week: Ints) -> Floats:
    """The local hour at which each shift begins, before swaps."""
    own: Floats = np.repeat(staff.shift[:, None], len(week), 1)
    if not shifts.rotating_shifts:
        return own
    for number, site in enumerate(sites):
        here = np.flatnonzero(staff.site == number)
        hours = np.array(site.shifts, float)
        first = np.searchsorted(hours, staff.shift[here])
        own[here] = hours[(first[:, None] + week) % len(hours)]
    return own


def plan(
    staff: Staff, sites: tuple[Site, ...], mechanics: Mechanics, start: date, days: int, rng: np.random.Generator
) -> Plan:
    """Draw up an ordinary plan: own weekdays, sick days, a few swapped shifts and a little overtime."""
    agents, shifts = len(staff), mechanics.shifts
    weekday = (start.weekday() + np.arange(days)) % 7
    works = staff.week[:, weekday].astype(bool)
    if shifts.rotating_weekends:
        works = _weekends(works, weekday, start.weekday())
    works = works & ~_sick(agents, days, shifts.sick, rng)
    works &= np.arange(days) >= staff.hired[:, None]
    begin = _starts(staff, sites, shifts, (np.arange(days) + start.weekday()) // 7)
    begin = begin + rng.uniform(-0.25, 0.25, (agents, days))
    swapped = rng.random((agents, days)) < shifts.swapped
    other = begin + rng.choice(np.array([-4.0, -3.0, 3.0, 4.0]), (agents, days))
    begin = np.where(swapped, other, begin) % 24
    overtime = np.where(rng.random((agents, days)) < shifts.overtime, rng.uniform(0.5, 2.0, (agents, days)), 0.0)
    level = levels(agents, days, mechanics.shape, rng)
    work = demand(mechanics, days, start.weekday(), rng)
    teams, crew = np.unique(np.array(staff.team), return_inverse=True)
    away = np.zeros((agents, days), bool)
    if shifts.vacation:
        away = _vacation(agents, days, shifts.vacation, rng)
    works &= ~away
    if len(work.holidays):
        works[:, work.holidays] &= rng.random((agents, len(work.holidays))) < 0.5
    return Plan(
        staff=staff,
        sites=sites,
        mechanics=mechanics,
        start_date=start,
        works=works,
        start=begin,
        hours=staff.hours[:, None] + overtime,
        role=np.repeat(staff.role[:, None], days, 1),
        queue=np.repeat(staff.queue[:, None], days, 1),
        crew=np.repeat(crew[:, None], days, 1),
        teams=teams.tolist(),
        level=level,
        demand=work.factors,
        project=np.zeros((agents, days)),
        holidays=work.holidays,
        away=away,
    )
