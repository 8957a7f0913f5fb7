"""From visits to log lines: what was done, to which kind of record, and when, to the second."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from onlooker.simulation.arrays import Bools, Ints, rank_within, stream
from onlooker.simulation.organisation import ASSISTANT
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import PLANTED, PROJECT, WORK, Visits
from onlooker.simulation.zone_clock import DAY, HOUR

ACTIONS = ("view", "search", "list", "reveal", "export", "edit")
VIEW, SEARCH, LIST, REVEAL, EXPORT, EDIT = range(len(ACTIONS))
RECORDS = ("profile", "contact", "orders", "billing", "payment")
SEARCHES = 0.2  # of visits of several lines begin with a search that names nobody
LATE = 15 * 60  # seconds after the end of a shift by which everything is closed


@dataclass
class Lines:
    """One entry per log line, in the order of the log."""

    visit: Ints  # place in the visits
    second: Ints  # instant, seconds since 1970-01-01 UTC
    action: Ints
    record: Ints
    number: Ints  # identity of the line; a line written twice has the same

    def take(self, where: Ints) -> Lines:
        """Return the lines at these places."""
        return Lines(**{f.name: getattr(self, f.name)[where] for f in fields(self)})


def _actions(kind: Ints, place: Ints, searchable: Bools, rng: np.random.Generator) -> Ints:
    draw = rng.random(len(kind))
    later = np.select([draw < 0.5, draw < 0.74, draw < 0.9, draw < 0.998], [VIEW, EDIT, REVEAL, LIST], EXPORT)
    later = np.where((later == EDIT) & (kind != WORK) & (kind != PROJECT), VIEW, later)
    search = (place == 0) & (draw < SEARCHES) & searchable
    first = np.where(search, SEARCH, VIEW)
    return np.where(place == 0, first, later)


def _records(action: Ints, rng: np.random.Generator) -> Ints:
    usual = np.searchsorted([0.45, 0.65, 0.85, 0.97], rng.random(len(action)), side="right")
    return np.where(action == REVEAL, len(RECORDS) - 1, np.where(action == SEARCH, 0, usual))


def _gaps(place: Ints, rng: np.random.Generator) -> Ints:
    """Seconds from one line of a visit to the next: mostly under a minute, at times half an hour."""
    gap = np.exp(rng.normal(3.9, 1.3, len(place)))
    return np.where(place == 0, 0, 1 + np.minimum(gap, 4 * HOUR).astype(np.int64))


def _wall(visits: Visits, plan: Plan, visit: Ints, place: Ints, rng: np.random.Generator) -> Ints:
    passed = np.cumsum(_gaps(place, rng))
    passed -= np.repeat(passed[place == 0], visits.lines)
    end = visits.day * DAY + (plan.start + plan.hours)[visits.agent, visits.day] * HOUR
    spare = np.where(visits.second < end, end - visits.second, 0) + LATE
    spare = np.where(visits.kind == PLANTED, 900, spare).astype(np.int64)
    wall: Ints = visits.second[visit] + np.minimum(passed, spare[visit])
    return wall


def _part(visits: Visits, plan: Plan, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """Lines of some visits: the visit's place, the wall-clock second, action, record."""
    visit = np.repeat(np.arange(len(visits)), visits.lines)
    place = rank_within(visit)
    wall = _wall(visits, plan, visit, place, rng)
    searchable: Bools = (visits.lines > 1) & (plan.role[visits.agent, visits.day] != ASSISTANT)
    action = _actions(visits.kind[visit], place, searchable[visit], rng)
    return visit, wall, action, _records(action, rng)


def write_up(visits: Visits, plan: Plan, seed: int) -> Lines:
    """Turn visits into log lines, in the order of their instants; planted ones look like the rest."""
    parts = []
    for name, some in (("work", visits.campaign < 0), ("planted", visits.campaign >= 0)):
        where = np.flatnonzero(some)
        visit, *rest = _part(visits.take(where), plan, stream(seed, "lines", name))
        parts.append((where[visit], *rest))
    visit, wall, action, record = (np.concatenate(column) for column in zip(*parts, strict=True))
    instant = plan.instants(wall, visits.agent[visit])
    lines = Lines(visit, instant, action, record, visit).take(np.argsort(instant, kind="stable"))
    lines.number = np.arange(len(visit))
    return lines
