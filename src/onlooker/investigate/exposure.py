"""Exposure: the customers whose records an agent opened, for whoever has to notify them or investigate further."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.errors import UsageError
from onlooker.investigate.onset import Onset, find_rise
from onlooker.investigate.stored_visits import UNEXPLAINED, Span, visits_seen
from onlooker.schema.days import iso
from onlooker.schema.explanations import IS_WITHOUT
from onlooker.schema.notebook_html import MOST_ROWS, as_html
from onlooker.store import Store

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

COLUMNS = ("customer_id", "tier", "first_seen", "last_seen", "visits", "unexplained", "priority")

INSTANT = "strftime(make_timestamp({us}), '%Y-%m-%dT%H:%M:%SZ')"
SEEN = """
SELECT s.customer_id, {tier} AS tier, {first} AS first_seen, {last} AS last_seen, s.visits, s.unexplained,
       {priority} AS priority
FROM (SELECT customer_id, min(first_us) AS first_us, max(last_us) AS last_us, count(*) AS visits,
             count(*) FILTER (WHERE {unexplained}) AS unexplained, min({tier_of_visit}) AS priority
      FROM {visits} GROUP BY customer_id) s{tiers}
ORDER BY s.unexplained DESC, s.visits DESC, s.first_us, s.customer_id
"""
TIERS = " LEFT JOIN ctx_customers c ON c.customer_id = s.customer_id"
# Days on which it was too early in the log to tell would look like days without such visits.
DAILY = """
SELECT day, count(*) FILTER (WHERE {unexplained}) AS seen FROM {visits}
WHERE explanation IS NOT NULL GROUP BY day HAVING count(*) FILTER (WHERE explanation = 'unknown') = 0 ORDER BY day
"""
TIER_OF_VISIT = """CASE WHEN day < {earliest} THEN 4 WHEN day < {onset} THEN 3
                   WHEN coalesce({without}, true) THEN 1 ELSE 2 END"""
PRIORITIES = {
    1: "since then, without an explanation that is known",
    2: "since then, with an explanation",
    3: "only on the days on which it may have begun already",
    4: "only before",
}
"""Who is to be warned first."""


@dataclass(frozen=True)
class Exposure:
    """The customers whose records an agent opened."""

    agent_id: str
    first: str
    """First and last local date that was looked at, ISO."""
    last: str
    table: pa.Table = field(repr=False)
    """One row per customer, those without a reason first: COLUMNS, where `visits` are days with a visit, `unexplained`
    those without an explanation, and first_seen and last_seen instants, UTC, ISO. `tier` is null where nobody said,
    `priority` is one of PRIORITIES, and null without an onset."""
    noted: bool = True
    """Whether the look is in the store's history."""
    notes: tuple[str, ...] = ()
    """What a reader must know."""
    onset: Onset | None = None
    """Since when visits without an explanation are more than on the agent's days before; None without a rise."""

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
            "onset": self.onset and {name: iso(getattr(self.onset, name)) for name in ("day", "earliest", "latest")},
            "priorities": self.by_priority(),
        }  # fmt: skip

    def _repr_html_(self) -> str:
        since = [("more than before since", iso(self.onset.day))] if self.onset else []
        columns = ("customer_id", "tier", "visits", "unexplained", "first_seen", "last_seen", "priority")
        rows = [[row[name] for name in columns] for row in self.table.slice(0, MOST_ROWS + 1).to_pylist()]
        more = self.table.num_rows - MOST_ROWS
        title = f"{self.agent_id} opened the records of {self.table.num_rows:,} customers, {self.first} to {self.last}"
        rest = [f"{more:,} more customers are in `.customers`."] if more > 0 else []
        return as_html(title, since, columns, rows[:MOST_ROWS], (*rest, *self.notes))

    def by_priority(self) -> list[dict[str, int]]:
        """How many customers of each priority; empty without an onset."""
        held = Counter(self.table["priority"].to_pylist()) if self.onset else Counter[int]()
        return [{"priority": one, "customers": held[one]} for one in PRIORITIES] if self.onset else []


def exposure(engine: Engine, store: Store, agent: str, span: Span, *, tiers: bool = False) -> Exposure:
    """The customers whom `agent` saw on the days of `span`; with `tiers` from `ctx_customers` on the engine.

    Raises UsageError for an agent of whom the store knows no visit at all.
    """
    where = f"agent_id = {literal(agent)}"
    # Since when it is more than before is found on all days up to the last: a span that begins there has no before.
    dates, visits = span.within(store), visits_seen(store, Span(last=span.last), where)
    if dates is None or visits is None:
        raise UsageError(f"the store {store.root} has no visits of these days", "`onlooker status` tells its nights.")
    engine.table("exposed_visits", f"SELECT * FROM {visits}")  # a year of files is read once
    daily = engine.arrays(DAILY.format(unexplained=UNEXPLAINED, visits="exposed_visits"))
    visits = f"(SELECT * FROM exposed_visits WHERE day >= {span.first})"
    onset = find_rise(daily["day"].astype("int64"), daily["seen"].astype("float64"))
    table = engine.arrow(
        SEEN.format(
            visits=visits, unexplained=UNEXPLAINED, tiers=TIERS if tiers else "",
            tier="c.tier" if tiers else "CAST(NULL AS VARCHAR)",
            priority="s.priority" if onset else "CAST(NULL AS INTEGER)",
            tier_of_visit=TIER_OF_VISIT.format(earliest=onset.earliest, onset=onset.day, without=IS_WITHOUT)
            if onset else "0",
            first=INSTANT.format(us="s.first_us"), last=INSTANT.format(us="s.last_us"),
        )
    )  # fmt: skip
    if not table.num_rows:
        must_be_known(engine, store, agent, where)
    return Exposure(agent, *dates, table, onset=onset)


def must_be_known(engine: Engine, store: Store, agent: str, where: str) -> None:
    """Raise UsageError if the store knows nothing of `agent`: an empty list for a misspelled name would mislead."""
    anywhere = visits_seen(store, Span(), where)
    if anywhere is None or not engine.rows(f"SELECT 1 FROM {anywhere} LIMIT 1"):
        raise UsageError(
            f"the store {store.root} knows no agent {agent}", "Is the id spelled as in the log, capitals included?"
        )
