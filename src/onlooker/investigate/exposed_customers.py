"""What a trace says of the customers whom those who stand out opened since it began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "customer_id", "victim", "priority", "agents", "tier", "region", "first_seen", "last_seen", "visits", "unexplained",
    "reveals", "exports", "edits",
)  # fmt: skip
PRIORITIES = {
    1: "opened since it began, without an explanation that is known",
    2: "opened since it began, with an explanation",
    3: "opened only on the days on which it may have begun already",
}
"""Who is to be warned first."""
KINDS = {"seen": "TRUE", "revealed": "reveals > 0", "exported": "exports > 0", "edited": "edits > 0"}
"""What was done with a record, as far as the store keeps it; the kinds overlap."""


@dataclass(frozen=True)
class Exposed:
    """The customers whom the agents who stand out opened since it began."""

    agents: tuple[Mapping[str, Any], ...]
    """Of each: agent_id, victims, expected, onset, earliest, latest (ISO dates), exposed and not_yet_victims (customers
    opened since the onset)."""
    exposed: int
    """Customers opened by any of them since the onset."""
    not_yet_victims: int
    """Of these, those who are not on the list of victims: they are to be warned."""
    perhaps: int
    """Customers opened only on the days on which it may have begun already."""
    by_priority: tuple[Mapping[str, Any], ...]
    """priority (see PRIORITIES), exposed, not_yet_victims."""
    by_region: tuple[Mapping[str, Any], ...]
    """region (null where none is known), exposed, not_yet_victims; empty without a table of customers."""
    by_kind: tuple[Mapping[str, Any], ...]
    """kind (see KINDS), exposed, not_yet_victims."""
    table: pa.Table = field(repr=False)
    """One row per customer, those to be warned first first: COLUMNS."""

    def record(self) -> Mapping[str, Any]:
        """Plain values, ready for JSON."""
        names = ("exposed", "not_yet_victims", "perhaps")
        groups = ("agents", "by_priority", "by_region", "by_kind")
        return {
            **{name: [dict(one) for one in getattr(self, name)] for name in groups[:1]},
            **{name: getattr(self, name) for name in names},
            **{name: [dict(one) for one in getattr(self, name)] for name in groups[1:]},
            "customers": self.table.to_pylist(),
        }
