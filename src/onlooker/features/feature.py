"""What a feature is: one count per active agent-day, said in SQL and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Feature:
    """A daily count. Its name is its column in AGENT_DAYS, its signal, and its heading in docs/signals.md."""

    name: str
    source: Literal["visits", "events", "hours", "work", "days"]
    """What is counted: rows of that table, or for `hours` the visits in hours of the day that meet the condition.
    `work` is what was counted elsewhere, and `days` are the other counts of the day."""
    where: str
    """SQL condition on that table (on `timing.OFF_HOURS` for hours); for `work` and `days`, SQL of the count itself."""
    noun: str
    """What is counted, as it stands in a sentence after a number."""
    needs: tuple[str, ...] = ()
    """Columns of EVENTS without which the feature says nothing."""
    looks_back: bool = False
    """Whether the first days of a log, which have nothing before them, say nothing about it."""
    needs_context: tuple[str, ...] = ()
    """Side tables, or columns of them (`tickets.opened_by`), without which it says nothing and is 0."""
    scored: bool = True
    """False for counts that only rules look at, or that others divide by."""
    amount: str = "1"
    """SQL of what a row of `events` counts for."""
    short: str = ""
    """The noun in a few words, for the row of a list; empty where the noun is short."""

    @property
    def label(self) -> str:
        """What stands in the row of a list."""
        return self.short or self.noun
