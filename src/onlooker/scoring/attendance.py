"""Who is there on a night: each agent's actor type, stratum, first and last day, those of the night included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.actors import ACTOR_TYPES
from onlooker.scoring.active_agents import Bools, Ints
from onlooker.scoring.method import Method

ACTORS = len(ACTOR_TYPES)
ROLES = 12
"""Roles beyond this many share a number."""
TENURES = 2
STRATA = ACTORS * TENURES * ROLES


@dataclass(frozen=True)
class Attendance:
    """The agents known by the end of `day`; arrays have one entry per agent of the log."""

    day: int
    first_day: int
    """Of the log."""
    method: Method
    actor: Ints
    """Actor type when last seen; -1 before."""
    stratum: Ints
    """Actor type, tenure and role when last seen; -1 before."""
    first_seen: NDArray[np.int64]
    last_seen: NDArray[np.int64]

    def came_within(self, days: int, agents: Ints, age: int) -> Bools:
        """Who of `agents` came when the log was at least `age` days old, and in the last `days`."""
        first = self.first_seen[agents]
        return np.asarray((first >= self.first_day + age) & (self.day - first < days))

    def meet(self, agents: Ints, actor: Ints, role: Ints) -> Attendance:
        """The same with `agents` (each once), their actor types and roles on `day`."""
        first_seen, last_seen, actors, stratum = (
            known.copy() for known in (self.first_seen, self.last_seen, self.actor, self.stratum)
        )
        first_seen[agents] = np.minimum(first_seen[agents], self.day)
        last_seen[agents] = self.day
        actors[agents] = actor
        met = Attendance(self.day, self.first_day, self.method, actors, stratum, first_seen, last_seen)
        newcomer = met.came_within(self.method.tenure_days, agents, self.method.telling_days)
        stratum[agents] = (actor * TENURES + newcomer) * ROLES + np.minimum(role, ROLES - 1)
        return met

    def comparable(self) -> Bools:
        """Which strata each stratum is compared with, shape (strata, strata).

        Itself if that has enough agents, else the same actor type and tenure, else the same actor type; never across
        actor types.
        """
        recent = (self.last_seen >= self.day - self.method.reference_days) & (self.stratum >= 0)
        strata = np.arange(STRATA)
        size, need = np.bincount(self.stratum[recent], minlength=len(strata)), self.method.strata_agents
        tenure, actor = strata // ROLES, strata // (ROLES * TENURES)
        enough = np.bincount(tenure, size)[tenure] >= need
        merged = np.where(enough[:, None], tenure[:, None] == tenure, actor[:, None] == actor)
        return np.asarray(np.where((size >= need)[:, None], strata[:, None] == strata, merged))
