"""What came of reading the side tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from onlooker.schema.findings import InputFile


@dataclass(frozen=True)
class SideReading:
    """How one side table was understood."""

    inputs: tuple[InputFile, ...]
    mapping: dict[str, str]
    """Column of the side table -> column of the file."""
    rows: int
    """Rows used: lines less rejected, duplicates and overruled."""
    lines: int
    rejected: int
    duplicates: int
    """Rows that repeat another one."""
    overruled: int
    """Rows that a later row about the same thing replaced."""


@dataclass(frozen=True)
class ContextReading:
    """How the side tables were understood, and how well they fit the log."""

    tables: dict[str, SideReading]
    """By name, as given; the others are empty on the engine."""
    join_rates: dict[str, float]
    """Shares between 0 and 1; what each is of stands in `join_rates.WHAT`."""
    ticket_rules: bool
    """Whether visits are judged by the tickets table."""
    notes: tuple[str, ...]
    """Sentences that a reader must hear."""
    rejects_by_reason: dict[str, int] = field(default_factory=dict)
    """Of rows of the side tables, the most frequent first."""

    @property
    def given(self) -> frozenset[str]:
        """Tables and their columns (`tickets`, `tickets.opened_by`): what features may rely on.

        Whatever they hold: a signal that came and went with a night's export could not be compared with itself. Where a
        table is empty, or the ticket rules are off, its counts are 0.
        """
        columns = {f"{name}.{column}" for name, table in self.tables.items() for column in table.mapping}
        return frozenset(self.tables) | columns

    @property
    def inputs(self) -> tuple[InputFile, ...]:
        """All files, for the record of the run."""
        return tuple(file for table in self.tables.values() for file in table.inputs)

    def record(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)
