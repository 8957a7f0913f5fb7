"""What a pattern is, what it may depend on, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from onlooker.patterns.people_days import PeopleDays


@dataclass(frozen=True)
class Lost:
    """The lines of one agent that came with a run, and those that did not count as they should."""

    agent_id: str
    rejected: int = 0
    repeated: int = 0
    """With the event_id of an earlier line that says something else."""
    late: int = 0
    """Of days that had been judged already."""
    events: int = 0
    """Those that counted, on their day."""

    def __add__(self, other: Lost) -> Lost:
        return Lost(
            self.agent_id, self.rejected + other.rejected, self.repeated + other.repeated, self.late + other.late,
            self.events + other.events,
        )  # fmt: skip

    @property
    def lost(self) -> int:
        """All that did not count as they should."""
        return self.rejected + self.repeated + self.late

    @property
    def lines(self) -> int:
        """All lines."""
        return self.lost + self.events


@dataclass(frozen=True)
class Given:
    """What patterns may depend on: the columns of the log and the side tables, and lines that did not count."""

    columns: Collection[str] = ()
    lost: Sequence[Lost] = ()
    lines: int = 0
    """Lines of everybody that came with the run."""
    lost_in_all: int = 0
    """Of these, those that did not count as they should, whoever's they are."""
    late_share: float | None = None
    """Share of one person's lines from which it is told; None for never."""

    def lost_share_without(self, one: Lost) -> float:
        """The share of everybody else's lines that did not count as they should."""
        return max(self.lost_in_all - one.lost, 0) / max(self.lines - one.lines, 1)


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
    alone: bool = True
    """False for one that raises no alert, and is a reason more in alerts of the same night."""
    short: str = ""
    """What it counts, for the row of a list; empty where the name says it."""

    @property
    def label(self) -> str:
        """What stands in the row of a list."""
        return self.short or self.name.replace("_", " ")
