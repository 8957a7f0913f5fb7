"""AGENT_DAYS as arrays: what scoring reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Panel:
    """Agent-days sorted by day, one row each; everything but `signals` and `looks_back` has one entry per row."""

    signals: tuple[str, ...]
    looks_back: NDArray[np.bool_]
    """Per signal: whether the first days of a log say nothing about it."""
    first_day: int
    """First day of the log, stored history included."""
    agents: int
    """Number of agents; they are numbered from 0."""
    agent: Ints
    day: NDArray[np.int64]
    """Local day, days since 1970-01-01."""
    counts: NDArray[np.floating[Any]]
    """Shape (rows, signals); numbers that 32 bits hold exactly. NaN where nobody counted."""
    group: Ints
    """Number of the queue or site, for the day effect."""
    actor: Ints
    """0 human, 1 ai, 2 service."""
    role: Ints
    """Number of the role, for calibration."""

    returning: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    """Per day its customers by days since anybody last saw them, shape (85,); place 0: not in 84 days."""
    cuts: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.intp))
    """Agent and day, shape (cuts, 2): from that day on the agent's own past says nothing any more."""

    def nights(self) -> Iterator[tuple[int, slice]]:
        """Each day with its rows."""
        days, starts = np.unique(self.day, return_index=True)
        ends = np.append(starts[1:], len(self.day))[: len(days)]
        for day, start, end in zip(days, starts, ends, strict=True):
            yield int(day), slice(int(start), int(end))
