"""The organisation: sites, queues, roles, and the people with their paces and habits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onlooker.simulation.arrays import Bools, Floats, Ints
from onlooker.simulation.mechanics import Mechanics
from onlooker.simulation.names import logins


@dataclass(frozen=True)
class Site:
    """A place of work. `shifts` are the local hours at which shifts start; `share` is its part of the staff."""

    name: str
    zone: str
    shifts: tuple[float, ...] = (7, 9, 12)
    share: float = 1.0
    vendor: str = ""


SITES = (
    Site("elvira", "Asia/Manila", (6, 9, 14, 22), 1.2, "Norvane Contact"),
    Site("brunnhof", "Europe/Vienna", (7, 9, 12), 1.0),
)


@dataclass(frozen=True)
class Role:
    """How somebody in a role spends visits: shares of what isn't plain ticket work, pace, and depth of a visit.

    `lookup`: for a colleague of the team, no ticket. `stray`: somebody picked on no ticket, e.g. a caller not found.
    `sample`: colleagues' finished work, as quality reviewers see it. `wrong`: a wrong click under the ticket at hand.
    `forgot`: ticket work of which the log does not say the ticket.
    """

    name: str
    pace: float
    lookup: float
    stray: float
    sample: float
    wrong: float
    forgot: float
    depth: float


ROLES = (
    Role("agent", 1.0, 0.028, 0.025, 0.0, 0.010, 0.035, 1.0),
    Role("senior", 0.9, 0.055, 0.025, 0.0, 0.010, 0.035, 1.1),
    Role("team_lead", 0.6, 0.42, 0.04, 0.06, 0.010, 0.05, 0.8),
    Role("qa_reviewer", 1.1, 0.02, 0.02, 0.90, 0.0, 0.01, 0.6),
    Role("assistant", 1.0, 0.0, 0.0, 0.0, 0.0, 0.004, 0.25),
    Role("trainee", 0.5, 0.95, 0.04, 0.0, 0.0, 100.0, 0.7),
)
AGENT, SENIOR, TEAM_LEAD, QA_REVIEWER, ASSISTANT, TRAINEE = range(len(ROLES))


@dataclass
class Staff:
    """Everybody, one entry per person in every array."""

    login: list[str]
    site: Ints
    team: list[str]
    queue: Ints
    role: Ints
    actor: list[str]
    vendor: list[str]
    hired: Ints  # day of the log; negative: before it began
    pace: Floats  # distinct customers on an ordinary full day
    dispersion: Floats  # of the negative binomial: variance = mean + dispersion * mean^2
    depth: Floats  # log lines per visit, beyond the first
    candour: Floats  # multiplies everything that leaves no ticket id
    shift: Floats  # local hour at which the own shift starts
    hours: Floats  # its length
    week: Floats  # 7 columns: 1 where the person works on that weekday, Monday first
    gig: Bools  # works when it suits
    left: Ints  # last day of employment; -1: none
    undated: Bools  # the agents table does not know when the person was hired

    def __len__(self) -> int:
        return len(self.login)


def _shares(sites: tuple[Site, ...], agents: int) -> Ints:
    weight = np.array([s.share for s in sites], float)
    edges = np.round(np.cumsum(weight) / weight.sum() * agents).astype(np.int64)
    return np.repeat(np.arange(len(sites)), np.diff(np.r_[0, edges]))


def _weeks(part_time: Ints, rng: np.random.Generator) -> Floats:
    """Two days off in seven, mostly the weekend; part-timers have up to two more."""
    agents = len(part_time)
    first_off = np.where(rng.random(agents) < 0.7, 5, rng.integers(0, 7, agents))
    week = np.ones((agents, 7))
    for further in range(4):
        off = (first_off + further) % 7
        week[np.arange(agents), off] = np.where(further < 2 + part_time, 0.0, 1.0)
    return week


def staff(agents: int, sites: tuple[Site, ...], mechanics: Mechanics, rng: np.random.Generator) -> Staff:
    """Hire `agents` people over the sites, in teams of about nine that share a queue."""
    queues = [q for q in mechanics.queues if not q.later]
    site = _shares(sites, agents)
    within = np.arange(agents) - np.searchsorted(site, site)
    size = np.bincount(site)[site]
    crew = within * np.maximum(1, np.round(size / mechanics.team_size).astype(np.int64)) // size
    queue = (crew + site) % len(queues)
    team = [
        f"{sites[s].name}-{queues[q].name}-{c // len(queues) + 1}" for s, q, c in zip(site, queue, crew, strict=True)
    ]
    part_time = np.where(rng.random(agents) < 0.15, rng.integers(1, 3, agents), 0)
    queue_pace = np.array([q.pace for q in queues])[queue]
    return Staff(
        login=logins(agents, rng),
        site=site,
        team=team,
        queue=queue,
        role=np.where(rng.random(agents) < 0.12, SENIOR, AGENT),
        actor=["human"] * agents,
        vendor=[sites[s].vendor for s in site],
        hired=-rng.integers(30, 1500, agents),
        pace=mechanics.pace * queue_pace * np.exp(rng.normal(0, 0.22, agents)),
        dispersion=mechanics.habits.dispersion * np.exp(rng.normal(0, 0.7, agents)),
        depth=mechanics.depth * np.exp(rng.normal(0, 0.25, agents)),
        candour=np.exp(rng.normal(0, 0.35, agents)),
        shift=np.array(
            [sites[s].shifts[int(u * len(sites[s].shifts))] for s, u in zip(site, rng.random(agents), strict=True)]
        ),
        hours=np.where(rng.random(agents) < 0.1, 5.0, 8.0),
        week=_weeks(part_time, rng),
        gig=np.zeros(agents, bool),
        left=np.full(agents, -1),
        undated=np.zeros(agents, bool),
    )
