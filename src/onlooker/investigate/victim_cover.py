"""A small set of agents who together met all victims.

The smallest such set is too much to compute (R. Karp, 1972); taking whoever met most of those that are left, again and
again, finds one that is at most 1 + ln(victims) times as large (V. Chvatal, 1979, "A greedy heuristic for the
set-covering problem"). Whoever meets many customers meets many victims, so those who stand out come first: the others
are taken only for victims whom none of these met.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

STANDS_OUT = 0.05
"""The highest q-value of an agent who stands out."""
MOST = 25
"""Agents of a set, at most: a longer list is no group."""


@dataclass(frozen=True)
class CoverStep:
    """One agent of the set, in the order in which they were taken."""

    agent_id: str
    adds: int
    """Victims whom the agent met and none of those before did."""
    covered: int
    """Victims whom the agent or one of those before met."""
    q_value: float
    stands_out: bool
    """Whether the q-value is at most STANDS_OUT."""


def greedy_cover(pairs: pd.DataFrame, agents: pd.DataFrame) -> tuple[CoverStep, ...]:
    """The set, of `pairs` (agent_id, customer_id; one row each) and `agents` (agent_id, q_value; least likely first).

    Of agents who add as many the least likely is taken. Ends after MOST agents even where victims are left.
    """
    import pandas as pd

    agent = pd.Index(agents["agent_id"]).get_indexer(pairs["agent_id"])
    customer, names = pd.factorize(pairs["customer_id"])
    q = agents["q_value"].to_numpy(float)
    met, steps = np.zeros(len(names), bool), list[CoverStep]()
    for among in (q <= STANDS_OUT, q > STANDS_OUT):
        while len(steps) < MOST and among.any():
            adds = np.bincount(agent[~met[customer]], minlength=len(q)) * among
            best = int(np.argmax(adds))
            if not adds[best]:
                break
            met[customer[agent == best]] = True
            name = str(agents["agent_id"].iloc[best])
            steps.append(CoverStep(name, int(adds[best]), int(met.sum()), float(q[best]), bool(q[best] <= STANDS_OUT)))
    return tuple(steps)
