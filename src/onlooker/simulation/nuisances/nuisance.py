"""What a nuisance is: something that happens in every organisation and is no misuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from onlooker.simulation.arrays import Ints
from onlooker.simulation.roster import Plan


@dataclass(frozen=True)
class Nuisance:
    """One nuisance. `agents` names logins or says how many to draw; where nobody is meant it is ignored.

    `start` is a share of the log, `days` its length (0: the kind's own), `strength` multiplies what the kind does,
    `where` is a queue (surge, outage) or a site (what damages the log); empty: everywhere.
    """

    kind: str
    agents: int | tuple[str, ...] = 1
    start: float = 0.5
    days: int = 0
    strength: float = 1.0
    where: str = ""


@dataclass(frozen=True)
class Spell:
    """A nuisance settled on days `first` to before `last` and on agents, all as places in the plan."""

    nuisance: Nuisance
    first: int
    last: int
    agents: Ints

    @property
    def span(self) -> slice:
        """The days as a slice."""
        return slice(self.first, self.last)


Change = Callable[[Plan, Spell, np.random.Generator], None]


@dataclass(frozen=True)
class Kind:
    """A kind of nuisance. `days`: its length unless told otherwise, 0 to the end of the log.

    `change` works on the plan, before any work is done; what has none is done to the log itself (see damage.py).
    `people`: whether it befalls some agents, drawn for one nuisance at most; `calendar`: what the calendar calls it.
    """

    name: str
    change: Change | None
    days: int
    people: bool = True
    calendar: str = ""
