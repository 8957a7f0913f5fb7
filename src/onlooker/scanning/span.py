"""The local days that a run judges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Which local days are to be judged now."""

    first: int
    last: int
    first_day: int
    """First day of the log, stored history included."""
    waiting_from: int
    """First day whose events must stay in the store unjudged; beyond `last` where all were judged."""
    late: tuple[int, ...] = ()
    """Days judged before that new events touch, and that are judged again."""
    too_late: tuple[int, ...] = ()
    """Days judged before that are too old to be judged again."""
    offset: int = 0
    """Hours from UTC of the westernmost place that the log and the side tables show."""
    may_be_cut_short: bool = False
    """Whether an export may end within the last day: what is missing from it is a note then, and no doubt."""

    @property
    def empty(self) -> bool:
        """Whether no day is ready."""
        return self.last < self.first
