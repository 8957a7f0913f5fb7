"""A closed set of logs: nothing came before it, all of its days are judged, and what it leaves goes into a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from onlooker.config import Settings
from onlooker.privacy import OPEN, Names
from onlooker.privacy.names_of_logs import names_of_logs
from onlooker.scanning.inputs import read
from onlooker.scanning.job import AnyEngine, Job
from onlooker.scanning.out_folder import refuse_names_in
from onlooker.scanning.past import Earlier, LookBack, Shown
from onlooker.scanning.span import Span
from onlooker.scanning.start_engine import engine_of
from onlooker.schema.tables import MEMORY_DAYS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from onlooker.alerts.evidence_of_cases import Sources
    from onlooker.engines.spark import SparkEngine
    from onlooker.ingest import Reading
    from onlooker.scanning.found import Found, Outcome
    from onlooker.scanning.working_state import WorkingState
    from onlooker.schema.findings import Run
    from onlooker.scoring.state_arrays import Arrays

NO_STATE = (
    "No store was left in the folder, since it would hold ids: for cases and look-ups, scan with --store and name a "
    "folder elsewhere."
)
LINES = ("events", "ingest_events")
"""The log's lines: nobody needs them once visits are counted."""


class ClosedSet:
    """The past of a scan without a store: there is none."""

    def __init__(
        self, out: Path | None = None, *, closed: bool = False, tables: Sequence[str] = (),
        session: SparkSession | None = None,
    ) -> None:  # fmt: skip
        """`out` is where the working state goes, as a store of its own; Spark leaves none.

        `closed` says that the logs are complete: without it, an export may have cut the last day short. With Spark,
        `tables` are further logs by their names in its catalog, and `session` is one that is already there.
        """
        self.out, self.closed, self.tables, self.session = out, closed, tables, session
        self._state: WorkingState | None = None
        self._notes: list[str] = []

    def start_engine(self, settings: Settings) -> AnyEngine:
        """Start the engine of the settings. Raises UsageError if something else is in the place of the state."""
        from onlooker.scanning.working_state import check_replaceable

        if self.out and settings.privacy == "open":
            check_replaceable(self.out)
        elif self.out:
            refuse_names_in(self.out)
        return engine_of(settings, self.session)

    @contextmanager
    def opened(self, job: Job) -> Iterator[None]:
        """A run that fails leaves the state of the run before."""
        with ExitStack() as on_failure:
            on_failure.callback(self._discard)
            yield
            on_failure.pop_all()

    def _discard(self) -> None:
        if self._state:
            self._state.discard()

    def names(self, job: Job) -> Names:
        """Pseudonyms of the settings' key."""
        if job.settings.privacy == "open":
            return OPEN
        if self.out:
            self._notes.append(NO_STATE)
        return names_of_logs(job.engine, job.settings.privacy, job.settings.pseudonym_key)

    def read(self, job: Job, logs: Sequence[str | os.PathLike[str]]) -> Reading:
        """All of the logs."""
        return read(job, logs, self.tables)

    def take_in(self, job: Job, reading: Reading) -> Span:
        """All of the days."""
        first, last = reading.first_day, reading.last_day
        return Span(first, last, first, last + 1, may_be_cut_short=not self.closed)

    @contextmanager
    def counting(self, job: Job, span: Span) -> Iterator[LookBack]:
        """The visits are kept while the engine has them in memory."""
        yield LookBack(spent=LINES)
        if self.out and not job.engine.distributed and job.settings.privacy == "open":
            from onlooker.scanning.working_state import WorkingState

            with job.clock.stage("store"):
                self._state = WorkingState(self.out)
                self._state.keep(job.engine, "visits", span.first, span.last)

    def earlier(self, job: Job, span: Span) -> Earlier:
        """Nothing."""
        return Earlier()

    def keep_state(self, job: Job, span: Span) -> Callable[[int, Callable[[], Arrays]], None]:
        """No state is kept: no night comes after."""
        return lambda _day, _arrays: None

    def commit(self, job: Job, found: Found) -> None:
        """The days go into the working state, or to where the settings say that Spark's tables go."""
        from onlooker.scanning.run_record import run_id

        if job.engine.distributed:
            with job.clock.stage("tables"):
                self._notes += save_tables(job.engine, job.settings.tables_to, self.out)
        elif self._state:
            with job.clock.stage("store"):
                self._state.commit(job.engine, found, run_id(job, found.reading.inputs), job.clock.began)

    def shown(self, job: Job, found: Found) -> Shown:
        """The alerts of all nights."""
        from onlooker.alerts.daily_hours import hours_of
        from onlooker.alerts.daily_lines import series_of
        from onlooker.alerts.evidence_of_cases import gather_evidence
        from onlooker.checks.fairness import fairness
        from onlooker.checks.role_review import role_review

        outcome = found.outcome
        agents = {alert.agent_id for alert in outcome.alerts}
        return Shown(
            outcome.alerts, series_of(outcome.scores, outcome.lines, agents), fairness(job.engine, outcome.scores),
            after=self._notes, role_review=role_review(job.engine, found.reading.offers),
            hours=hours_of(job.engine, "agent_hours", agents, found.span.last - MEMORY_DAYS),
            evidence=gather_evidence(job.engine, sources_of(outcome), outcome.alerts) if job.out else (),
        )  # fmt: skip

    def finish(self, run: Run) -> Sequence[str]:
        """Put the state in its place."""
        return self._state.finish(run) if self._state else ()


def sources_of(outcome: Outcome) -> Sources:
    """The tables of the run: all of its days."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from onlooker.alerts.evidence_of_cases import Sources

    def scores(agents: Sequence[str], since: int) -> pa.Table:
        own = pc.is_in(outcome.scores["agent_id"], value_set=pa.array(list(agents), pa.string()))
        table = outcome.scores.append_column("day", outcome.lines["day"]).filter(own)
        return table.filter(pc.greater_equal(table["day"], since))

    return Sources(lambda _since: "visits", lambda _since: "agent_days", scores)


def save_tables(engine: SparkEngine, place: str | None, out: Path | None) -> list[str]:
    """Write VISITS and AGENT_DAYS below `place`, a path that Spark can write to, as Parquet with a folder per day.

    Returns what must be said: a scan on Spark leaves no working state in `out`, since its visits may not fit there.
    """
    if place:
        for name in ("visits", "agent_days"):
            engine.save(name, f"{place.rstrip('/')}/{name}")
    if not out:
        return []
    where = f"they are in {place}" if place else "--tables-to keeps them"
    old = f" {out / 'store'} is of an earlier scan." if (out / "store").exists() else ""
    return [
        f"Visits counted by Spark are not kept in {out / 'store'} for the commands that ask about them: {where}.{old}"
    ]
