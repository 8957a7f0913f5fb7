"""What came of reading a set of log files."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict, dataclass, field
from typing import Any

from onlooker.ingest.lost_by_agent import LostLines
from onlooker.schema.findings import InputFile

FEWEST = 20
"""If at least this many events are all at midnight, the log's times are dates."""


@dataclass(frozen=True)
class Reading:
    """How the logs were understood. `counts["lines"]` is always events + rejected + duplicates."""

    inputs: tuple[InputFile, ...]
    """One per file, in the order read; `rows` are its data lines, good or not."""
    mapping: dict[str, str]
    """Column of EVENTS -> column of the log; the instant `us` goes by the name `timestamp`, as in --map."""
    unmapped: tuple[str, ...]
    """Columns of the log that were not used."""
    timezone: str
    """How local days were decided, in words."""
    counts: dict[str, int]
    """lines, events, rejected, duplicates, agents, customers."""
    rejects_by_reason: dict[str, int]
    """Most frequent first."""
    notes: tuple[str, ...]
    """Sentences that a reader must hear."""
    first_day: int
    """Local day of the earliest event, days since 1970-01-01."""
    last_day: int
    side_tables: tuple[str, ...] = ()
    """Side tables that could be used, and their columns (`tickets`, `tickets.opened_by`)."""
    side_inputs: tuple[InputFile, ...] = ()
    """Those of `inputs` that are side tables."""
    doubts: tuple[str, ...] = ()
    """Sentences about what makes the reading doubtful as a whole, such as two customers in all of a month."""

    lost_lines: tuple[LostLines, ...] = ()
    """Lines that did not count by agent, most first."""
    dates_only: bool = False
    """Whether the log's times are dates without a clock."""
    mappings: tuple[dict[str, str], ...] = ()
    """Each mapping that a log was read by; `mapping` is all of them together."""
    join_ids: bool = False
    """Whether ids that differ in case, marks or `.0` only are one."""
    products: dict[str, str] = field(default_factory=dict)
    """Log products that were recognised: name in `onlooker formats`, and what it is called."""

    @property
    def offers(self) -> frozenset[str]:
        """Columns of the log and side tables, and `hour` of the day: what features may rely on."""
        hour = () if self.dates_only else ("hour",)
        return frozenset(self.mapping) | frozenset(self.side_tables) | frozenset(hour)

    @property
    def logs(self) -> tuple[InputFile, ...]:
        """Those of `inputs` that are logs."""
        return tuple(file for file in self.inputs if file not in self.side_inputs)

    @property
    def without_customer(self) -> int:
        """Lines that were rejected only because they name no customer where one is needed."""
        return self.rejects_by_reason.get("no customer", 0)

    def record(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)


def dates_without_clock(column: str) -> str:
    """What must be said of a log whose times are dates."""
    return f"The times ({column}) are dates without a clock: hours are not judged."


def zone_in_words(zone: str | None, offsets: Set[int | None]) -> tuple[str, tuple[str, ...]]:
    """How local days are decided, and what must be said beside it.

    `zone` is the one that was asked for. `offsets` are those in the log's times, None where one does not say any.
    """
    naive = None in offsets
    if zone:
        return f"{zone}, as asked" + ("; timestamps without an offset are of there" if naive else ""), ()
    said = ("Timestamps without an offset were taken for UTC; --tz names another zone.",) if naive else ()
    if offsets - {0, None}:
        return "the offset in each timestamp" + ("; UTC where there is none" if naive or 0 in offsets else ""), said
    return "UTC: the log says nothing else", said
