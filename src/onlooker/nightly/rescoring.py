"""Stored nights scored anew: after an upgrade that changes scoring, or where the state of scoring is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from onlooker.alerts.rings import Before
from onlooker.alerts.rings.ring_statistic import WINDOW
from onlooker.checks.completeness import WEEKS, Doubt, doubts
from onlooker.engines.sql_text import literal
from onlooker.features import COUNTS
from onlooker.nightly.earlier_nights import LEAN, excluded
from onlooker.patterns import Given
from onlooker.patterns.people_days import LOOK_BACK_DAYS
from onlooker.scanning.job import Job
from onlooker.scanning.judge import judge, told_by
from onlooker.scanning.past import Earlier
from onlooker.scanning.span import Span
from onlooker.schema.days import day_of
from onlooker.schema.findings import Alert
from onlooker.scoring.late_signals import about_replay
from onlooker.scoring.method import Method
from onlooker.scoring.scoring_history import History
from onlooker.scoring.state_arrays import BEGINS_WITH_THE_LOG, Arrays, Names, save, to_arrays
from onlooker.store import KeptAlert, Store

SCORING_VERSION = 6
"""Grows when the same counts would get other scores. A store's nights are then scored anew, when somebody agrees."""
VERSION = "scoring_version"
LOOK_BACK = 240
"""Days that scoring remembers, with room: 180 of calibration, 84 + 28 of baselines."""
AT_A_TIME = 30
"""Nights that are scored anew together."""
SHOWN_NIGHTS = 30
"""Nights whose alerts are compared."""
NAMED = 10


def stamped(arrays: Arrays) -> Arrays:
    """A state that says by which scoring it was made."""
    return {**arrays, VERSION: np.array(SCORING_VERSION)}


def version_of(state: Arrays) -> int:
    """The scoring by which a state was made; 0 if it lacks something that today's scoring keeps."""
    signals = tuple(state["names.signals"].tolist())
    empty = History(0, 0, np.zeros(len(signals), dtype=bool), 0, Method(), signals)
    if not set(to_arrays(empty, Names(), signals)) - BEGINS_WITH_THE_LOG <= set(state):
        return 0
    return int(state[VERSION]) if VERSION in state else 0


