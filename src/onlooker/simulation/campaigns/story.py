"""What a campaign file says: how many records a day, whose, at what hours, how deep, and behind which reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from onlooker.simulation.arrays import Floats, Ints

Pool = Literal["anybody", "seen", "in_work", "high_tier", "sequence"]
"""Whose records: of all customers; of those handled before; of those that others handled in the last 14 days; of a high
tier; in the order of the customer ids."""
Reason = Literal["own", "colleague", "made_up"]
"""Whose ticket a visit claims: one of the own tickets of the day, so of another customer; the ticket that a colleague
has for this customer; one that does not exist."""
Who = Literal["person", "gig", "assistant", "lead_and_team"]
"""Who turns insider: anybody of the staff; irregular workers; an AI account; a team lead with people of the team."""
Action = Literal["view", "search", "export"]
Trace = Literal["ids", "order", "actions", "hours", "login"]
"""By what else than amounts a campaign can be told from work: it is its trade mark, and no flaw of the planting."""


@dataclass(frozen=True)
class Taste:
    """Whom an insider looks at, and how.

    `anybody`, `seen`, `in_work` are the weights of three pools: all customers; customers that the house has handled
    before; customers handled in the last 14 days by somebody else. `glance` is the share of visits of one log line, the
    rest are as deep as the agent's own. `borrowed` is the share that claims a ticket (see `Reason`).
    """

    anybody: float = 1.0
    seen: float = 1.0
    in_work: float = 1.0
    glance: float = 0.5
    borrowed: float = 0.0


@dataclass(frozen=True)
class Days:
    """What a campaign may know of the days on which its insider works: one entry per day."""

    usual: float  # mean distinct customers of the insider's own work on a day worked
    today: Ints  # distinct customers of own work
    progress: Floats  # 0 at the campaign's start, 1 at its end
    high: float = 0.0  # the 90 % point of the own daily distinct customers
    day: Ints = field(default_factory=lambda: np.zeros(0, np.int64))  # day of the log
    start: Floats = field(default_factory=lambda: np.zeros(0))  # local hour at which the shift begins
    hours: Floats = field(default_factory=lambda: np.zeros(0))  # length of the shift

    def __len__(self) -> int:
        return len(self.today)


Counts = Callable[[Days, np.random.Generator], Ints]


@dataclass(frozen=True)
class Kind:
    """A kind of campaign: its name, its story, and everything that a planter needs to know.

    `counts`: visits on each day worked; `taste`: the kind's own, where the story promises one, else each insider has
    another; `agents`: how many insiders there usually are; `start`, `end`: the usual span, as shares of the log.
    """

    name: str
    story: str
    counts: Counts
    taste: Taste | None = None
    agents: int = 1
    start: float = 0.6
    end: float = 1.0
    who: Who = "person"
    team: bool = False  # all insiders are of one team
    stagger: float = 0.0  # each further insider begins later by this share of the span
    off_hours: bool = False  # at hours that the insider never works
    victims: int = 0  # if not 0, this many customers in all
    pool: Pool | None = None  # instead of the taste's three pools
    reason: Reason = "own"
    action: Action = "view"  # what the visit's lines do; "search" names customers and opens none of them
    twice: bool = False  # every record is opened a second time, minutes later
    instead: float = 0.0  # share of the own work that is left undone on these days
    leaves: bool = False  # the insider works no longer when the campaign is over
    logins: Literal["own", "spellings", "new"] = "own"  # "new": all that the insider does from the start on
    late: int = 0  # days by which the lines are written later than they say
    traces: tuple[Trace, ...] = ()

    @property
    def claims_tickets(self) -> bool:
        """Whether the campaign's story is about tickets."""
        return self.taste is not None and self.taste.borrowed >= 0.5

    def taste_for(self, rng: np.random.Generator) -> Taste:
        """Return the kind's taste, or one drawn for an insider."""
        anybody, seen, in_work = rng.dirichlet([1, 1, 1]).tolist()
        glance = float(rng.random())
        borrowed = float(rng.uniform(0, 0.6)) if rng.random() < 0.4 else 0.0
        return self.taste or Taste(anybody, seen, in_work, glance, borrowed)


def gamma(mean: float, shape: float, size: int, rng: np.random.Generator) -> Ints:
    """Return whole numbers of this mean, in bursts: the smaller the shape, the wilder."""
    return rng.gamma(shape, mean / shape, size).astype(np.int64)


def some_days(share: float, mean: float, size: int, rng: np.random.Generator) -> Ints:
    """Return Poisson numbers on a share of the days, and 0 on the others."""
    return np.where(rng.random(size) < share, rng.poisson(mean, size), 0)
