"""The visits that a store knows of: those of judged nights, and those of days that are not over yet."""

from __future__ import annotations

from dataclasses import dataclass

from onlooker.schema.days import AFTER_ALL, BEFORE_ALL, iso
from onlooker.schema.explanations import IS_UNEXPLAINED
from onlooker.store import Store
from onlooker.store.layout import as_day, as_local_date
from onlooker.visits.build_visits import OPENED

JUDGED = "SELECT agent_id, customer_id, day, first_us, last_us, own_gap, explanation FROM {visits} WHERE {where}"
# What explains a visit, and when the agent was there before, is found when its day is over.
WAITING = """
SELECT agent_id, customer_id, day, min(us) AS first_us, max(us) AS last_us, CAST(NULL AS INTEGER) AS own_gap,
       CAST(NULL AS VARCHAR) AS explanation
FROM {events} WHERE {opened} AND {where} GROUP BY agent_id, customer_id, day"""
UNEXPLAINED = f"coalesce({IS_UNEXPLAINED}, false)"
"""SQL: a visit of a day that is not over has no explanation yet, and does not count."""


@dataclass(frozen=True)
class Span:
    """Local days, both ends inclusive, as day numbers."""

    first: int = BEFORE_ALL
    last: int = AFTER_ALL

    @classmethod
    def of(cls, since: str | None, until: str | None) -> Span:
        """The days from one ISO date to another; open where there is none. Raises UsageError for what is no date."""
        first, last = (None if text is None else as_day(as_local_date(text)) for text in (since, until))
        return cls(BEFORE_ALL if first is None else first, AFTER_ALL if last is None else last)

    def within(self, store: Store) -> tuple[str, str] | None:
        """First and last date of it that the store has visits or waiting events of; None if there are none."""
        spans = [span for table in ("visits", "events") if (span := store.span(table))]
        first = max(self.first, min((span[0] for span in spans), default=AFTER_ALL))
        last = min(self.last, max((span[1] for span in spans), default=BEFORE_ALL))
        return (iso(first), iso(last)) if first <= last else None


def visits_seen(store: Store, span: Span, where: str = "TRUE") -> str | None:
    """SQL of the visits of a span that meet `where`, with what is known of waiting ones: the columns of JUDGED.

    `where` is a condition on agent_id and customer_id with literals, by which row groups are skipped; what is joined
    is read whole. None if the store has nothing of these days.
    """
    visits, events = store.select("visits", span.first, span.last), waiting_events(store, span)
    parts = [JUDGED.format(visits=visits, where=where)] if visits else []
    parts += [WAITING.format(events=events, opened=OPENED, where=where)] if events else []
    return f"({' UNION ALL '.join(parts)}) AS seen" if parts else None


def waiting_events(store: Store, span: Span) -> str | None:
    """SQL of the events of days that are not over yet; None if the store has none of these days."""
    _, over = store.span("visits") or (0, BEFORE_ALL)
    return store.select("events", max(span.first, over + 1), span.last)
