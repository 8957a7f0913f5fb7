"""What a pattern is, what it may depend on, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from onlooker.patterns.people_days import PeopleDays


@dataclass(frozen=True)
class Given:
    """What patterns may depend on: the columns of the log, and the side tables."""

    columns: Collection[str] = ()


@dataclass(frozen=True)
class Passed:
    """One person who passes a pattern's limits on one night."""

    row: int
    """Row of PeopleDays: the person and the night."""
    size: float
    """How much it is about, in the pattern's unit: what lies beyond the limit."""
    observed: float
    usual: float
    """What the peers, or the agent's own past, give for the same days."""
    text: str
    """One sentence with these numbers."""


Judge = Callable[[PeopleDays, int], list[Passed]]
"""Who passes on the nights from a day on."""


@dataclass(frozen=True)
class Pattern:
    """One pattern; `name` is its file in this package, and its heading in docs/signals.md."""

    name: str
    judge: Judge
    unit: str
    """What the size counts, in the plural."""
    high: float
    """From this size on the alert is of high severity, below it of medium."""
    short: str = ""
    """What it counts, for the row of a list; empty where the name says it."""

    @property
    def label(self) -> str:
        """What stands in the row of a list."""
        return self.short or self.name.replace("_", " ")
