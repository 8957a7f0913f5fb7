"""From scores to what a scan hands over: alerts in words, daily lines, the SCORES table, the record of the run."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from onlooker.alerts.decide import SHORT_LOG, Nights, Policy, Told, decide
from onlooker.alerts.write_alerts import AlertWriter
from onlooker.engines.protocol import Engine
from onlooker.features import FAMILIES, FEATURES
from onlooker.rules import Firing
from onlooker.schema.days import iso
from onlooker.schema.evidence import CUSTOMERS
from onlooker.schema.findings import Alert, GroupRate, Run
from onlooker.schema.version import __version__

if TYPE_CHECKING:
    import pyarrow as pa

    from onlooker.ingest import Reading
    from onlooker.scoring.panel import Panel
    from onlooker.scoring.score_log import Scores

NAMED = 5
"""Accounts that are named one by one."""
SPEAKS = 5.0
"""Evidence from which a signal counts as a kind of its own in an alert."""


@dataclass(frozen=True)
class Fired:
    """Hard rules by row of the panel."""

    mask: np.ndarray[Any, np.dtype[np.bool_]]
    by_row: dict[int, list[int]]
    firings: Sequence[Firing]

    def names(self, row: int) -> frozenset[str]:
        """The rules that fired on a row: another one than before breaks the quiet period, as another family does."""
        return frozenset(self.firings[i].rule.name for i in self.by_row.get(row, ()))


@dataclass(frozen=True)
class Outcome:
    """What deciding left."""

    scores: pa.Table
    """The table SCORES."""
    alerts: tuple[Alert, ...]
    lines: pa.Table
    """Row by row with `scores`: day, seen_, expected_ and upper_customers, seen_unexplained."""
    counts: dict[str, int]
    learned: dict[str, Any]

    @property
    def stored(self) -> pa.Table:
        """SCORES with what the daily lines need, as a store keeps it."""
        table = self.scores
        for name in self.lines.schema.names:
            table = table.append_column(name, self.lines[name])
        return table

    @property
    def last_night(self) -> str:
        """The last night that was judged, ISO; empty if none was."""
        days = self.lines["day"].to_numpy()
        return iso(int(days.max())) if len(days) else ""

    def unexplained(self) -> dict[int, dict[str, int]]:
        """Customers without an explanation by day and agent, where there are any."""
        found: dict[int, dict[str, int]] = {}
        counted = np.flatnonzero(self.lines["seen_unexplained"].to_numpy())
        days, numbers = (self.lines[name].to_numpy()[counted] for name in ("day", "seen_unexplained"))
        for agent, day, number in zip(self.scores["agent_id"].take(counted).to_pylist(), days, numbers, strict=True):
            found.setdefault(int(day), {})[agent] = int(number)
        return found


def rows_of(panel: Panel, ids: Sequence[str], firings: Sequence[Firing]) -> Fired:
    """Where in the panel the rules fired."""
    by_row: dict[int, list[int]] = {}
    if firings:
        number = {name: i for i, name in enumerate(ids)}
        key = panel.day * len(ids) + panel.agent
        order = np.argsort(key)
        wanted = np.array([firing.day * len(ids) + number[firing.agent_id] for firing in firings])
        for index, row in enumerate(order[np.searchsorted(key[order], wanted)]):
            by_row.setdefault(int(row), []).append(index)
    mask = np.zeros(len(panel.day), dtype=bool)
    mask[list(by_row)] = True
    return Fired(mask, by_row, firings)


def decide_and_explain(
    engine: Engine, panel: Panel, scores: Scores, ids: Sequence[str], policy: Policy, fired: Fired,
    told: Mapping[str, Told], in_doubt: Mapping[int, Sequence[str]],
) -> Outcome:  # fmt: skip
    """Choose the alerts, put them in words, and draw the alerted agents' lines.

    `told` is the last alert by agent; on days that are `in_doubt` the log was not whole, or had far more than ever, as
    the sentences say.
    """
    unexplained = np.asarray(
        engine.arrays(
            f"SELECT unexplained FROM agent_days WHERE day <= {int(panel.day.max(initial=0))} "
            "ORDER BY day NULLS FIRST, agent_id NULLS FIRST"
        )["unexplained"]
    )
    nights = Nights(
        panel.day, panel.agent, scores.p_value, scores.q_value, unexplained, frozenset(in_doubt), panel.first_day
    )
    number = {name: i for i, name in enumerate(ids)}
    told_before = {number[name]: last for name, last in told.items() if name in number}
    decisions = decide(
        nights, policy, lambda row: kinds(scores, panel, row) | fired.names(row), fired.by_row, told_before
    )
    age = panel.day - panel.first_day + 1
    alerts = AlertWriter(engine, panel, scores, ids, age, unexplained, fired.firings, in_doubt).write(decisions)
    alerted = np.zeros(len(panel.day), dtype=bool)
    alerted[[d.row for d in decisions]] = True
    return Outcome(
        scores=scores_table(panel, scores, ids, alerted),
        alerts=alerts,
        lines=lines_table(panel, scores, unexplained),
        counts={"agent_days": len(panel.day), "agent_days_judged": int(scores.judged.sum()), "alerts": len(alerts),
                "nights": len(np.unique(panel.day)), **last_night(panel, scores)},
        learned={},
    )  # fmt: skip


def figures(alert: Alert) -> str:
    """An alert's main figures, for the line that late data adds to it."""
    return f"score {alert.score:.2f}, {alert.customers:,} customers, {alert.unexplained:,} without an explanation"


