"""What a run asks of the past, and where its days go: a closed set of logs has no past, a store has one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from onlooker.alerts.daily_hours import DaysOfHours
from onlooker.alerts.decide import Told
from onlooker.alerts.rings import Before
from onlooker.config import Settings
from onlooker.privacy import Names
from onlooker.scanning.job import AnyEngine, Job
from onlooker.scanning.span import Span
from onlooker.schema.case_evidence import CaseEvidence
from onlooker.schema.findings import AgentSeries, Alert, GroupRate, RoleNote, Run
from onlooker.scoring.state_arrays import Arrays

if TYPE_CHECKING:
    from onlooker.ingest import Reading
    from onlooker.scanning.found import Found


@dataclass(frozen=True)
class LookBack:
    """What counting the days of a span needs beside their events: SQL that stands for tables of the days before."""

    visits: str | None = None
    agent_days: str | None = None
    spent: Sequence[str] = ()
    """Tables that nobody needs once visits are counted."""
    around: Callable[[], AbstractContextManager[None]] = nullcontext
    """Days are counted inside of it; it finds VISITS made."""


@dataclass(frozen=True)
class Earlier:
    """What the nights before a span left for those to be judged now; by default, that there were none."""

    state: Arrays | None = None
    """Of scoring, after the night before."""
    agent_days: str | None = None
    """SQL that stands for the AGENT_DAYS of 112 days before; so do the next two, for those of the last weeks."""
    weeks_of_days: str | None = None
    weeks_of_hours: str | None = None
    """AGENT_HOURS."""
    visits: str | None = None
    """SQL that stands for the VISITS of 112 days before."""
    scored: Before | None = None
    """The scores of the weeks before."""
    told: Mapping[str, Told] = field(default_factory=dict)
    """The last alert about each agent."""
    raised_early: Mapping[str, Told] = field(default_factory=dict)
    """The same, alerts on days that were not over when they were raised included."""
    excluded: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    """Agents -> spans of days of confirmed cases."""
    nights: tuple[int, ...] = ()
    """Nights judged before, in order."""
    broken: frozenset[str] = frozenset()
    """Hard rules that were broken on the night before."""
    patterns_told: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Subject and pattern -> day of the last alert, in the quiet period before."""
    with_case: frozenset[str] = frozenset()
    """Agents with an open or a confirmed case of scores or hard rules: what goes on of it is outside the budget."""
    patterns_with_case: frozenset[tuple[str, str]] = frozenset()
    """Subject and pattern of the same, raised by patterns."""
    lean: str | None = None
    """What the engine keeps of its memory while nights are scored; None for the larger part."""


@dataclass(frozen=True)
class Shown:
    """What a reader of the run is shown beside what it found, once it is committed."""

    alerts: tuple[Alert, ...]
    series: Mapping[str, AgentSeries]
    fairness: Sequence[GroupRate] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    suppressed: tuple[str, ...] = ()
    before: Sequence[str] = ()
    """Notes that come before those on the days judged."""
    after: Sequence[str] = ()
    """Notes that come after them."""
    missing: Sequence[str] = ()
    """What is missing from the input as such; the run can't vouch for its nights then."""
    vouched: bool = True
    last_night: str = ""
    """The last night that was ever judged, ISO; empty if the run knows of no earlier ones."""
    notes_before: Sequence[str] = ()
    """Notes of the run before."""
    role_review: Sequence[RoleNote] = ()
    """Of the first scan of a log."""
    hours: Mapping[str, DaysOfHours] = field(default_factory=dict)
    """Of alerted agents: visits by local day and hour."""
    evidence: Sequence[CaseEvidence] = ()
    """Of each case that is shown, what its page is drawn from; none where no folder was asked for."""
    sealed: frozenset[str] = frozenset()
    """Agents of cases that are hidden from somebody: nothing that everybody reads says that they were alerted on."""
    run_of_the_night: Run | None = None
    """Where this run judged no night: the record of the one that judged the last."""


class Past(Protocol):
    """The past of a run, asked in the order of these methods."""

    def start_engine(self, settings: Settings) -> AnyEngine:
        """Start the engine that it is kept with. Raises UsageError if the settings don't go with it."""

    def opened(self, job: Job) -> AbstractContextManager[None]:
        """Open it for the whole of the run; a run that fails leaves it as it was."""

    def names(self, job: Job) -> Names:
        """How names are shown in what the run writes and tells. Raises UsageError where the key is not there."""

    def read(self, job: Job, logs: Sequence[str | os.PathLike[str]]) -> Reading:
        """Logs and side tables -> EVENTS, REJECTS and the tables of CONTEXT, as far as the logs are new."""

    def take_in(self, job: Job, reading: Reading) -> Span:
        """Which days are to be judged, now that those events are there."""

    def counting(self, job: Job, span: Span) -> AbstractContextManager[LookBack]:
        """The days are counted inside of it: EVENTS holds those to be counted."""

    def earlier(self, job: Job, span: Span) -> Earlier:
        """What the nights before left."""

    def keep_state(self, job: Job, span: Span) -> Callable[[int, Callable[[], Arrays]], None]:
        """What is called after each judged night, with its day and a function that gives the state as arrays."""

    def commit(self, job: Job, found: Found) -> None:
        """Keep the days."""

    def shown(self, job: Job, found: Found) -> Shown:
        """What is shown of them, and of earlier ones."""

    def finish(self, run: Run) -> Sequence[str]:
        """Keep the record of the run, whose files are written; returns what must be said of that."""