@dataclass
class Replay:
    """The stored nights up to `until`, judged anew from their counts, as new nights are."""

    job: Job
    store: Store
    columns: frozenset[str]
    first_day: int
    until: int
    states_from: int
    """First night whose state is wanted."""
    states: dict[int, Path] = field(default_factory=dict)
    """State files, by night."""
    state: Arrays | None = None
    """The state after the last night that was scored anew."""
    files: list[Path] = field(default_factory=list)
    """What was scored anew, a file a month."""
    alerts: tuple[Alert, ...] = ()
    notes: tuple[str, ...] = ()
    """What was unknown on these nights."""

    def run(self) -> tuple[Alert, ...]:
        """Judge them, a month at a time as nights do, so that memory does not grow with them; the alerts they give."""
        since = max(self.first_day, self.until - LOOK_BACK)
        doubted = self.doubted(since)
        for first in range(since, self.until + 1, AT_A_TIME):
            last = min(first + AT_A_TIME - 1, self.until)
            self.alerts += self.month(first, last, since, [one for one in doubted if first <= one.day <= last])
        return self.alerts

    def month(self, first: int, last: int, since: int, doubted: Sequence[Doubt]) -> tuple[Alert, ...]:
        """Judge the nights `first` to `last`; the tables on the engine are those of the store meanwhile."""
        import pyarrow.parquet as pq

        stored, engine = self.store.nights(first, last), self.job.engine
        if not stored:
            return ()
        for table in ("visits", "agent_days"):
            engine.drop(table)
        # Visits may be kept for fewer days than scoring looks back.
        visits = self.store.select("visits", first, last) or f"{self.store.select('visits')} WHERE FALSE"
        engine.view("visits", f"SELECT * FROM {visits}")
        engine.view("agent_days", self.counts(first, last))
        earlier = self.earlier(first, since)
        self.state = None  # so that one state at a time takes room

        def keep(day: int, arrays: Callable[[], Arrays]) -> None:
            if day >= self.states_from:
                self.states[day] = engine.folder / f"replayed-{day}.npz"
                save(self.states[day], stamped(arrays()))
            if day == stored[-1].day:
                self.state = arrays()

        span = Span(first, last, self.first_day, last + 1)
        outcome = judge(self.job, Given(self.columns), span, earlier, doubted, keep).outcome
        self.notes = tuple(about_replay(outcome.learned["counted_since"]))
        self.files.append(engine.folder / f"replayed-scores-{first}.parquet")
        pq.write_table(outcome.stored.select(["agent_id", "day", "p_value"]), self.files[-1])
        for table in ("visits", "agent_days"):
            engine.drop(table)
        return outcome.alerts

    def earlier(self, first: int, since: int) -> Earlier:
        """What the nights that were judged anew left for those from `first` on."""
        past = self.store.select("agent_days", max(since, first - LOOK_BACK_DAYS), first - 1) if first > since else None
        return Earlier(
            state=self.state,
            agent_days=past,
            visits=self.store.select("visits", first - LOOK_BACK_DAYS, first - 1),
            scored=Before(self.scores(first - WINDOW), past, first) if past and self.files else None,
            told={alert.agent_id: told_by(alert) for alert in self.alerts if alert.kind != "pattern"},
            patterns_told={
                (alert.agent_id, reason.signal): day_of(alert.date)
                for alert in self.alerts
                if alert.kind == "pattern"
                for reason in alert.reasons
            },
            excluded=excluded(self.store),
            lean=LEAN,
        )

    def counts(self, first: int, last: int) -> str:
        """SQL of the stored AGENT_DAYS with all counts of today: null where nobody counted, which is not zero."""
        kept, engine = f"SELECT * FROM {self.store.select('agent_days', first, last)}", self.job.engine
        engine.view("agent_days", kept)
        there = set(engine.columns("agent_days"))
        counted = [one.name for one in COUNTS]
        others = [name for name in engine.columns("agent_days") if name not in counted]
        columns = (self.count(name) if name in there else f"CAST(NULL AS BIGINT) AS {name}" for name in counted)
        return f"SELECT {', '.join((*others, *columns))} FROM ({kept}) kept"

    def count(self, name: str) -> str:
        """SQL of a stored count, null before the night since which it counts."""
        since = self.since.get(name)
        return f"CASE WHEN day >= {day_of(since)} THEN {name} END AS {name}" if since else name

    @cached_property
    def since(self) -> dict[str, str]:
        """Counts that the store has not had from its start -> date since when; the last night says it."""
        return dict(self.store.nights(until=self.until)[-1].record.get("counted_since", {}))

    def scores(self, since: int) -> str:
        """SQL of what was scored anew from the day `since` on."""
        files = ", ".join(literal(str(file)) for file in self.files)
        return f"(SELECT * FROM read_parquet([{files}], hive_partitioning = false) WHERE day >= {since}) AS scored_anew"

    def doubted(self, since: int) -> list[Doubt]:
        """What those nights lack, or have too much of, against the weeks before each."""
        tables = (self.store.select(name, since - 7 * WEEKS, self.until) for name in ("agent_days", "agent_hours"))
        days, hours = (f"(SELECT * FROM {table})" if table else None for table in tables)
        return doubts(self.job.engine, days, hours, since, self.until) if days and hours else []


def compared(before: tuple[KeptAlert, ...], after: tuple[Alert, ...], until: int) -> Iterator[str]:
    """Sentences on the alerts of the last nights that the new scoring gains and loses."""
    since = until - SHOWN_NIGHTS + 1
    old = {(alert.agent_id, alert.record["date"]) for alert in before if since <= alert.day <= until}
    new = {(alert.agent_id, alert.date) for alert in after if since <= day_of(alert.date) <= until}
    yield (
        f"Of the last {SHOWN_NIGHTS} nights the old scoring alerted {len(old)} times, the new one would "
        f"{len(new)} times, {len(old & new)} of them the same."
    )
    for what, some in (("Gained", new - old), ("Lost", old - new)):
        if some:
            named = ", ".join(f"{agent} on {date}" for agent, date in sorted(some, key=lambda one: one[::-1])[:NAMED])
            more = f" and {len(some) - NAMED} more" if len(some) > NAMED else ""
            yield f"{what}: {named}{more}."