def kinds(scores: Scores, panel: Panel, row: int) -> frozenset[str]:
    """Families of the signals that speak for an alert."""
    return frozenset(
        FAMILIES[name] for name, value in zip(panel.signals, scores.evidence[row], strict=True) if value >= SPEAKS
    )


def scores_table(panel: Panel, scores: Scores, ids: Sequence[str], alerted: np.ndarray[Any, Any]) -> pa.Table:
    """SCORES: every active agent-day; the signals' columns add up to `evidence`."""
    import pyarrow as pa

    agents = pa.DictionaryArray.from_arrays(pa.array(panel.agent, pa.int32()), pa.array(list(ids), pa.string()))
    by_signal = scores.evidence.T.astype(np.float64, order="C")
    columns = {
        "agent_id": agents.cast(pa.string()),
        "date": pa.array(panel.day, pa.int32()).cast(pa.date32()),
        "score": scores.score,
        "p_value": scores.p_value,
        "q_value": scores.q_value,
        "rank": scores.rank,
        "alerted": alerted,
        "evidence": by_signal.sum(axis=0) + scores.unusual + scores.before,
        **dict(zip(panel.signals, by_signal, strict=True)),
        "combinations": scores.unusual.astype(np.float64),
        "weeks_before": scores.before.astype(np.float64),
    }
    return pa.table(columns)


def last_night(panel: Panel, scores: Scores) -> dict[str, int]:
    """How many of the last night's agents were judged, and why the others were not."""
    last = panel.day == panel.day.max(initial=0)
    seen, judged = int(last.sum()), int((last & scores.judged).sum())
    counts = {"agents_seen": seen, "agents_judged": judged, "agents_not_judged": seen - judged}
    if seen > judged:
        counts["not_judged_there_is_nobody_to_compare_them_with_yet"] = seen - judged
    return counts


def lines_table(panel: Panel, scores: Scores, unexplained: np.ndarray[Any, Any]) -> pa.Table:
    """What the agents' daily lines need beside SCORES, row by row with it."""
    import pyarrow as pa

    return pa.table(
        {
            "day": panel.day,
            "seen_customers": panel.counts[:, panel.signals.index(CUSTOMERS)].astype(np.float64),
            "expected_customers": scores.expected.astype(np.float64),
            "upper_customers": scores.upper.astype(np.float64),
            "seen_unexplained": unexplained,
        }
    )


def caveats(columns: Container[str], days: int, agents: int, recognised: Sequence[str]) -> list[str]:
    """What could not be judged, and why.

    `days` is the span of the log, `columns` are those that it has, `recognised` are accounts taken for services.
    """
    notes = []
    if days < SHORT_LOG:
        notes.append(
            f"The log spans {days} day{'s' * (days != 1)}: below {SHORT_LOG} there is little history to compare with, "
            "confidence is low, and rules and peers say more than an agent's own past."
        )
    missing: dict[str, list[str]] = {}
    for feature in FEATURES:
        for column in feature.needs:
            if column not in columns:
                missing.setdefault(column, []).append(feature.name)
    for column, names in missing.items():
        notes.append(f"No column {column} in the log: not judged are {', '.join(names)}.")
    if agents < 8:
        notes.append(
            f"Only {agents} agent{'s' * (agents != 1)}: there is hardly anybody to compare with, and no day effect."
        )
    if recognised:
        more = f" and {len(recognised) - NAMED} more" if len(recognised) > NAMED else ""
        notes.append(
            f"Active round the clock, without an actor type: {', '.join(recognised[:NAMED])}{more}. They were "
            "recognised as service accounts and are compared among themselves; an actor_type in the log or in the "
            "agents table says it better."
        )
    return notes


def run_record(
    engine: Engine, reading: Reading, found: Outcome, notes: Sequence[str], settings: dict[str, Any], digest: str,
    started: datetime, doubts: Sequence[str] = (), vouched: bool = True, fairness: Sequence[GroupRate] = (),
) -> Run:  # fmt: skip
    """The record of the run, but for its times."""
    visits = int(engine.rows("SELECT count(*) FROM visits")[0][0])
    identity = f"{started.isoformat()} {digest} {__version__} {[f.sha256 for f in reading.inputs]}"
    return Run(
        id=hashlib.sha256(identity.encode()).hexdigest()[:12],
        version=__version__,
        started=started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        seconds=0.0,
        config_hash=digest,
        settings=settings,
        inputs=reading.inputs,
        mapping=reading.mapping,
        timezone=reading.timezone,
        counts={**reading.counts, "visits": visits, **found.counts},
        rejects_by_reason=reading.rejects_by_reason,
        first_date=iso(reading.first_day),
        last_date=iso(reading.last_day),
        notes=(*reading.notes, *notes),
        last_night=found.last_night,
        doubts=tuple(doubts),
        vouched=vouched,
        fairness=tuple(fairness),
        learned=found.learned,
    )
