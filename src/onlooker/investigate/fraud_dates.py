"""When a customer was harmed, as a list of victims says it: from that day on a meeting explains nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from onlooker.errors import UsageError
from onlooker.ingest.columns import plain_name
from onlooker.schema.days import EPOCH

DATES = ("fraud_date", "report_date")
"""Columns of a list of victims: when it happened, and when it was reported."""
PERHAPS = ("date", "day", "fraud", "report", "loss")
"""Words in the name of a column that may be meant as one of DATES, and is not read as one."""


@dataclass(frozen=True)
class Victims:
    """Customers who were harmed."""

    ids: tuple[str, ...]
    harmed: Mapping[str, int] = field(default_factory=dict)
    """Customer -> day number from which on meetings do not count: that of the fraud, or of the report if it is earlier
    or the only one. Of several rows of a customer the earliest. Customers without a date are not in it."""
    notes: tuple[str, ...] = ()
    """What a reader must know."""

    def spelled(self, how: Callable[[str], str]) -> Victims:
        """The same customers under the ids that `how` makes of theirs, each once and with the earliest of its days."""
        days: dict[str, int] = {}
        for one, day in self.harmed.items():
            days[how(one)] = min(day, days.get(how(one), day))
        return replace(self, ids=tuple(dict.fromkeys(how(one) for one in self.ids)), harmed=days)


def date_columns(names: Sequence[str], ids: int, shown: str, unread: dict[str, None]) -> list[int | None]:
    """The place of each of DATES among the columns `names`; what may be meant as one and is not goes to `unread`."""
    plain = [plain_name(name) for name in names]
    found = [[place for place, name in enumerate(plain) if name == plain_name(wanted)] for wanted in DATES]
    for wanted, places in zip(DATES, found, strict=True):
        if len(places) > 1:
            raise UsageError(f"{shown}: {len(places)} columns are called {wanted}", "Leave one of them in the file.")
    read = {ids, *(place for places in found for place in places)}
    for place, name in enumerate(plain):
        if place not in read and any(word in name for word in PERHAPS):
            unread[names[place]] = None
    return [places[0] if places else None for places in found]


def harmed_on(rows: Iterable[Sequence[Any]], shown: str, unread: Sequence[str] = ()) -> Victims:
    """Of rows of an id and its cells of DATES. Raises UsageError for a cell that holds anything but a date."""
    harmed: dict[str, int | None] = {}
    only_reported, reported_first = set(), set()
    for customer, *cells in rows:
        fraud, report = (_day(cell, name, customer, shown) for cell, name in zip(cells, DATES, strict=True))
        days = [day for day in (fraud, report, harmed.get(customer)) if day is not None]
        harmed[customer] = min(days, default=None)
        if fraud is None and report is not None:
            only_reported.add(customer)
        if fraud is not None and report is not None and report < fraud:
            reported_first.add(customer)
    dated = {customer: day for customer, day in harmed.items() if day is not None}
    notes = _notes(len(harmed), len(dated), len(only_reported), len(reported_first), unread)
    return Victims(tuple(harmed), dated, tuple(notes))


def _notes(victims: int, dated: int, only_reported: int, reported_first: int, unread: Sequence[str]) -> Iterable[str]:
    if unread:
        yield f"Not read: {', '.join(unread)}. Dates are read from columns called fraud_date and report_date."
    if 0 < dated < victims:
        yield f"{victims - dated:,} of {victims:,} customers have no date: all meetings with them count."
    if only_reported:
        yield f"{only_reported:,} of {victims:,} customers have a report_date alone: meetings before the report count."
    if reported_first:
        yield (
            f"{reported_first:,} of {victims:,} customers reported the fraud before its fraud_date: meetings before "
            "the report count."
        )


def _day(cell: Any, name: str, customer: str, shown: str) -> int | None:
    """The day of a date or a time; of a time with an offset the earlier of the day that it names and that of UTC."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    try:
        when = datetime.fromisoformat(cell.strip()) if isinstance(cell, str) else cell
        days = [when.date(), when.astimezone(UTC).date()] if _has_zone(when) else [_date_of(when)]
    except (ValueError, TypeError, OverflowError):
        raise UsageError(
            f"{shown}: {name} of customer {customer} is {cell!r}, which is no date",
            "Write dates as 2026-03-02, and leave the cell empty where the day is not known.",
        ) from None
    return (min(days) - EPOCH).days


def _has_zone(when: Any) -> bool:
    return isinstance(when, datetime) and when.tzinfo is not None


def _date_of(when: Any) -> date:
    if isinstance(when, datetime):
        return when.date()
    if isinstance(when, date):
        return when
    raise TypeError(when)
