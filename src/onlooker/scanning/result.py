"""A finished scan, as Python sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onlooker.engines.protocol import Engine
from onlooker.schema.findings import AgentSeries, Alert, Run

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from onlooker.alerts.daily_hours import DaysOfHours


@dataclass
class Scan:
    """A finished scan: the run, its alerts, and its tables as pandas frames, read when they are asked for."""

    run: Run
    alerts: tuple[Alert, ...]
    series: Mapping[str, AgentSeries]
    score_table: pa.Table = field(repr=False)
    engine: Engine = field(repr=False)
    out: Path | None = None
    notes_before: frozenset[str] = frozenset()
    """Notes of the run before, which need not be told again."""
    hours: Mapping[str, DaysOfHours] = field(default_factory=dict, repr=False)
    """Of alerted agents: visits by local day and hour."""
    of_the_night: Run | None = field(default=None, repr=False)
    """Where this run judged no night, the record of the one that judged the last."""

    @property
    def night_run(self) -> Run:
        """The run by which lists and pages tell the last night: this one, or the one that it goes on from."""
        return self.of_the_night or self.run

    def table(self, name: str) -> pd.DataFrame:
        """A table of the scan as a frame; `day` columns stay integers, days since 1970-01-01."""
        frame: pd.DataFrame = self.engine.arrow(f"SELECT * FROM {name}").to_pandas()
        return frame

    @property
    def visits(self) -> pd.DataFrame:
        """One agent, one customer, one day, and its explanation."""
        return self.table("visits")

    @property
    def agent_days(self) -> pd.DataFrame:
        """One agent, one day: the counts."""
        return self.table("agent_days")

    @property
    def scores(self) -> pd.DataFrame:
        """One agent, one day: score, p, q, rank, evidence by signal."""
        frame: pd.DataFrame = self.score_table.to_pandas()
        return frame

    @property
    def rejects(self) -> pd.DataFrame:
        """Lines that could not be read."""
        return self.table("rejects")

    def note(self, told: Iterable[str]) -> None:
        """Add sentences that a reader must hear."""
        self.run = replace(self.run, notes=(*self.run.notes, *told))

    def close(self) -> None:
        """Release the working data; frames can't be read after that."""
        self.engine.close()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
