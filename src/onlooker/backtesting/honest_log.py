"""The log as it is, read and counted once; its tables stay beside those of each planted copy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from onlooker.engines.duck import DuckEngine
from onlooker.errors import UsageError
from onlooker.scanning.job import Job, Progress
from onlooker.scanning.past import Earlier, LookBack
from onlooker.scanning.rehearsals import Factors, rehearsed
from onlooker.scanning.span import Span
from onlooker.scoring.method import Method
from onlooker.scoring.panel import Panel
from onlooker.scoring.state_arrays import Names
from onlooker.scoring.teaching import Untaught

if TYPE_CHECKING:
    from onlooker.config import Settings
    from onlooker.ingest import Reading
    from onlooker.patterns import Hit

FACTS = ("events", "hours", "customers", "lone_glances", "off_hours", "no_ticket", "unexplained")
"""Counts that rankers and decisions read beside the signals."""
KEPT = ("events", "visits", "agent_days", "agent_hours", "actor_days")
IN_ORDER = "ORDER BY day NULLS FIRST, agent_id NULLS FIRST"


@dataclass(frozen=True)
class HonestLog:
    """A counted log, and what judging it needs. Tables are on `engine` under `honest_` names (see KEPT)."""

    engine: DuckEngine
    settings: Settings
    reading: Reading
    panel: Panel
    names: Names
    facts: NDArray[np.float64]
    """FACTS by row of the panel, shape (rows, facts)."""
    untaught: Untaught
    in_doubt: frozenset[int]
    method: Method
    fired: tuple[tuple[int, int, str], ...] = ()
    """Agent, day and name of each hard rule that fired."""
    hits: tuple[Hit, ...] = ()
    """Patterns that somebody passes."""
    factors: Factors = field(default_factory=dict)
    """What was rehearsed in the log as it is; in a copy the same holds."""

    @property
    def first_day(self) -> int:
        """First day of the log."""
        return self.reading.first_day

    @property
    def last_day(self) -> int:
        """Last day of the log."""
        return self.reading.last_day

    @property
    def days(self) -> int:
        """Span of the log."""
        return self.last_day - self.first_day + 1


def engine_for(settings: Settings) -> DuckEngine:
    """Start what a backtest runs on. Raises UsageError if the settings ask for another engine."""
    from onlooker.scanning.start_engine import duck_engine

    if settings.engine != "duckdb":
        raise UsageError("a backtest runs on DuckDB alone", "Leave out --engine spark, or give it a part of the log.")
    return duck_engine(settings)


def read_honest_log(
    engine: DuckEngine, logs: Sequence[str], settings: Settings, progress: Progress, stdin: BinaryIO | None = None,
    change: Callable[[DuckEngine, Reading], Reading] = lambda _engine, reading: reading,
) -> HonestLog:  # fmt: skip
    """Read and count `logs` as a scan does, and keep its tables. Raises UnusableInput where a scan does.

    `change` may change what was read before it is counted.
    """
    from onlooker.checks.completeness import by_day
    from onlooker.scanning.find_doubts import find_doubts
    from onlooker.scanning.inputs import read
    from onlooker.scanning.judge import signals_of, untaught_days
    from onlooker.scanning.run import count_days
    from onlooker.scoring.read_panel import read_panel, recognise_actors

    job = Job(engine, settings, stdin=stdin, progress=progress)
    reading = change(engine, read(job, logs))
    span = Span(reading.first_day, reading.last_day, reading.first_day, reading.last_day + 1)
    count_days(job, span.first_day, span.first, LookBack(around=lambda: _event_days_kept(engine)))
    doubted = find_doubts(engine, span, Earlier())
    untaught = untaught_days(engine, Earlier(), doubted)
    recognise_actors(engine)
    names = Names()
    signals = signals_of(reading.offers, None)
    panel = read_panel(engine, signals, reading.first_day, names, reading.last_day)
    factors = rehearsed(job, signals, span, Earlier())
    fired = fired_rules(engine, settings, reading.offers)
    hits = found_patterns(engine, reading, span.first, span.last)
    for table in KEPT:
        engine.table(f"honest_{table}", f"SELECT * FROM {table}")
    for table in reversed(KEPT):
        engine.drop(table)
    return HonestLog(
        engine, settings, reading, panel, names, facts_of(engine, "honest_agent_days"), untaught,
        frozenset(by_day(doubted)), Method(combination_weight=settings.combinations), numbered(fired, names.agents),
        hits, factors,
    )  # fmt: skip


def fired_rules(engine: DuckEngine, settings: Settings, columns: Collection[str]) -> list[tuple[str, int, str]]:
    """Agent, day and name of the hard rules that fire on `actor_days`."""
    from onlooker.rules import fire, rules
    from onlooker.scanning.fired_rules import given_by

    firings, _, _ = fire(engine, rules(given_by(settings, "ticket_id" in columns)))
    return [(one.agent_id, one.day, one.rule.name) for one in firings]


def found_patterns(
    engine: DuckEngine, reading: Reading, first: int, last: int, past: str | None = None
) -> tuple[Hit, ...]:
    """The patterns that somebody passes on the days `first` to `last` of `agent_days`."""
    from onlooker.patterns import Given, find_patterns, patterns

    return tuple(find_patterns(engine, patterns(Given(reading.offers)), first, last, past))


def numbered(fired: Sequence[tuple[str, int, str]], agents: Sequence[str]) -> tuple[tuple[int, int, str], ...]:
    """The same with the agents' numbers."""
    number = {name: place for place, name in enumerate(agents)}
    return tuple((number[agent], day, rule) for agent, day, rule in fired if agent in number)


def facts_of(engine: DuckEngine, table: str) -> NDArray[np.float64]:
    """FACTS of a table of agent-days, in the order of a panel."""
    columns = engine.arrays(f"SELECT {', '.join(FACTS)} FROM {table} {IN_ORDER}")
    return np.stack([np.asarray(columns[name], dtype=np.float64) for name in FACTS], axis=1)


@contextmanager
def _event_days_kept(engine: DuckEngine) -> Iterator[None]:
    engine.table("honest_event_days", "SELECT * FROM event_days")
    yield
