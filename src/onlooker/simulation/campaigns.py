"""Misuse to plant: how many records a day, whose, at what hours, how deep, and behind which ticket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from onlooker.errors import UsageError
from onlooker.simulation.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class Taste:
    """Whom an insider looks at, and how.

    `anybody`, `seen`, `in_work` are the weights of three pools: all customers; customers that the house has handled
    before; customers handled in the last 14 days by somebody else. `glance` is the share of visits of one log line, the
    rest are as deep as the agent's own. `borrowed` is the share under the ticket of another customer.
    """

    anybody: float = 1.0
    seen: float = 1.0
    in_work: float = 1.0
    glance: float = 0.5
    borrowed: float = 0.0


@dataclass(frozen=True)
class Campaign:
    """One campaign. `agents` names logins or says how many to draw (0: as many as the kind usually has).

    `start` and `end` are shares of the log. Without a taste each insider gets one of their own. `strength` multiplies
    the number of views.
    """

    kind: str
    agents: int | tuple[str, ...] = 0
    start: float = 0.6
    end: float = 1.0
    strength: float = 1.0
    taste: Taste | None = None

    def __post_init__(self) -> None:
        kind_of(self)
        if not 0 <= self.start < self.end <= 1:
            raise UsageError(
                f"campaign {self.kind} runs from {self.start} to {self.end}", "Both are shares of the log."
            )


@dataclass(frozen=True)
class Days:
    """What a campaign may know of the days on which its agent works: one entry per day."""

    usual: float  # mean distinct customers of the agent
    today: Ints  # distinct customers of ordinary work
    progress: Floats  # 0 at the campaign's start, 1 at its end


Counts = Callable[[Days, np.random.Generator], Ints]


def _loud(days: Days, rng: np.random.Generator) -> Ints:
    """Up to 200 records a day in all, about 105 on average, whatever the agent's own work comes to."""
    size = len(days.today)
    total = np.where(rng.random(size) < 0.15, rng.integers(180, 201, size), rng.gamma(8, 90 / 8, size))
    return np.asarray(np.maximum(np.minimum(total, 200).astype(np.int64) - days.today, 0))


def _bursts(days: Days, rng: np.random.Generator) -> Ints:
    """2.5 times the own mean on average, in bursts."""
    return rng.gamma(3, 1.5 * days.usual / 3, len(days.today)).astype(np.int64)


def _slow(days: Days, rng: np.random.Generator) -> Ints:
    """30 % more than usual, never a loud day."""
    return rng.poisson(0.3 * days.usual, len(days.today))


def _some_days(share: float, least: float, part: float) -> Counts:
    """On a share of the days, a part of the usual number but at least this many."""

    def counts(days: Days, rng: np.random.Generator) -> Ints:
        size = len(days.today)
        return np.where(rng.random(size) < share, rng.poisson(max(least, part * days.usual), size), 0)

    return counts


def _creeping(days: Days, rng: np.random.Generator) -> Ints:
    """Nothing at first, as much again as the own work in the end."""
    return rng.poisson(days.usual * days.progress)


def _few_days(days: Days, rng: np.random.Generator) -> Ints:
    """Three to five single days, of 2.5 times the usual number each."""
    size = len(days.today)
    chosen = rng.permutation(size) < rng.integers(3, 6)
    return np.where(chosen, rng.poisson(1.5 * days.usual, size), 0)


def _ring(days: Days, rng: np.random.Generator) -> Ints:
    """60 % more than usual, in several agents of one team at once."""
    return rng.poisson(0.6 * days.usual, len(days.today))


def _same_victims(days: Days, rng: np.random.Generator) -> Ints:
    """One to four looks at the same few customers on most days."""
    size = len(days.today)
    return np.where(rng.random(size) < 0.6, rng.integers(1, 5, size), 0)


@dataclass(frozen=True)
class Kind:
    """A kind of campaign. `victims`: if not 0, this many customers in all; `team`: agents are drawn from one team.

    `taste`: the kind's own, where the name promises one; `agents`: how many there usually are.
    """

    name: str
    counts: Counts
    taste: Taste | None = None
    off_hours: bool = False
    team: bool = False
    victims: int = 0
    agents: int = 1


KINDS = (
    Kind("loud", _loud),
    Kind("bursts", _bursts),
    Kind("slow", _slow),
    Kind("off_hours", _some_days(0.4, 3, 0.3), off_hours=True),
    Kind("snoop", _some_days(0.5, 4, 0.3)),
    Kind("only_live", _slow, taste=Taste(0, 0, 1, 0.5)),
    Kind("creeping", _creeping),
    Kind("few_days", _few_days),
    Kind("ring", _ring, team=True, agents=3),
    Kind("same_victims", _same_victims, victims=6),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(campaign: Campaign) -> Kind:
    """Return the campaign's kind."""
    if campaign.kind not in BY_NAME:
        raise UsageError(f"no campaign is called {campaign.kind}", f"The kinds are {', '.join(BY_NAME)}.")
    return BY_NAME[campaign.kind]


def taste_of(campaign: Campaign, rng: np.random.Generator) -> Taste:
    """Return the campaign's taste, its kind's, or one drawn for this insider."""
    anybody, seen, in_work = rng.dirichlet([1, 1, 1]).tolist()
    own = Taste(anybody, seen, in_work, float(rng.random()), _borrowed(rng))
    return campaign.taste or kind_of(campaign).taste or own


def _borrowed(rng: np.random.Generator) -> float:
    return float(rng.uniform(0, 0.6)) if rng.random() < 0.4 else 0.0


def choose(
    campaign: Campaign, logins: Sequence[str], team: Sequence[str], free: Bools, rng: np.random.Generator
) -> Ints:
    """Return the agents of a campaign: those it names, or this many of the free ones."""
    if isinstance(campaign.agents, tuple):
        unknown = sorted(set(campaign.agents) - set(logins))
        if unknown:
            raise UsageError(f"no such agents: {', '.join(unknown)}")
        return np.array([list(logins).index(name) for name in campaign.agents])
    pool = np.flatnonzero(free)
    if kind_of(campaign).team and len(pool):
        crews = np.array(team)[pool]
        names, sizes = np.unique(crews, return_counts=True)
        pool = pool[crews == names[np.argmax(sizes)]]
    return np.sort(rng.permutation(pool)[: campaign.agents or kind_of(campaign).agents])
