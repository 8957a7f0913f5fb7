"""From visits to log lines: what was done, to which kind of record, and when, to the second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from onlooker.simulation.arrays import Bools, Ints, narrow, rank_within, stream
from onlooker.simulation.campaigns import Kind
from onlooker.simulation.mechanics import Habits
from onlooker.simulation.organisation import ASSISTANT
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import PLANTED, PROJECT, WORK, Visits
from onlooker.simulation.zone_clock import DAY, HOUR

ACTIONS = ("view", "search", "list", "reveal", "export", "edit", "search")
VIEW, SEARCH, LIST, REVEAL, EXPORT, EDIT, NAMED_SEARCH = range(len(ACTIONS))
"""`SEARCH` names nobody, `NAMED_SEARCH` a customer; the log calls both search."""
RECORDS = ("profile", "contact", "orders", "billing", "payment")
LATE = 15 * 60  # seconds after the end of a shift by which everything is closed


@dataclass
class Lines:
    """One entry per log line, in the order of the log. Narrow types: a large log has many lines."""

    visit: Ints  # int32: place in the visits
    second: Ints  # instant, seconds since 1970-01-01 UTC
    action: Ints  # int8
    record: Ints  # int8
    number: Ints  # int32: identity of the line; a line written twice has the same
    late: Ints  # int8: days after which it reached the log

    @property
    def written(self) -> Ints:
        """The instants at which the lines reached the log."""
        return self.second + self.late * np.int64(DAY)

    def take(self, where: Ints) -> Lines:
        """Return the lines at these places."""
        return Lines(**{f.name: getattr(self, f.name)[where] for f in fields(self)})


def _actions(kind: Ints, place: Ints, searchable: Bools, habits: Habits, rng: np.random.Generator) -> Ints:
    draw = rng.random(len(kind))
    later = np.select([draw < 0.5, draw < 0.74, draw < 0.9, draw < 0.998], [VIEW, EDIT, REVEAL, LIST], EXPORT)
    later = np.where((later == EDIT) & (kind != WORK) & (kind != PROJECT), VIEW, later)
    search = (place == 0) & (draw < habits.search_first) & searchable
    first = np.where(search, SEARCH, VIEW)
    if habits.named_searches:
        first = np.where(search & (rng.random(len(kind)) < habits.named_searches), NAMED_SEARCH, first)
    return np.where(place == 0, first, later)


def _records(action: Ints, rng: np.random.Generator) -> Ints:
    usual = np.searchsorted([0.45, 0.65, 0.85, 0.97], rng.random(len(action)), side="right")
    return np.where(
        action == REVEAL, len(RECORDS) - 1, np.where((action == SEARCH) | (action == NAMED_SEARCH), 0, usual)
    )


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
    action = _actions(visits.kind[visit], place, searchable[visit], plan.mechanics.habits, rng)
    return visit, wall, action, _records(action, rng)


def _as_told(visits: Visits, visit: Ints, action: Ints, kinds: Sequence[Kind]) -> Ints:
    """Campaigns that search or export do nothing else."""
    for number, kind in enumerate(kinds):
        if kind.action != "view":
            only = NAMED_SEARCH if kind.action == "search" else EXPORT
            action = np.where(visits.campaign[visit] == number, only, action)
    return action


def _delays(visits: Visits, kinds: Sequence[Kind]) -> Ints:
    """Days by which the lines of each visit are written later than they say."""
    late = np.zeros(len(visits), np.int64)
    for number, kind in enumerate(kinds):
        late[visits.campaign == number] = kind.late
    return narrow(late, np.int8)


def write_up(visits: Visits, plan: Plan, kinds: Sequence[Kind], seed: int) -> Lines:
    """Turn visits into log lines, in the order in which they are written; planted ones look like the rest.

    `kinds` are those of the campaigns, by their numbers.
    """
    parts = []
    for name, some in (("work", visits.campaign < 0), ("planted", visits.campaign >= 0)):
        where = np.flatnonzero(some)
        visit, wall, action, record = _part(visits.take(where), plan, stream(seed, "lines", name))
        parts.append((narrow(where, np.int32)[visit], wall, narrow(action, np.int8), narrow(record, np.int8)))
    visit, wall, action, record = (np.concatenate(column) for column in zip(*parts, strict=True))
    del parts
    action = narrow(_as_told(visits, visit, action, kinds), np.int8)
    instant = plan.instants(wall, visits.agent[visit])
    del wall
    lines = Lines(visit, instant, action, record, visit, _delays(visits, kinds)[visit])
    lines = lines.take(np.argsort(lines.written, kind="stable"))
    lines.number = narrow(np.arange(len(visit)), np.int32)
    if plan.mechanics.minutes:
        lines.second -= lines.second % 60
    return lines
