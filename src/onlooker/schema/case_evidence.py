"""What the page of one case is drawn from: counts by day, visits, colleagues, others with the same customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CaseVisit:
    """One visit of a case."""

    agent_id: str
    customer_id: str
    date: str
    """Local date, ISO."""
    first_us: int
    """First event, microseconds since 1970-01-01 UTC."""
    last_us: int
    events: int
    explanation: str


@dataclass(frozen=True)
class QueuePlace:
    """How an agent stands among the colleagues of the queue, else of the site, none of whom is named."""

    queue: str
    """`queue x` or `site x`; empty where the log has neither, and everybody is a colleague."""
    own: float
    """Mean count per day worked in the 28 days to the night."""
    others: tuple[float, ...]
    """The same of each colleague of the same actor type, the lowest first."""


@dataclass(frozen=True)
class SharedCustomers:
    """Customers whom somebody else who was alerted on has opened, too."""

    agent_id: str
    case_id: str
    customers: int
    without: int
    """Of these, those whom both opened without an explanation."""


@dataclass(frozen=True)
class MemberSignals:
    """What each signal says of one member of a team that moved together."""

    agent_id: str
    days: int
    """Days worked in the 28 days to the night."""
    evidence: tuple[float, ...]
    """Mean evidence per day worked, one for each of the case's `signals`."""


@dataclass(frozen=True)
class CaseEvidence:
    """One case, or without a store one agent: what its page shows beside its alerts."""

    agent_id: str
    case_id: str
    first: str
    """The visits are those from here, the first of the days that the first alert looks at, ..."""
    last: str
    """... to here, the last night with an alert. ISO."""
    signal: str
    """The count that the most telling alert rests on; `customers` where it rests on none."""
    noun: str
    """What it counts, in words."""
    counted: tuple[tuple[str, int], ...] = ()
    """ISO date and count of each day worked."""
    explained: tuple[tuple[str, str, int], ...] = ()
    """ISO date, explanation and its visits."""
    place: QueuePlace | None = None
    visits: tuple[CaseVisit, ...] = ()
    """At most MOST_VISITS: those without an explanation first, then the newest."""
    visits_in_all: int = 0
    customers_in_all: int = 0
    shared: tuple[SharedCustomers, ...] = ()
    """Most without an explanation first."""
    signals: tuple[str, ...] = ()
    """Of a team that moved together: the signals that say most."""
    members: tuple[MemberSignals, ...] = ()
    offsets: Mapping[str, int] = field(default_factory=dict)
    """ISO date -> what to add to UTC for the local clock, microseconds; dates without one are told in UTC."""

    @property
    def about(self) -> tuple[str, str]:
        """Whom, and in which case."""
        return self.agent_id, self.case_id
