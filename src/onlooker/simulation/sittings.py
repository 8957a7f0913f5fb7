"""Visits before they become log lines: one agent, one customer, one sitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from onlooker.simulation.arrays import Floats, Ints
from onlooker.simulation.zone_clock import DAY, HOUR

LABELS = (
    "work",
    "look-up for a colleague",
    "caller not found",
    "quality sample",
    "wrong click",
    "project",
    "planted",
    "status call",
    "household",
    "audit",
    "call-back",
    "training",
    "migration",
)
"""What a visit is, in the truth."""
(
    WORK,
    LOOKUP,
    STRAY,
    SAMPLE,
    WRONG,
    PROJECT,
    PLANTED,
    STATUS,
    HOUSEHOLD,
    AUDIT,
    CALL_BACK,
    TRAINING,
    MIGRATION,
) = range(len(LABELS))


@dataclass
class Visits:
    """One entry per visit in every array."""

    agent: Ints
    customer: Ints
    ticket: Ints  # what the log shows; -1 for none
    day: Ints  # day of the log on which the shift began
    second: Ints  # start on the agent's wall, seconds since midnight before the log
    kind: Ints
    lines: Ints  # log lines it leaves
    campaign: Ints  # -1: honest work

    def __len__(self) -> int:
        return len(self.agent)

    def take(self, where: Ints) -> Visits:
        """Return the visits at these places."""
        return Visits(**{f.name: getattr(self, f.name)[where] for f in fields(self)})


def together(parts: Sequence[Visits]) -> Visits:
    """Join visits, in order."""
    return Visits(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Visits)})


def depth(mean: Floats, rng: np.random.Generator) -> Ints:
    """Draw how many log lines visits leave: one, and a long-tailed number more."""
    return 1 + np.minimum(rng.poisson(mean * rng.gamma(1.5, 1 / 1.5, len(mean))), 11)


def sittings(
    start: Floats, hours: Floats, day: Ints | int, rng: np.random.Generator, busy: Sequence[float] = ()
) -> Ints:
    """Draw when visits begin within shifts, with a break in the middle, never in the last ten minutes.

    `busy`: how busy the parts of a shift are, from its first to its last; flat if empty.
    """
    share = rng.random(len(start))
    if len(busy):
        edges = np.r_[0, np.cumsum(busy)] / np.sum(busy)
        share = np.interp(share, edges, np.linspace(0, 1, len(edges)))
    share = np.where((share > 0.46) & (share < 0.54), (share + 0.3) % 1.0, share)
    hour = start + share * (hours - 1 / 6)
    return (day * DAY + np.floor(hour * HOUR)).astype(np.int64)
