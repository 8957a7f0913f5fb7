"""What the report of a night shows from the store: the alerts of the last nights, their agents' lines, fairness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from onlooker.alerts.daily_hours import DaysOfHours, hours_of
from onlooker.alerts.daily_lines import series_of
from onlooker.alerts.evidence_of_cases import Sources, gather_evidence
from onlooker.cases import CaseDesk, with_cases
from onlooker.checks.fairness import DAYS, HISTORY_DAYS, fairness
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literals
from onlooker.nightly.notes import held_back
from onlooker.scanning.job import Job
from onlooker.scanning.past import Shown
from onlooker.schema.days import iso
from onlooker.schema.findings import AgentSeries, Alert, GroupRate, Run
from onlooker.schema.tables import MEMORY_DAYS
from onlooker.store import KeptAlert, Store, StoredRun

if TYPE_CHECKING:
    import pyarrow as pa


def shown_nights(job: Job, store: Store) -> Shown:
    """The alerts of as many nights as the settings say, those held back in a sentence each."""
    nights = [judged.day for judged in store.nights()]
    last = nights[-1] if nights else 0
    lately = store.alerts(last - job.settings.nights + 1)
    alerts = alerts_with_cases(store, lately, iso(last) if nights else "")
    before = run_before(store)
    return Shown(
        alerts,
        series(job.engine, store, {alert.agent_id for alert in alerts}),
        rates(job.engine, store),
        suppressed=tuple(held_back(one) for one in lately if one.state == "suppressed"),
        last_night=iso(last) if nights else "",
        hours=hours(job.engine, store, {alert.agent_id for alert in alerts}, last),
        evidence=gather_evidence(job.engine, sources_of(job.engine, store), alerts) if job.out else (),
        notes_before=tuple(before.record.get("notes", ())) if before else (),
    )


def alerts_with_cases(
    store: Store, lately: Sequence[KeptAlert], last_night: str, viewer: str | None = None
) -> tuple[Alert, ...]:
    """The alerts `lately` and those of all open cases, however old, as their cases stand and as `viewer` sees them."""
    cases = CaseDesk(store).cases(None)
    named = {one.id for one in lately}
    older = [one for case in cases if case.state != "closed" for one in store.alerts(case=case.id)]
    kept = sorted([*(one for one in older if one.id not in named), *lately], key=lambda one: (one.day, one.id))
    run = store.last_judging_run()
    return with_cases(kept, cases, run.id if run else "", last_night, viewer)


def run_before(store: Store) -> StoredRun | None:
    """The last run that came to its end."""
    return next((run for run in store.runs() if run.outcome == "done"), None)


def run_of_the_night(store: Store) -> Run | None:
    """The record of the run that judged the last night, for one that judged none."""
    run = store.last_judging_run()
    return None if run is None or "inputs" not in run.record else Run.from_record(run.record)


def rates(engine: Engine, store: Store) -> tuple[GroupRate, ...]:
    """Rates over the store's last 90 days."""
    _, last = store.span("scores") or (0, 0)
    scores = store.select("scores", last - DAYS + 1, last)
    counted = store.select("agent_days", last - HISTORY_DAYS, last)
    hours = store.select("agent_hours", last - DAYS, last)
    if not (scores and counted and hours):
        return ()
    recent = engine.arrow(f"SELECT agent_id, date, p_value, alerted FROM {scores}")
    return fairness(engine, recent, counted, hours)


def hours(engine: Engine, store: Store, agents: Iterable[str], last: int) -> Mapping[str, DaysOfHours]:
    """When in the day the alerted agents were active."""
    stored = store.select("agent_hours", last - MEMORY_DAYS, last)
    return hours_of(engine, stored, agents, last - MEMORY_DAYS) if stored else {}


def sources_of(engine: Engine, store: Store) -> Sources:
    """The store's tables."""

    def scores(agents: Sequence[str], since: int) -> pa.Table | None:
        stored = store.select("scores", since)
        wanted = f"SELECT * FROM {stored} WHERE agent_id IN ({literals(agents)})"
        return engine.arrow(wanted) if stored else None

    return Sources(partial(store.select, "visits"), partial(store.select, "agent_days"), scores)


def series(engine: Engine, store: Store, agents: Iterable[str]) -> Mapping[str, AgentSeries]:
    """Daily lines of the alerted agents."""
    stored, wanted = store.select("scores"), set(agents)
    if not stored or not wanted:
        return {}
    table = engine.arrow(f"SELECT * FROM {stored} WHERE agent_id IN ({literals(sorted(wanted))})")
    return series_of(table, table, wanted)
