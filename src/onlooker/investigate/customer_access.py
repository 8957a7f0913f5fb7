"""Access to one customer's record: who opened it, when, and what explains it. A customer may ask for just that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.errors import UsageError
from onlooker.investigate.stored_visits import Span, waiting_events
from onlooker.schema.days import instant, iso
from onlooker.schema.explanations import BY_NAME
from onlooker.store import Store
from onlooker.visits.build_visits import OPENED

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "agent_id", "date", "first_seen", "last_seen", "events", "edits", "exports", "reveals", "ticket_id", "explanation",
    "why",
)  # fmt: skip
NOT_OVER = "the day was not over: not known yet"
"""Why a visit was made, where its day has not been judged."""

JUDGED = """
SELECT agent_id, day, first_us, last_us, events, edits, exports, reveals, ticket_id, explanation
FROM {visits} WHERE customer_id = {customer}"""
WAITING = """
SELECT agent_id, day, min(us) AS first_us, max(us) AS last_us, count(*) AS events,
       count(*) FILTER (WHERE action = 'edit') AS edits, count(*) FILTER (WHERE action = 'export') AS exports,
       count(*) FILTER (WHERE action = 'reveal') AS reveals, min(ticket_id) AS ticket_id,
       CAST(NULL AS VARCHAR) AS explanation
FROM {events} WHERE {opened} AND customer_id = {customer} GROUP BY agent_id, day"""
ORDER = "SELECT * FROM ({parts}) seen ORDER BY first_us, agent_id, day"


@dataclass(frozen=True)
class Access:
    """Who opened a customer's record."""

    customer_id: str
    first: str
    """First and last local date that was looked at, ISO."""
    last: str
    visits: pd.DataFrame = field(repr=False)
    """One row per agent and day, oldest first: COLUMNS. `date` is local to the agent, first_seen and last_seen are
    instants, UTC, ISO; `explanation` is null on a day that is not over, and `why` says it in words."""
    noted: bool = True
    """Whether the look is in the store's history."""

    def record(self) -> Mapping[str, Any]:
        """Plain values, ready for JSON."""
        rows = self.visits.astype(object).where(self.visits.notna(), None).to_dict("records")
        return {"customer_id": self.customer_id, "first": self.first, "last": self.last, "visits": rows}


def customer_access(engine: Engine, store: Store, customer: str, span: Span) -> Access:
    """Who opened the record of `customer` on the days of `span`, those that are not over included.

    Searches and lists show no record and are left out. Raises UsageError for a customer of whom the store knows no
    visit at all, and where it has nothing of these days.
    """
    dates = span.within(store)
    if dates is None:
        raise UsageError(f"the store {store.root} has no visits of these days", "`onlooker status` tells its nights.")
    visits = _read(engine, store, customer, span)
    if visits.empty and _read(engine, store, customer, Span()).empty:
        raise UsageError(
            f"the store {store.root} knows no visit to the customer {customer}",
            "Is the id spelled as in the log, capitals included? Older visits are gone when they are pruned.",
        )
    return Access(customer, *dates, visits)


def _read(engine: Engine, store: Store, customer: str, span: Span) -> pd.DataFrame:
    import pandas as pd

    judged, waiting = store.select("visits", span.first, span.last), waiting_events(store, span)
    named = {"customer": literal(customer), "opened": OPENED}
    parts = [JUDGED.format(visits=judged, **named)] if judged else []
    parts += [WAITING.format(events=waiting, **named)] if waiting else []
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    rows: pd.DataFrame = engine.arrow(ORDER.format(parts=" UNION ALL ".join(parts))).to_pandas()
    rows["date"] = [iso(day) for day in rows["day"]]
    for name, us in (("first_seen", "first_us"), ("last_seen", "last_us")):
        rows[name] = [instant(one) for one in rows[us]]
    rows["why"] = [BY_NAME[one].of_visit if one in BY_NAME else NOT_OVER for one in rows["explanation"]]
    return rows[list(COLUMNS)]
