"""What the page shows of which agent: open alerts by agent, older ones folded away, reasons as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from onlooker.alerts.numbers import as_date, subjects
from onlooker.report.chart import Chart, draw
from onlooker.schema.findings import SEVERITIES, AgentSeries, Alert, Reason, Run

BAR = 180
"""Width of the longest bar of a reason, px."""


@dataclass(frozen=True)
class Line:
    """One reason and its picture: bar for the observed count, marks for the expected one and the peers' (px)."""

    reason: Reason
    observed: float
    expected: float | None
    peers: float | None
    total: float
    """Evidence of the agent-day, for the share. One reason may give more, since the weeks before take some off."""


@dataclass(frozen=True)
class Entry:
    """One alert as the page shows it."""

    alert: Alert
    lines: tuple[Line, ...]
    expected: float | None
    """Expected distinct customers of the day."""


@dataclass(frozen=True)
class Block:
    """One agent: open alerts (newest first), older ones, the daily line."""

    agent_id: str
    anchor: str
    entries: tuple[Entry, ...]
    older: tuple[Alert, ...]
    chart: Chart | None

    @property
    def newest(self) -> Entry:
        """The alert that the agent's place in the list comes from."""
        return self.entries[0]


@dataclass(frozen=True)
class Night:
    """The nights shown, first to last, and what they hold."""

    first: str
    last: str
    blocks: tuple[Block, ...]
    older: tuple[Block, ...]
    """Agents whose alerts all lie before these nights: the newest is the entry."""

    @property
    def alerts(self) -> int:
        """Open alerts of all blocks."""
        return sum(len(block.entries) for block in self.blocks)

    @property
    def subjects(self) -> str:
        """On how many agents and teams they are."""
        return subjects(block.newest.alert for block in self.blocks)


def arrange(run: Run, alerts: Sequence[Alert], series: Mapping[str, AgentSeries], nights: int) -> Night:
    """Put `alerts` in order: newest night first, then severity, then rank; one block per agent."""
    last = _last_night(run, alerts)
    end = as_date(last)
    first = (end - timedelta(days=nights - 1)).isoformat() if end else ""
    by_agent: dict[str, list[Alert]] = {}
    for alert in sorted(alerts, key=_order):
        by_agent.setdefault(alert.agent_id, []).append(alert)
    blocks: list[Block] = []
    older: list[Block] = []
    for agent_id, own in by_agent.items():
        fresh = sum(alert.date >= first for alert in own)
        number, shown = len(blocks) + len(older) + 1, fresh or 1
        block = _block(agent_id, number, own[:shown], own[shown:], series.get(agent_id))
        (blocks if fresh else older).append(block)
    return Night(first, last, tuple(blocks), tuple(older))


def _block(agent_id: str, number: int, fresh: list[Alert], older: list[Alert], line: AgentSeries | None) -> Block:
    entries = tuple(_entry(alert) for alert in fresh)
    return Block(agent_id, f"agent-{number}", entries, tuple(older), draw(line) if line else None)


def _entry(alert: Alert) -> Entry:
    return Entry(alert, tuple(_line(reason, alert.evidence) for reason in alert.reasons), alert.expected)


def _line(reason: Reason, total: float) -> Line:
    peers = reason.peers if reason.horizon == 1 else None  # peers are per day: no measure for a sum of 7 or 28
    longest = max(reason.observed, reason.expected or 0.0, peers or 0.0, 1e-9)

    def px(value: float | None) -> float | None:
        return None if value is None else BAR * max(0.0, value) / longest

    return Line(reason, px(reason.observed) or 0.0, px(reason.expected), px(peers), total)


def _last_night(run: Run, alerts: Sequence[Alert]) -> str:
    """The newest night of the log; a provisional day at its end may carry no alert, an alert is never after it."""
    return max([run.last_date, *(alert.date for alert in alerts)])


def _order(alert: Alert) -> tuple[int, int, int, str]:
    day = as_date(alert.date)
    return (-(day.toordinal() if day else 0), -SEVERITIES.index(alert.severity), alert.rank, alert.agent_id)
