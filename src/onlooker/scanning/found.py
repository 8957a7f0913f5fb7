"""What a run found in the days that it judged, before it is kept and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from onlooker.schema.days import iso
from onlooker.schema.findings import Alert

if TYPE_CHECKING:
    import pyarrow as pa

    from onlooker.checks.completeness import Doubt
    from onlooker.ingest import Reading
    from onlooker.scanning.span import Span


@dataclass(frozen=True)
class Outcome:
    """What deciding left."""

    scores: pa.Table
    """The table SCORES."""
    alerts: tuple[Alert, ...]
    lines: pa.Table
    """Row by row with `scores`: day, seen_, expected_ and upper_customers, seen_unexplained."""
    counts: dict[str, int]
    learned: dict[str, Any]

    @property
    def stored(self) -> pa.Table:
        """SCORES with what the daily lines need, as a store keeps it."""
        table = self.scores
        for name in self.lines.schema.names:
            table = table.append_column(name, self.lines[name])
        return table

    @property
    def last_night(self) -> str:
        """The last night that was judged, ISO; empty if none was."""
        days = self.lines["day"].to_numpy()
        return iso(int(days.max())) if len(days) else ""

    def unexplained(self) -> dict[int, dict[str, int]]:
        """Customers without an explanation by day and agent, where there are any."""
        found: dict[int, dict[str, int]] = {}
        counted = np.flatnonzero(self.lines["seen_unexplained"].to_numpy())
        days, numbers = (self.lines[name].to_numpy()[counted] for name in ("day", "seen_unexplained"))
        for agent, day, number in zip(self.scores["agent_id"].take(counted).to_pylist(), days, numbers, strict=True):
            found.setdefault(int(day), {})[agent] = int(number)
        return found


@dataclass(frozen=True)
class Found:
    """What a run read, judged and found missing."""

    reading: Reading
    span: Span
    """The days that were judged."""
    doubted: Sequence[Doubt]
    """What is missing from them, and surges."""
    outcome: Outcome
    notes: tuple[str, ...]
    """What must be said beside it."""
    broken: frozenset[str]
    """Hard rules that were broken on the last day that is over."""
