"""What becomes true at once at the end of a run: files of days, nights, inputs, alerts, cases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onlooker.cases import CaseDesk, Explanation, RaisedAgain, Suppression, gather, gather_nights
from onlooker.checks.completeness import of_night
from onlooker.delivery.news import left_out, news_of
from onlooker.delivery.outbox_table import fill
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.nightly import side_table_changes as side_tables
from onlooker.nightly.explained_visits import about_visits
from onlooker.nightly.new_events import days_of
from onlooker.nightly.night_files import Put, by_day, take_events, taken
from onlooker.scanning.found import Found
from onlooker.scanning.job import Job
from onlooker.scanning.span import Span
from onlooker.schema.days import day_of, iso
from onlooker.schema.findings import Alert
from onlooker.store import Commit, KeptAlert, Store, TakenFile, kept_reading
from onlooker.store.history_chain import append, person
from onlooker.store.kept_alerts import kept
from onlooker.store.night_transaction import Writing

SOURCE = "log"
"""Name of the watermark."""
BY_NIGHT = ("visits", "agent_hours", "agent_days")


@dataclass
class Night:
    """One run's result, ready to be committed."""

    job: Job
    store: Store
    run_id: str
    found: Found
    mark: int
    """How far the log has come, microseconds UTC."""
    states: Mapping[int, Path]
    """State files to keep, by night."""
    states_from: int
    """First night whose state is still needed."""
    older: Sequence[Put] = ()
    """Earlier days that were counted anew."""
    side_tables: Mapping[str, str] = field(default_factory=dict)
    """Side table -> checksum."""
    late_alerts: Sequence[Alert] = ()
    """Of hard rules, on earlier days of which lines came."""
    suppressed: list[KeptAlert] = field(default_factory=list)
    raised_again: list[RaisedAgain] = field(default_factory=list)
    undelivered: tuple[str, ...] = ()
    """What must be said of alerts that no receiver is told of."""

    def __post_init__(self) -> None:
        self.engine, self.span, self.outcome = self.job.engine, self.found.span, self.found.outcome
        self.at = self.job.clock.at.isoformat(timespec="seconds")

    def commit(self) -> None:
        """Write the files of all days, and then everything at once."""
        days = judged_days(self.engine, self.span)
        with self.store.begin(self.run_id) as writing:
            for put in take_events(self.job.engine, self.store):
                put(writing)
            self.put_judged(writing, days)
            for put in self.older:
                put(writing)
            for day, path in self.states.items():
                writing.put_blob("state", day, path)
            writing.commit(self.record(days), self.afterwards(days))

    def put_judged(self, writing: Writing, days: Sequence[int]) -> None:
        """The judged days' tables, each cut by day in one pass."""
        for table in BY_NIGHT:
            between = f"day BETWEEN {self.span.first} AND {self.span.last}"
            taken(self.job.engine, table, f"SELECT * FROM {table} WHERE {between}", days)(writing)
        for day, rows in by_day(self.outcome.stored, days):
            writing.put("scores", rows, day)

    def record(self, days: Sequence[int]) -> Commit:
        """What becomes true with this run."""
        touched = tuple(days_of(self.engine, "arrived"))
        alerts = self.outcome.alerts
        known = {alert.id for alert in self.store.alerts(self.span.first)}
        fresh = [alert for alert in alerts if alert.id not in known]
        number = dict.fromkeys(days, 0)
        for alert in alerts:
            if day_of(alert.date) in number:
                number[day_of(alert.date)] += 1
        since = {name: date for name, date in self.outcome.learned["counted_since"].items() if date}
        columns, broken = self.found.reading.mapping, sorted(self.found.broken)
        return Commit(
            # A file that could not be understood is not taken in: it may be read another day.
            inputs=tuple(TakenFile(file, touched) for file in self.found.reading.inputs if file.format),
            watermarks={SOURCE: self.mark},
            nights={
                day: {"alerts": number[day], **of_night(self.found.doubted, day), "offset": self.span.offset,
                      "columns": columns, **({"counted_since": since} if since else {}),
                      **({"broken_rules": broken} if broken and day == days[-1] else {})}
                for day in days
            },
            alerts=self.kept_alerts([*fresh, *self.late_alerts]),
            lines=tuple(self.later_lines(alerts, known)),
            blobs_from={"state": self.states_from},
        )  # fmt: skip

    def later_lines(self, alerts: Sequence[Alert], known: set[str]) -> Iterable[tuple[str, str]]:
        """What the late data says about alerts that were raised before it came."""
        span, today = self.span, self.at[:10]
        now = {alert.id for alert in alerts}
        for before in self.store.alerts(span.first, span.last):
            if before.id not in now and before.day in span.late:
                yield before.id, f"With the data that came by {today} this night would not be alerted on."
        for alert in alerts:
            if alert.id in known and day_of(alert.date) in span.late:
                yield alert.id, f"With the data that came by {today}: {figures(alert)}."
        for alert in self.late_alerts:
            if any(alert.id == before.id for before in self.store.alerts(day_of(alert.date), day_of(alert.date))):
                yield alert.id, f"With the data that came by {today}: {alert.headline}"

    def kept_alerts(self, alerts: Sequence[Alert]) -> tuple[KeptAlert, ...]:
        """Alerts as they are kept: raised, or suppressed and counted."""
        kept = tuple(self.kept_alert(alert) for alert in alerts)
        self.suppressed = [alert for alert in kept if alert.state == "suppressed"]
        return kept

    def kept_alert(self, alert: Alert) -> KeptAlert:
        """One alert: held back if a suppression, or an explanation of signals, covers all of it."""
        desk, day = CaseDesk(self.store), day_of(alert.date)
        signals, customers = [reason.signal for reason in alert.reasons], self.concerned(alert)
        by: Suppression | Explanation | None = desk.suppressing(day, alert.agent_id, alert.team, signals, customers)
        for one in () if by else desk.explanations(active_on=day):
            if not about_visits(one) and one.scope.covers(alert.agent_id, alert.team, signals, customers):
                by = one
        if by is None:
            return KeptAlert(alert.record_to_keep(), day)
        because = f"{by.id}: {by.reason} ({by.author}, until {by.until})"
        return KeptAlert(alert.record_to_keep(), day, "suppressed", because)

    def concerned(self, alert: Alert) -> list[str]:
        """All customers that an alert is about: those shown, and those of the night whom nobody else explains."""
        rows = self.engine.rows(
            f"SELECT DISTINCT customer_id FROM visits WHERE agent_id = {literal(alert.agent_id)}"
            f" AND day = {day_of(alert.date)} AND strength <> 'strong' ORDER BY customer_id"
        )
        return [*(visit.customer_id for visit in alert.visits), *(customer for (customer,) in rows)]

    def afterwards(self, days: Sequence[int]) -> Callable[[sqlite3.Connection], None]:
        """Gathers the new alerts into cases and lets open cases go on counting; part of the commit."""
        later = [day for day in days_of(self.engine, "agent_days") if day > self.span.last]
        settings, first_scan = self.job.settings, not self.store.nights()
        unexplained, reading = self.outcome.unexplained(), self.found.reading

        def gathered(db: sqlite3.Connection) -> None:
            for day in (*sorted({day_of(alert.date) for alert in self.late_alerts}), *later):
                gather(db, kept(db, day, day), self.at)
            self.raised_again += gather_nights(db, days, unexplained, self.at)
            side_tables.keep(db, self.side_tables)
            kept_reading.keep_of(db, reading.mappings, reading.join_ids)
            last = days[-1] if days else None
            news = list(
                news_of(db, self.run_id, self.raised_again, last, first_scan=first_scan, first=settings.first_delivery)
            )
            fill(db, settings.receivers, news, self.at)
            if settings.receivers and first_scan and (note := left_out(db, self.run_id, len(news))):
                self.undelivered = (note,)
            span = f"{iso(days[0])} to {iso(days[-1])}" if days else "none"
            append(db, person(), "scan", {"run": self.run_id, "nights": span})

        return gathered


def figures(alert: Alert) -> str:
    """An alert's main figures, for the line that late data adds to it."""
    return f"score {alert.score:.2f}, {alert.customers:,} customers, {alert.unexplained:,} without an explanation"


def judged_days(engine: Engine, span: Span) -> list[int]:
    """The days of `span` with activity."""
    return [day for day in days_of(engine, "agent_days") if span.first <= day <= span.last]
