"""Exposure: the customers whose records an agent opened, for whoever has to notify them or investigate further."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.errors import UsageError
from onlooker.investigate.stored_visits import UNEXPLAINED, Span, visits_seen
from onlooker.store import Store

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

COLUMNS = ("customer_id", "tier", "first_seen", "last_seen", "visits", "unexplained")

INSTANT = "strftime(make_timestamp({us}), '%Y-%m-%dT%H:%M:%SZ')"
SEEN = """
SELECT s.customer_id, {tier} AS tier, {first} AS first_seen, {last} AS last_seen, s.visits, s.unexplained
FROM (SELECT customer_id, min(first_us) AS first_us, max(last_us) AS last_us, count(*) AS visits,
             count(*) FILTER (WHERE {unexplained}) AS unexplained
      FROM {visits} GROUP BY customer_id) s{tiers}
ORDER BY s.unexplained DESC, s.visits DESC, s.first_us, s.customer_id
"""
TIERS = " LEFT JOIN ctx_customers c ON c.customer_id = s.customer_id"


@dataclass(frozen=True)
class Exposure:
    """The customers whose records an agent opened."""

    agent_id: str
    first: str
    """First and last local date that was looked at, ISO."""
    last: str
    table: pa.Table = field(repr=False)
    """One row per customer, those without a reason first: COLUMNS, where `visits` are days with a visit, `unexplained`
    those without an explanation, and first_seen and last_seen instants, UTC, ISO. `tier` is null where nobody said."""
    noted: bool = True
    """Whether the look is in the store's history."""
    notes: tuple[str, ...] = ()
    """What a reader must know."""

    @property
    def customers(self) -> pd.DataFrame:
        """The customers as a frame."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def record(self) -> Mapping[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "agent_id": self.agent_id, "first": self.first, "last": self.last,
            "notes": list(self.notes), "customers": self.table.to_pylist(),
        }  # fmt: skip


def exposure(engine: Engine, store: Store, agent: str, span: Span, *, tiers: bool = False) -> Exposure:
    """The customers whom `agent` saw on the days of `span`; with `tiers` from `ctx_customers` on the engine.

    Raises UsageError for an agent of whom the store knows no visit at all.
    """
    where = f"agent_id = {literal(agent)}"
    dates, visits = span.within(store), visits_seen(store, span, where)
    if dates is None or visits is None:
        raise UsageError(f"the store {store.root} has no visits of these days", "`onlooker status` tells its nights.")
    table = engine.arrow(
        SEEN.format(
            visits=visits, unexplained=UNEXPLAINED, tiers=TIERS if tiers else "",
            tier="c.tier" if tiers else "CAST(NULL AS VARCHAR)",
            first=INSTANT.format(us="s.first_us"), last=INSTANT.format(us="s.last_us"),
        )
    )  # fmt: skip
    if not table.num_rows:
        must_be_known(engine, store, agent, where)
    return Exposure(agent, *dates, table)


def must_be_known(engine: Engine, store: Store, agent: str, where: str) -> None:
    """Raise UsageError if the store knows nothing of `agent`: an empty list for a misspelled name would mislead."""
    anywhere = visits_seen(store, Span(), where)
    if anywhere is None or not engine.rows(f"SELECT 1 FROM {anywhere} LIMIT 1"):
        raise UsageError(
            f"the store {store.root} knows no agent {agent}", "Is the id spelled as in the log, capitals included?"
        )
