"""A counted log on an engine, and rehearsals in its past."""

from __future__ import annotations

from pathlib import Path

from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.rehearsal import PastTables, Rehearsed, first_of, rehearse
from onlooker.scanning.inputs import read
from onlooker.scanning.job import Job
from onlooker.scanning.judge import signals_of
from onlooker.scanning.past import LookBack
from onlooker.scanning.run import count_days

AGE = 28
SETTINGS = Settings(threads=1)


class Past:
    """A counted log on an engine."""

    def __init__(self, engine: DuckEngine, log: Path) -> None:
        job = Job(engine, SETTINGS)
        reading = read(job, [str(log)])
        count_days(job, reading.first_day, reading.first_day, LookBack())
        self.engine, self.first, self.signals = engine, reading.first_day, signals_of(reading.offers, None)

    def rehearsed(self, agent_days: str = "agent_days", visits: str = "visits", age: int = AGE) -> Rehearsed:
        day = self.first + age
        return rehearse(PastTables(self.engine, agent_days, visits, first_of(self.first, day), day), self.signals, {})
