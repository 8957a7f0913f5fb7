"""The active agents of a night, and what was expected of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Active:
    """The active agents of one night; one entry per agent."""

    agent: Ints
    counts: Floats
    """Shape (agents, signals)."""
    group: Ints
    actor: Ints
    role: Ints
    teaches: Bools
    """Whether the night teaches anything about the agent; not where the log isn't whole, or in a confirmed case."""
    returning: Floats | None = None
    """The day's customers by days since anybody last saw them, shape (85,); place 0: not in 84 days.

    Without it nothing is rehearsed that night."""
    counted: Bools | None = None
    """Shape (agents, signals): where a count is known, `counts` being 0 elsewhere; None means everywhere."""

    @classmethod
    def of(cls, counts: Floats, *others: Ints, teaches: Bools, returning: Floats | None) -> Active:
        """From counts with NaN where nobody counted; `others` are agent, group, actor and role."""
        agent, group, actor, role = others
        unknown = np.isnan(counts)
        counted = ~unknown if unknown.any() else None
        return cls(agent, np.nan_to_num(counts), group, actor, role, teaches, returning, counted)

    @property
    def known(self) -> Bools:
        """Where a count is known, shape (agents, signals)."""
        return np.broadcast_to(np.True_, self.counts.shape) if self.counted is None else self.counted


@dataclass(frozen=True)
class Level:
    """What was expected of each active agent; arrays of shape (agents, signals)."""

    expected: Floats
    dispersion: Floats
    doubt: Floats
    """How far the expected level may be off: a variance, relative to its square. It is part of the dispersion."""
    peers: Floats
    """Mean daily count of the peers."""
    known: Bools
    """Whether anybody's history says something about the signal."""
