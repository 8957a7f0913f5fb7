"""A log read and counted once, so that it can be scored many times."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from onlooker.checks.completeness import doubts, half_seen
from onlooker.checks.fairness import People, people_of
from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.scanning.inputs import read
from onlooker.scanning.job import Job
from onlooker.scanning.judge import signals_of
from onlooker.scanning.past import Earlier, LookBack
from onlooker.scanning.rehearsals import Factors, rehearsed
from onlooker.scanning.run import count_days
from onlooker.scanning.span import Span
from onlooker.scoring.method import Method
from onlooker.scoring.panel import Panel
from onlooker.scoring.read_panel import read_panel, recognise_actors
from onlooker.scoring.score_log import Scores, new_history, score_panel
from onlooker.scoring.state_arrays import Names
from onlooker.scoring.teaching import Untaught

PRODUCT = Method(combination_weight=Settings().combinations)
"""The method as a scan uses it by default."""

Made = TypeVar("Made")
ALWAYS = 10**6
"""Days: more than any log has."""


@dataclass(frozen=True)
class Counted:
    """The AGENT_DAYS of one log as scoring reads them, and who its agents are."""

    name: str
    panel: Panel
    agents: tuple[str, ...]
    """Agent ids by number."""
    groups: int
    untaught: Untaught
    people: People
    """Without programs."""
    factors: Factors = field(default_factory=dict)
    """What was rehearsed, by the day from which on it is in force."""
    changed: frozenset[str] = frozenset()
    """Agents to whom something happened that is no misuse: another role or queue, a project, a first day."""

    @property
    def age(self) -> np.ndarray:
        """Days since the log began, by row."""
        return self.panel.day - self.panel.first_day

    def scores(self, method: Method = PRODUCT) -> Scores:
        """Judge all nights as a scan does."""
        history = new_history(self.panel, self.groups, method)
        number = {agent: i for i, agent in enumerate(self.agents)}
        return score_panel(self.panel, history, teaches=self.untaught.teaches(self.panel, number), factors=self.factors)

    def person(self) -> np.ndarray:
        """Place of each row's agent in `people`; -1 for programs."""
        return np.array([self.people.number.get(agent, -1) for agent in self.agents])[self.panel.agent]


def count(name: str, logs: Sequence[Path], settings: Settings) -> Counted:
    """Read and count log files."""
    with DuckEngine(memory=settings.memory, threads=settings.threads) as engine:
        job = Job(engine, settings)
        reading = read(job, logs)
        count_days(job, reading.first_day, reading.first_day, LookBack())
        missing = doubts(engine, "agent_days", "agent_hours", reading.first_day, reading.last_day - 1)
        untaught = Untaught(frozenset(d.day for d in missing if d.whole_day), half_seen(engine, missing))
        recognise_actors(engine)
        names = Names()
        signals = signals_of(reading.offers, None)
        panel = read_panel(engine, signals, reading.first_day, names, reading.last_day)
        span = Span(reading.first_day, reading.last_day, reading.first_day, reading.last_day + 1)
        factors = rehearsed(job, signals, span, Earlier())
        people = people_of(engine, "agent_days", "agent_hours", reading.last_day, ALWAYS)
        return Counted(name, panel, tuple(names.agents), len(names.groups), untaught, people, factors)


def cached(folder: Path, name: str, make: Callable[[], Made]) -> Made:
    """What `make` returns, from a file in `folder` if it was made before. Empty the folder when counting changes."""
    path = folder / f"{name}.pickle"
    if path.exists():
        with path.open("rb") as stream:
            found: Made = pickle.load(stream)
        return found
    made = make()
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        pickle.dump(made, stream)
    return made
