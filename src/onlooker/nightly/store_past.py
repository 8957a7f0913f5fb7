"""A store as the past of a run: what earlier nights left, and where this run's nights go."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onlooker.cases import CaseDesk, sealed_agents
from onlooker.config import Settings
from onlooker.delivery.prometheus_figures import write_figures
from onlooker.errors import NotDelivered, OnlookerError, UsageError
from onlooker.nightly import notes
from onlooker.nightly import side_table_changes as side_tables
from onlooker.nightly.commit import SOURCE, Night
from onlooker.nightly.deliveries import Delivered, read_deliveries
from onlooker.nightly.earlier_nights import earlier_nights
from onlooker.nightly.explained_visits import counted_apart, explain
from onlooker.nightly.late_rules import late_rule_alerts
from onlooker.nightly.local_days import days_to_judge, watermark, without_new_nights
from onlooker.nightly.look_back import days_before, visits_before
from onlooker.nightly.new_events import take_in, with_stored
from onlooker.nightly.night_files import Put, give_room
from onlooker.nightly.older_days import Count, recounted
from onlooker.nightly.scoring_states import ScoringStates
from onlooker.nightly.shown_nights import run_of_the_night, shown_nights
from onlooker.privacy import Names
from onlooker.privacy.names_in_store import names_in_store
from onlooker.scanning.out_folder import refuse_names_in
from onlooker.scanning.past import Earlier, LookBack, Shown
from onlooker.scanning.run import count_days
from onlooker.scanning.span import Span
from onlooker.scanning.start_engine import engine_of
from onlooker.schema.days import AFTER_ALL
from onlooker.schema.version import __version__
from onlooker.store import Store
from onlooker.store.faults import vanished
from onlooker.store.layout import DATABASE
from onlooker.store.working_store import refuse_working_state

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from onlooker.ingest import Reading
    from onlooker.scanning.found import Found
    from onlooker.scanning.job import AnyEngine, Job
    from onlooker.schema.findings import Alert, RoleNote, Run
    from onlooker.scoring.state_arrays import Arrays


class StorePast:
    """The past of a night: the store at `place`."""

    store: Store
    """Open for writing while the run goes on."""
    states: ScoringStates
    delivered: Delivered
    night: Night
    """What is committed."""

    def __init__(
        self, place: Path, *, closed: bool = False, accept_scoring: bool = False, rules_only: bool = False,
        session: SparkSession | None = None,
    ) -> None:  # fmt: skip
        """`closed` says that the logs are complete: all their days are judged.

        `accept_scoring` agrees to an upgrade's new scoring, which until then is only compared with the old one.
        `session` is one of Spark's that is already there.
        """
        self.place, self.closed, self.accept_scoring, self.session = place, closed, accept_scoring, session
        self.rules_only = rules_only
        """Whether new nights are left to another run, and hard rules alone look at their days."""
        self.run_id = ""
        self.mark = self.known = 0
        self.side_tables: dict[str, str] = {}
        self.other_tables: list[str] = []
        self.explained: list[str] = []
        """What must be said of visits that analysts explained."""
        self.older: list[Put] = []
        self.late_alerts: list[Alert] = []
        """Of hard rules, on days too old to be judged again."""
        self.figures: Path | None = None
        """File for the figures that monitoring collects."""
        self.committed = False
        self.recording = False
        """Whether the record of the run is being written: if that fails, there is no second try."""

    def start_engine(self, settings: Settings) -> AnyEngine:
        """Start the engine of the settings, which reads the store's files, whichever wrote them."""
        if settings.tables_to:
            raise UsageError(
                "--tables-to is for a scan without a store: a store has the tables in it",
                "Leave out --tables-to, or leave out --store.",
            )
        return engine_of(settings, self.session)

    @contextmanager
    def opened(self, job: Job) -> Iterator[None]:
        """Hold the store's lock; a run that fails is recorded as failed, and has changed no night."""
        refuse_working_state(self.place)
        if job.settings.privacy != "open" and job.out:
            refuse_names_in(job.out, self.place)
        self.figures = Path(job.settings.metrics) if job.settings.metrics else None
        with Store.open(self.place, "write", create=True) as self.store:
            self.run_id = f"{job.clock.at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
            self.states = ScoringStates(self.store, self.accept_scoring)
            self.store.start_run(self.run_id, __version__)
            try:
                give_room(job.engine, self.store)
                with self.delivering(job.out):
                    yield
            except (OSError, OnlookerError) as error:
                if not self.committed and not (self.place / DATABASE).is_file():
                    raise vanished(self.place) from error
                if not self.recording and isinstance(error, OnlookerError):
                    self.store.finish_run(self.run_id, {"error": error.message}, failed=True)
                raise

    @contextmanager
    def delivering(self, out: Path | None) -> Iterator[None]:
        """Say of whatever fails once the nights are committed that they are, all the same."""
        try:
            yield
        except (OSError, OnlookerError, KeyboardInterrupt) as error:
            if not self.committed:
                raise
            raise NotDelivered(
                f"the nights are committed, but the report could not be written: {what_failed(error, out)}",
                f"When {out} can be written, run the same command again: it changes nothing in the store, and reports.",
            ) from error

    def names(self, job: Job) -> Names:
        """Pseudonyms of the settings' key, or the store's own."""
        return names_in_store(self.store, job.settings.privacy, job.settings.pseudonym_key, by_last_run=False)

    def read(self, job: Job, logs: Sequence[str | os.PathLike[str]]) -> Reading:
        """EVENTS of the files that are new."""
        reading, self.delivered = read_deliveries(job, self.store, logs)
        return reading

    def take_in(self, job: Job, reading: Reading) -> Span:
        """Tell the events that are new; the days that are over by them."""
        self.side_tables = side_tables.fingerprints(job.settings.side_tables, job.engine.folder)
        self.known = take_in(job.engine, self.store)
        self.mark = watermark(job.engine, self.store.watermarks().get(SOURCE, 0))
        span = days_to_judge(job.engine, self.store, self.mark, job.settings.rescore_days, self.closed)
        span = without_new_nights(span, self.store) if self.rules_only else span
        return self.states.by_this_scoring(job, reading, span)

    @contextmanager
    def counting(self, job: Job, span: Span) -> Iterator[LookBack]:
        """EVENTS are those of the days to be judged, and of days that are not over: hard rules look at them."""
        engine, store = job.engine, self.store
        self.older = list(recounted(engine, store, span.too_late, self.counter(job, span), partial(self.look, job)))
        engine.drop("events")
        engine.table("events", with_stored(store, span.first, AFTER_ALL))
        visits, days = visits_before(engine, store, span.first), days_before(engine, store, span.first)
        yield LookBack(visits, days, around=lambda: self.explaining(job, span.first))
        for table in ("visits_before", "days_before"):
            engine.drop(table)

    def counter(self, job: Job, span: Span) -> Count:
        """Counts the events of an older day."""

        def count(day: int, visits: str | None, days: str | None) -> None:
            before = LookBack(visits, days, around=lambda: self.explaining(job, day))
            count_days(job, span.first_day, day, before)

        return count

    def look(self, job: Job, day: int) -> None:
        """Hard rules look at an older day of which lines came."""
        self.late_alerts += late_rule_alerts(job.engine, self.store, job.settings, day)

    @contextmanager
    def explaining(self, job: Job, since: int) -> Iterator[None]:
        """Days are counted without the visits that analysts explained."""
        self.explained = explain(job.engine, self.store, since)
        with counted_apart(job.engine) if self.explained else nullcontext():
            yield

    def earlier(self, job: Job, span: Span) -> Earlier:
        """What the nights before left in the store."""
        return earlier_nights(self.store, span, self.states.before(span), job.settings.quiet_days)

    def keep_state(self, job: Job, span: Span) -> Callable[[int, Callable[[], Arrays]], None]:
        """The states after the last nights are kept, from which late data can be judged again."""
        return self.states.keeper(job, span)

    def commit(self, job: Job, found: Found) -> None:
        """The days' files, and then everything at once."""
        before = side_tables.of_the_last_run(self.store.db)
        self.other_tables = list(side_tables.told(before, self.side_tables))
        self.night = Night(
            job, self.store, self.run_id, found, self.mark, self.states.files,
            self.states.oldest(job, found.span), self.older, self.side_tables, self.late_alerts,
        )  # fmt: skip
        with job.clock.stage("store"):
            self.night.commit()
        self.committed = True

    def shown(self, job: Job, found: Found) -> Shown:
        """The store's alerts of the last nights, and what a night's reader must hear."""
        changed, events = self.states.changed, found.reading.counts["events"]
        about_days = notes.about_days(
            job.engine, found.span, self.known, events, job.settings.rescore_days, consent=not changed
        )
        shown = shown_nights(job, self.store)
        listed = {alert.case_id for alert in shown.alerts}
        raised_unseen = [one for one in self.night.raised_again if one.case_id not in listed]
        return replace(
            shown,
            run_of_the_night=None if found.outcome.last_night or changed else run_of_the_night(self.store),
            counts={"alerts_suppressed": len(self.night.suppressed)},
            before=[
                *changed,
                *self.states.notes,
                *self.store.recovered,
                *self.delivered.notes,
                *self.other_tables,
                *about_days,
            ],
            after=[
                *self.explained,
                *notes.about_cases(raised_unseen),
                *notes.about_suppressed(self.night.suppressed),
                *self.night.undelivered,
                *notes.about_precision(*CaseDesk(self.store).precision()),
            ],
            missing=self.delivered.missing,
            vouched=not changed,
            role_review=self.first_review(job, found),
            sealed=sealed_agents(self.store),
        )

    def first_review(self, job: Job, found: Found) -> Sequence[RoleNote]:
        """The role review of the run that judged the store's first nights."""
        from onlooker.checks.role_review import role_review

        nights = self.store.nights(until=found.span.first - 1)
        return role_review(job.engine, found.reading.offers) if found.outcome.last_night and not nights else ()

    def finish(self, run: Run) -> Sequence[str]:
        """Keep the record of the run."""
        self.recording = True
        self.store.finish_run(self.run_id, run.record())
        self.recording = False
        if self.figures:
            write_figures(self.figures, self.store)
        return ()


def what_failed(error: BaseException, out: Path | None) -> str:
    """An error in a few words."""
    if isinstance(error, OSError):
        return f"{error.filename2 or error.filename or out}: {error.strerror or error}"
    return error.message if isinstance(error, OnlookerError) else "stopped"
