"""Whether day or month comes first in dates such as 03/04/2026: a column settles it, or the user does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from onlooker.engines.protocol import Engine
from onlooker.errors import UsageError
from onlooker.ingest.plans import Plan
from onlooker.ingest.times import Order, slashed_sql

IN_WORDS = {"dmy": "day first", "mdy": "month first"}


class OrderUnknown(UsageError):
    """The dates of a file can be read in two ways, and nothing in it says which."""

    def __init__(self, shown: str, column: str, example: str, both: bool) -> None:
        why = "some have the day first and some the month" if both else "no day is above 12"
        super().__init__(
            f"{shown}: in dates such as {example} ({column}), does the day or the month come first? In this file {why}",
            "Say which: --dates dmy (day first) or --dates mdy (month first)",
        )
        self.column = column


@dataclass(frozen=True)
class Settled:
    """The order of day and month in one file, and how it is known."""

    column: str
    order: Order
    example: str
    lines: int
    """Lines whose day is above 12."""

    @property
    def note(self) -> str:
        """What must be said of it."""
        return (
            f"Dates in {self.column} are read with the {IN_WORDS[self.order].replace(' first', '')} first, as "
            f"{self.example} shows; --dates says otherwise."
        )


def settle(engine: Engine, plan: Plan, shown: str) -> Settled | None:
    """The order in the file of `plan`, None if its dates need none. Raises OrderUnknown if most do and none tells."""
    first, second = slashed_sql("timestamp")
    parts = f"SELECT trim(timestamp) AS ts, {first} AS one, {second} AS two FROM ({plan.raw})"
    day, month = "one > 12 AND two <= 12", "two > 12 AND one <= 12"
    ((lines, slashed, days, months, by_day, by_month, some),) = engine.rows(
        f"""SELECT count(*), count(one), count(*) FILTER (WHERE {day}), count(*) FILTER (WHERE {month}),
        min(ts) FILTER (WHERE {day}), min(ts) FILTER (WHERE {month}), min(ts) FILTER (WHERE one IS NOT NULL)
        FROM ({parts})"""
    )
    column = plan.mapping["timestamp"]
    if bool(days) != bool(months):
        return Settled(column, "dmy", by_day, days) if days else Settled(column, "mdy", by_month, months)
    if slashed > lines / 2:
        raise OrderUnknown(shown, column, some, both=bool(days))
    return None


def shared_order(column: str, settled: Iterable[Settled]) -> Order:
    """The order that all other files with the same column of times have; empty if they differ, or there is none."""
    orders = {one.order for one in settled if one.column == column}
    return orders.pop() if len(orders) == 1 else ""
