"""A finished scan, as Python sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.errors import UsageError
from onlooker.privacy import OPEN, Names
from onlooker.scanning.agent_of_scan import AgentOfScan, agent_of
from onlooker.scanning.alerted_people import without_unalerted
from onlooker.scanning.frames import alerts_frame, with_dates, with_day
from onlooker.schema.case_evidence import CaseEvidence
from onlooker.schema.findings import AgentSeries, Alert, Run
from onlooker.schema.notebook_html import as_html

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
    evidence: Sequence[CaseEvidence] = field(default=(), repr=False)
    """What the page of each case is drawn from; none without a folder."""
    of_the_night: Run | None = field(default=None, repr=False)
    """Where this run judged no night, the record of the one that judged the last."""

    sealed: frozenset[str] = frozenset()
    """Agents of sealed cases, of whom nothing says that they were alerted on."""
    names: Names = OPEN
    """How names are shown, in the tables as well."""

    def told_with(self, names: Names) -> Scan:
        """The same with names as they are shown."""
        if not names.private:
            return self
        run, scores = without_unalerted(names, self.run, self.alerts, self.score_table, self.sealed)
        return replace(
            self, names=names, run=names.shown(run), alerts=names.shown(self.alerts),
            series=names.shown({"series": self.series})["series"], hours=names.shown({"hours": self.hours})["hours"],
            evidence=names.shown(self.evidence), score_table=names.shown(scores),
            of_the_night=names.shown(self.of_the_night),
            notes_before=frozenset(names.shown(replace(self.run, notes=tuple(self.notes_before))).notes),
        )  # fmt: skip

    @property
    def night_run(self) -> Run:
        """The run by which lists and pages tell the last night: this one, or the one that it goes on from."""
        return self.of_the_night or self.run

    def table(self, name: str, where: str = "") -> pd.DataFrame:
        """A table of the scan as a frame; `day` columns stay integers, days since 1970-01-01."""
        frame: pd.DataFrame = self.engine.arrow(f"SELECT * FROM {name} {where}").to_pandas()
        return self.names.shown(frame)

    @property
    def visits(self) -> pd.DataFrame:
        """One agent, one customer, one day, and its explanation; at the end local_date, first_seen, last_seen (UTC)."""
        return with_dates(self.table("visits"))

    @property
    def agent_days(self) -> pd.DataFrame:
        """One agent, one day: the counts; at the end local_date. `agent_id` and `day` are the key, as in all frames."""
        return with_dates(self.table("agent_days"))

    @property
    def scores(self) -> pd.DataFrame:
        """One agent, one day: score, p, q, rank, evidence by signal; at the end local_date and day."""
        frame: pd.DataFrame = self.score_table.to_pandas()
        return with_day(frame)

    @property
    def alerts_table(self) -> pd.DataFrame:
        """One row per alert, most telling columns first; `agent_id` and `day` are the key."""
        return alerts_frame(self.alerts)

    @property
    def rejects(self) -> pd.DataFrame:
        """Lines that could not be read; without their text where names are hidden."""
        frame = self.table("rejects")
        return frame.assign(text="") if self.names.private else frame

    def agent(self, agent_id: str) -> AgentOfScan:
        """What the scan found about one agent: `days`, `visits`, `alerts`, `plot()`.

        Raises UsageError for somebody who is not in the log.
        """
        real = self.names.real(agent_id)
        agent_id, where = self.names.of("agent", real), f"WHERE agent_id = {literal(real)}"
        days = with_dates(self.table("agent_days", where))
        if days.empty:
            raise UsageError(
                f"the log has no agent {agent_id!r}", "`run.agent_days` lists them, as the log spells them."
            )
        scores = self.scores
        return agent_of(
            agent_id, self.alerts, self.series.get(agent_id), days, scores[scores["agent_id"] == agent_id],
            with_dates(self.table("visits", where)),
        )  # fmt: skip

    def note(self, told: Iterable[str]) -> None:
        """Add sentences that a reader must hear."""
        self.run = replace(self.run, notes=(*self.run.notes, *told))

    def _repr_html_(self) -> str:
        counts = self.run.counts
        facts: list[tuple[str, object]] = [("from", self.run.first_date), ("to", self.run.last_date)]
        facts += [(name, counts[name]) for name in ("events", "rejected", "agents", "customers") if name in counts]
        rows = [(one.agent_id, one.date, one.severity, one.reason or one.headline) for one in self.alerts]
        title = f"Scan: {len(rows):,} alerts" if len(rows) != 1 else "Scan: 1 alert"
        return as_html(
            title, facts, ("agent", "night", "severity", "reason"), rows, (*self.run.doubts, *self.run.notes)
        )

    def close(self) -> None:
        """Release the working data; frames can't be read after that."""
        self.engine.close()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
