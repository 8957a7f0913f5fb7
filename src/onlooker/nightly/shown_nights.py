"""What the report of a night shows from the store: the alerts of the last nights, their agents' lines, fairness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from onlooker.alerts.daily_lines import series_of
from onlooker.checks.fairness import DAYS, HISTORY_DAYS, fairness
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literals
from onlooker.nightly.notes import held_back
from onlooker.scanning.job import Job
from onlooker.scanning.past import Shown
from onlooker.schema.findings import AgentSeries, Alert, GroupRate
from onlooker.store import Store


def shown_nights(job: Job, store: Store) -> Shown:
    """The alerts of as many nights as the settings say, those held back in a sentence each."""
    nights = [judged.day for judged in store.nights()]
    kept = store.alerts((nights[-1] if nights else 0) - job.settings.nights + 1)
    alerts = tuple(Alert.from_record(one.record, one.lines) for one in kept if one.state != "suppressed")
    return Shown(
        alerts,
        series(job.engine, store, {alert.agent_id for alert in alerts}),
        rates(job.engine, store),
        suppressed=tuple(held_back(one) for one in kept if one.state == "suppressed"),
    )


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


def series(engine: Engine, store: Store, agents: Iterable[str]) -> Mapping[str, AgentSeries]:
    """Daily lines of the alerted agents."""
    stored, wanted = store.select("scores"), set(agents)
    if not stored or not wanted:
        return {}
    table = engine.arrow(f"SELECT * FROM {stored} WHERE agent_id IN ({literals(sorted(wanted))})")
    return series_of(table, table, wanted)
