"""Which cases get a page, whom each is about, and which days belong to it."""

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
"""Pattern or hard rule -> the count that it is about; those that are not here are about distinct customers."""
SHOWN_DAYS = 84
"""The pictures show this many days, up to the last night with an alert."""
MONTH = 28
"""Days up to the night over which people are compared with each other."""
LONGEST = 180
"""The pictures of days go back at most this many days from the newest alert of all cases. A case whose last alert is
older has none."""
MOST_CASES = 75
"""Cases that get a page of their own, counted from the top of the list. More pages would make the folder too large to
send."""
HARMLESS = ("benign", "false alarm")
"""Verdicts after which the agent is not named on the pages of other cases."""


@dataclass(frozen=True)
class Sources:
    """Where the tables are: each gives SQL that stands for the rows from a day on, or None where there are no rows."""

    visits: Callable[[int], str | None]
    agent_days: Callable[[int], str | None]
    scores: Callable[[Sequence[str], int], pa.Table | None]
    """The rows of SCORES of these agents from a day on, with the column `day`."""


@dataclass(frozen=True)
class Subject:
    """One case whose evidence is gathered."""

    number: int
    """Its place in the list; the tables on the engine name the case by it."""
    case: Listed
    people: tuple[str, ...]
    """The agent, or the members of a team that moved together."""
    first_day: int
    """The first day that its first alert looks at."""
    last_day: int
    """The night of its newest alert."""
    night: int
    """The night of the most telling alert."""
    signal: str
    """The count that the most telling alert rests on."""

    @property
    def is_ring(self) -> bool:
        """Whether it is about a team that moved together."""
        return self.case.telling.kind == "ring"

    @property
    def harmless(self) -> bool:
        """Whether an analyst decided that nothing is wrong."""
        return self.case.telling.verdict in HARMLESS


def first_day_read(cases: Sequence[Subject]) -> int:
    """The first day that the pictures of all `cases` need."""
    nights = [one.last_day for one in cases]
    return max(min(nights) - SHOWN_DAYS, max(nights) - LONGEST) + 1


def subjects(alerts: Iterable[Alert]) -> list[Subject]:
    """The first MOST_CASES cases of the list, in its order."""
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
    """The count that an alert rests on: that of its first reason that has a count, else distinct customers."""
    counts = (COUNT_OF.get(reason.signal, reason.signal) for reason in telling.reasons)
    return next((name for name in counts if name in NOUNS), CUSTOMERS)
