"""What the page shows of which case: what is asked in full, the others folded away, reasons as bars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from onlooker.alerts.listed_cases import Listed, morning_list
from onlooker.alerts.numbers import as_date
from onlooker.report.case_files import page_name
from onlooker.report.chart import Chart, draw
from onlooker.report.hour_map import HourMap, Hours, draw_hours
from onlooker.schema.case_evidence import CaseEvidence
from onlooker.schema.findings import AgentSeries, Alert, Reason, Run
from onlooker.schema.local_clock import zone_in_words

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
    offset: int = 0
    """What to add to UTC for the local clock of the night, microseconds."""

    @property
    def zone(self) -> str:
        """The zone of its times."""
        return zone_in_words(self.offset)


@dataclass(frozen=True)
class Block:
    """One case, or without a store one agent: its alerts, the most telling first, older ones, the daily line."""

    case: Listed
    anchor: str
    entries: tuple[Entry, ...]
    older: tuple[Alert, ...]
    chart: Chart | None
    hours: HourMap | None = None
    """None where its own page has them."""
    page: str = ""
    """File of its own page; empty if it has none."""
    evidence: CaseEvidence | None = None

    @property
    def agent_id(self) -> str:
        """Whom it is about."""
        return self.case.agent_id

    @property
    def telling(self) -> Entry:
        """The alert that stands for the case."""
        return self.entries[0]


@dataclass(frozen=True)
class Part:
    """One part of the page's list."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Night:
    """The nights shown, first to last, and what they hold."""

    first: str
    last: str
    asked: tuple[Part, ...]
    """What an analyst is asked to look at: new cases, and those raised again."""
    open: tuple[Block, ...]
    """Cases that are still open."""
    decided: tuple[Block, ...]
    older: tuple[Block, ...]
    """Without a store, agents whose alerts all lie before these nights."""
    in_short: str
    """How many cases are new, raised again and open."""
    decided_in_short: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Those that an analyst is asked to look at."""
        return tuple(block for part in self.asked for block in part.blocks)

    @property
    def everything(self) -> tuple[Block, ...]:
        """All blocks in their order."""
        return (*self.blocks, *self.open, *self.decided, *self.older)


def arrange(
    run: Run,
    alerts: Sequence[Alert],
    series: Mapping[str, AgentSeries],
    nights: int,
    hours: Mapping[str, Hours] | None = None,
    evidence: Sequence[CaseEvidence] = (),
) -> Night:
    """Put `alerts` in their parts; in each the newest night first, then severity, then rank."""
    first, found = first_night(run, alerts, nights), morning_list(alerts)
    numbers = {one.about: place for place, one in enumerate(found.everything, 1)}
    known = {one.about: one for one in evidence}

    def blocks(cases: Iterable[Listed]) -> tuple[Block, ...]:
        return tuple(_block(one, numbers[one.about], first, series, hours or {}, known) for one in cases)

    lately = [one for one in found.new if found.with_store or one.last >= first]
    older = [one for one in found.new if one not in lately]
    parts = [
        Part("new", "New" if found.with_store else f"Alerts, {first} to {last_night(run, alerts)}", blocks(lately)),
        Part("raised-again", "Raised again", blocks(found.raised_again)),
    ]
    return Night(
        first, last_night(run, alerts), tuple(part for part in parts if part.blocks), blocks(found.still_open),
        blocks(found.decided), blocks(older), found.in_short() if found.with_store else "",
        found.decided_in_short(),
    )  # fmt: skip


def first_night(run: Run, alerts: Sequence[Alert], nights: int) -> str:
    """The first of the nights that are shown in full, ISO; empty where there are none."""
    end = as_date(last_night(run, alerts))
    return (end - timedelta(days=nights - 1)).isoformat() if end else ""


def last_night(run: Run, alerts: Sequence[Alert]) -> str:
    """The last night that was judged; in a record that does not say, the newest night of the log."""
    return run.last_night or max([run.last_date, *(alert.date for alert in alerts)])


def _block(
    case: Listed, number: int, first: str, series: Mapping[str, AgentSeries], hours: Mapping[str, Hours],
    evidence: Mapping[tuple[str, str], CaseEvidence],
) -> Block:  # fmt: skip
    rest = case.alerts[1:]
    shown = (case.telling, *(alert for alert in rest if alert.date >= first))
    older = tuple(alert for alert in rest if alert.date < first)
    line = series.get(case.agent_id)
    worked = hours.get(case.agent_id)
    own = evidence.get(case.about)
    offsets = own.offsets if own else {}
    return Block(
        case,
        f"agent-{number}",
        tuple(_entry(alert, offsets.get(alert.date, 0)) for alert in shown),
        older,
        draw(line) if line else None,
        draw_hours(worked, [alert.date for alert in case.alerts]) if worked and not own else None,
        page_name(case) if own else "",
        own,
    )


def _entry(alert: Alert, offset: int) -> Entry:
    return Entry(alert, tuple(_line(reason, alert.evidence) for reason in alert.reasons), alert.expected, offset)


def _line(reason: Reason, total: float) -> Line:
    peers = reason.peers if reason.horizon == 1 else None  # peers are per day: no measure for a sum of 7 or 28
    longest = max(reason.observed, reason.expected or 0.0, peers or 0.0, 1e-9)

    def px(value: float | None) -> float | None:
        return None if value is None else BAR * max(0.0, value) / longest

    return Line(reason, px(reason.observed) or 0.0, px(reason.expected), px(peers), total)
