"""How many unexplained customers a benign verdict accepts; an agent who reaches 1.5 times it is raised again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from onlooker.cases.case_records import Case, Record

SPAN_DAYS = 14
"""Calendar days over which a level is measured: single days say little."""
RAISED_AT = 1.5
"""An agent is raised again at this multiple of the accepted level."""
CHANCE = 3.0
"""The growth must also exceed this number of standard deviations of a count, so that 2 instead of 1 raises nothing."""


@dataclass(frozen=True)
class AcceptedLevel(Record):
    """How many unexplained customers in 14 days an analyst found honest, and from when on. Dates are local and ISO."""

    customers: float
    since: str
    """The last day that the verdict speaks about; later ones are compared with it."""


def accepted_level(case: Case) -> AcceptedLevel | None:
    """What the verdict of `case` accepted: the mean of the days that it speaks about. None if it is not benign."""
    verdict = case.verdict
    if verdict is None or verdict.kind != "benign":
        return None
    span = (date.fromisoformat(verdict.last) - date.fromisoformat(verdict.first)).days + 1
    seen = sum(count for day, count in case.unexplained.items() if verdict.first <= day <= verdict.last)
    # A verdict about a day or two accepts those, not seven times as many in a fortnight.
    return AcceptedLevel(seen * SPAN_DAYS / max(span, SPAN_DAYS), verdict.last)


def beyond_accepted(level: AcceptedLevel, unexplained: Mapping[str, int], night: str) -> str | None:
    """Why an agent whose `level` was accepted comes up again on `night`, in a sentence; None if nothing has changed.

    `unexplained` has the customers without an explanation by local date, those after the verdict as well.
    """
    begin = max(date.fromisoformat(night) - timedelta(days=SPAN_DAYS), date.fromisoformat(level.since)).isoformat()
    now = sum(count for day, count in unexplained.items() if begin < day <= night)
    if now < RAISED_AT * level.customers or now <= level.customers + CHANCE * max(level.customers, 1.0) ** 0.5:
        return None
    return (
        f"{now} unexplained customers in the {SPAN_DAYS} days to {night};"
        f" {level.customers:.0f} were accepted on {level.since}"
    )
