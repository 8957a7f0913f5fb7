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
    """How an agent compares with the colleagues of the queue, else of the site. No colleague is named."""

    queue: str
    """`queue x` or `site x`; empty where the log has neither, so that everybody is a colleague."""
    own: float
    """Mean count per day worked in the 28 days to the night."""
    others: tuple[float, ...]
    """The same mean of each colleague of the same actor type, the lowest first."""


@dataclass(frozen=True)
class SharedCustomers:
    """Customers of a case whom another agent who was alerted on has opened as well."""

    agent_id: str
    case_id: str
    customers: int
    without: int
    """Those of them whom both opened without an explanation."""


@dataclass(frozen=True)
class MemberSignals:
    """How much evidence each signal gives about one member of a team that moved together."""

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
    """First day of the case, ISO: the first that its first alert looks at."""
    last: str
    """Last day of the case, ISO: the night of its newest alert."""
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
    """Some visits of the days of the case: those without an explanation first, then the newest."""
    visits_in_all: int = 0
    """Visits on the days of the case, and their customers."""
    customers_in_all: int = 0
    shared: tuple[SharedCustomers, ...] = ()
    """Those with most customers whom both opened without an explanation first."""
    signals: tuple[str, ...] = ()
    """Of a team that moved together: the signals with most evidence about its members."""
    members: tuple[MemberSignals, ...] = ()
    offsets: Mapping[str, int] = field(default_factory=dict)
    """ISO date -> what to add to UTC for the local clock, microseconds; dates without one are shown in UTC."""

    @property
    def about(self) -> tuple[str, str]:
        """Whom it is about, and the id of the case, as `Listed.about`."""
        return self.agent_id, self.case_id
