"""Which cases have a page, whom they are about, and which days belong to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onlooker.alerts.listed_cases import Listed, morning_list
from onlooker.features import COUNTS
from onlooker.schema.days import day_of
from onlooker.schema.evidence import CUSTOMERS
from onlooker.schema.findings import Alert

if TYPE_CHECKING:
    import pyarrow as pa

NOUNS = {feature.name: feature.noun for feature in COUNTS}
COUNT_OF = {
    "ai_without_task": "untasked", "borrowed_tickets": "borrowed", "canary_record": "canaries",
    "colleague_record": "colleague_records", "export_without_right": "exports", "ids_in_sequence": "in_sequence",
    "many_exports": "exports", "many_reveals": "reveals", "many_rows": "exported_rows", "odd_hours": "off_hours",
    "own_record": "own_records", "repeated_customer": "repeated", "reveal_cap": "reveals", "row_cap": "exported_rows",
    "searched_not_opened": "looked_up", "view_after_leaving": "after_leaving",
}  # fmt: skip
"""Pattern or hard rule -> the count that it is about; the others are about customers."""
SHOWN_DAYS = 84
"""Days up to the last night with an alert that the pictures show."""
LONGEST = 180
"""Days before the newest alert that are read at all: a case left open for longer has no pictures."""
MOST_CASES = 75
"""A page each for so many of the list's first: what is beside the report should stay small enough to be sent."""
HARMLESS = ("benign", "false alarm")
"""Verdicts after which somebody is not told of as one who was alerted on, too."""


@dataclass(frozen=True)
class Sources:
    """Where the tables are: SQL that stands for the rows from a day on, None where there are none."""

    visits: Callable[[int], str | None]
    agent_days: Callable[[int], str | None]
    scores: Callable[[Sequence[str], int], pa.Table | None]
    """SCORES of some agents from a day on, with the column `day`."""


@dataclass(frozen=True)
class Subject:
    """One case as its evidence is gathered."""

    number: int
    """Its place; how the tables of the engine name it."""
    case: Listed
    people: tuple[str, ...]
    """The agent, or the members of a team that moved together."""
    first_day: int
    """The first of the days that the first alert looks at."""
    last_day: int
    night: int
    """That of the most telling alert."""
    signal: str

    @property
    def is_ring(self) -> bool:
        """Whether it is about a team."""
        return self.case.telling.kind == "ring"

    @property
    def harmless(self) -> bool:
        """Whether somebody found nothing in it."""
        return self.case.telling.verdict in HARMLESS


def first_day_read(cases: Sequence[Subject]) -> int:
    """The first day that is read for the pictures of all `cases`."""
    nights = [one.last_day for one in cases]
    return max(min(nights) - SHOWN_DAYS, max(nights) - LONGEST) + 1


def subjects(alerts: Iterable[Alert]) -> list[Subject]:
    """One for each of the first MOST_CASES of the list, in its order."""
    return [_subject(number, case) for number, case in enumerate(morning_list(alerts).everything[:MOST_CASES])]


def _subject(number: int, case: Listed) -> Subject:
    telling = case.telling
    members = sorted({one.agent_id for one in telling.reasons if one.agent_id}) if telling.kind == "ring" else []
    horizon = max([1, *(reason.horizon for reason in telling.reasons[:1])])
    return Subject(
        number, case, tuple(members) or (case.agent_id,), day_of(case.since) - horizon + 1, day_of(case.last),
        day_of(telling.date), _signal(telling),
    )  # fmt: skip


def _signal(telling: Alert) -> str:
    """The count that an alert rests on: that of the first of its reasons that has one."""
    counts = (COUNT_OF.get(reason.signal, reason.signal) for reason in telling.reasons)
    return next((name for name in counts if name in NOUNS), CUSTOMERS)
