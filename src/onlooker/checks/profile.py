"""How a log was understood, and what is wrong with it: the data of `onlooker check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from onlooker.checks.calendar_days import closed
from onlooker.checks.completeness import forecast, is_thin
from onlooker.engines.protocol import Engine
from onlooker.schema.days import iso

if TYPE_CHECKING:
    from onlooker.ingest import Reading
    from onlooker.ingest.side_tables import ContextReading

WOULD_ALLOW = {
    "ticket_id": "A ticket per view tells visits with a reason from visits without: the sharpest signal there is.",
    "action": "Actions tell searches, exports and unmasked fields from plain views.",
    "actor_type": "Actor types keep AI agents and service accounts from being compared with people.",
    "team": "Teams give an agent peers to be compared with.",
    "queue": "Queues show which customers an agent's work brings along, and let busy days be told from busy agents.",
    "site": "Sites give outages and busy days of one site their due, and local hours where a zone is known.",
    "role": "Roles keep team leads and reviewers, who look without tickets, apart from agents.",
    "fields": "Fields shown tell a look at a name from a look at a card number.",
    "contacts": "A side table of calls, chats and mails (--contacts) tells whom the agent was serving at that time.",
    "event_id": "Event ids make lines that were delivered twice count once, however they were written.",
}


@dataclass(frozen=True)
class Gap:
    """Days in a row, first to last, without any event. Dates are ISO."""

    first: str
    last: str
    days: int


@dataclass(frozen=True)
class ThinDay:
    """A day with far fewer events than its weekday usually has."""

    date: str
    events: int
    usual: float
    """The forecast: the median of the same weekday in the eight weeks before."""


@dataclass(frozen=True)
class Missing:
    """A column that the log lacks, and what it would allow."""

    column: str
    would_allow: str


@dataclass(frozen=True)
class Profile:
    """What a log holds and lacks."""

    rows: int
    first_date: str
    last_date: str
    """Local dates, ISO."""
    nights: int
    """Local days with events."""
    agents: int
    customers: int
    gaps: tuple[Gap, ...]
    thin_days: tuple[ThinDay, ...]
    missing: tuple[Missing, ...]
    """Columns that would sharpen the result, the most useful first."""
    reading: Reading
    """How the files were understood: inputs, mapping, counts, rejects, notes."""
    context: ContextReading | None = None
    """How the side tables were understood, where there are any."""
    joined: dict[str, str] = field(default_factory=dict)
    """What the join rates are of."""

    def record(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)


def profile(engine: Engine, reading: Reading, context: ContextReading | None = None) -> Profile:
    """Describe the table EVENTS on `engine`, which `reading` came from, and the side tables that `context` is of."""
    from onlooker.ingest.side_tables import WHAT

    days = {
        int(day): int(count) for day, count in engine.rows("SELECT day, count(*) FROM events GROUP BY day ORDER BY day")
    }
    return Profile(
        rows=reading.counts["events"],
        first_date=iso(reading.first_day),
        last_date=iso(reading.last_day),
        nights=len(days),
        agents=reading.counts["agents"],
        customers=reading.counts["customers"],
        gaps=_gaps(list(days)),
        thin_days=_thin_days(days, {day for day, site in closed(engine, min(days), max(days)) if not site}),
        missing=tuple(
            Missing(name, why)
            for name, why in WOULD_ALLOW.items()
            if name not in reading.mapping and not {name, f"agents.{name}"} & set(reading.side_tables)
        ),
        reading=reading,
        context=context,
        joined={name: WHAT[name] for name in context.join_rates} if context else {},
    )


def _gaps(days: list[int]) -> tuple[Gap, ...]:
    """`days` in ascending order. Where nobody ever works on Sundays, a Sunday is no gap."""
    if not days:
        return ()
    weeks = (days[-1] - days[0]) / 7
    seen = Counter(day % 7 for day in days)
    usual = {weekday for weekday, times in seen.items() if times >= weeks / 2}
    return tuple(
        Gap(iso(before + 1), iso(after - 1), after - before - 1)
        for before, after in pairwise(days)
        if any(day % 7 in usual for day in range(before + 1, after))
    )


def _thin_days(days: dict[int, int], holidays: Collection[int]) -> tuple[ThinDay, ...]:
    """The days that a scan says are not whole; days without any event are gaps.

    The last day is left out: an export often ends within one, and a scan only notes it.
    """
    found = ((day, count, forecast(day, days)) for day, count in list(days.items())[:-1] if day not in holidays)
    return tuple(
        ThinDay(iso(day), count, usual) for day, count, usual in found if usual is not None and is_thin(count, usual)
    )
