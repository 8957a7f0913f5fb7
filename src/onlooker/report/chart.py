"""The geometry of an agent's daily line; the template draws it, so that all markup is escaped in one place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from onlooker.alerts.frozen_band import frozen_band
from onlooker.alerts.numbers import as_date, count, plural
from onlooker.report.day_axis import DayAxis, Tick, level_ticks
from onlooker.schema.findings import AgentSeries

MOST_DAYS = 180
HEIGHT = 184
TOP, BASE = 20, 112
"""Panel of the customers: y of its top and of its zero line."""
LOW_TOP, LOW_BASE = 132, 160
"""Panel of the unexplained ones."""

_GAP = 10  # days of absence at which a line is broken rather than drawn across


@dataclass(frozen=True)
class Day:
    """One active day in the picture. Positions in px."""

    date: str
    x: float
    y: float
    bar: float
    """Height of the unexplained bar."""
    alerted: bool
    title: str


@dataclass(frozen=True)
class Chart:
    """Everything that the template needs to draw one agent's line."""

    days: tuple[Day, ...]
    slot: float
    """Width of one day, px."""
    observed: str
    expected: str
    band: str
    """Path data."""
    rows: tuple[Tick, ...]
    low_rows: tuple[Tick, ...]
    months: tuple[Tick, ...]
    ordinary: str
    """What the band is."""
    description: str
    cut: str
    """Says that older days are left out; empty if none are."""

    @property
    def alerted(self) -> tuple[Day, ...]:
        """The days that were alerted on."""
        return tuple(day for day in self.days if day.alerted)

    @property
    def labelled(self) -> tuple[Day, ...]:
        """Alerted days whose date has room: the newest first, then those far enough from a labelled one."""
        taken: list[Day] = []
        for day in reversed(self.alerted):
            if all(abs(day.x - other.x) > 116 for other in taken):
                taken.append(day)
        return tuple(taken)


@dataclass(frozen=True)
class _Point:
    day: date
    observed: float
    expected: float
    upper: float
    unexplained: float
    alerted: bool


def draw(series: AgentSeries) -> Chart | None:
    """The chart of the last `MOST_DAYS` active days; None if there is no usable day."""
    points = _points(series)
    band, ordinary = frozen_band([point.upper for point in points], [point.alerted for point in points])
    shown = [replace(point, upper=upper) for point, upper in zip(points, band, strict=True)][-MOST_DAYS:]
    if not shown:
        return None
    axis = DayAxis.between(shown[0].day, shown[-1].day)
    slot = axis.slot
    top, low_top = max(max(p.observed, p.upper, 1.0) for p in shown), max(max(p.unexplained, 1.0) for p in shown)
    scale, low_scale = (BASE - TOP) / (top * 1.04), (LOW_BASE - LOW_TOP) / low_top

    def x(p: _Point) -> float:
        return axis.x(p.day)

    runs = _unbroken(shown)
    days = tuple(
        Day(p.day.isoformat(), x(p), BASE - p.observed * scale, p.unexplained * low_scale, p.alerted, _say(p))
        for p in shown
    )
    return Chart(
        days=days,
        slot=slot,
        observed=" ".join(_line([(x(p), BASE - p.observed * scale) for p in run], slot) for run in runs),
        expected=" ".join(_line([(x(p), BASE - p.expected * scale) for p in run], slot) for run in runs),
        band=" ".join(_area([(x(p), BASE - p.upper * scale) for p in run], slot) for run in runs),
        rows=level_ticks(top, scale, BASE),
        low_rows=level_ticks(low_top, low_scale, LOW_BASE, 1),
        months=axis.months,
        ordinary=ordinary,
        description=_describe(shown),
        cut=f"The last {len(shown)} of {len(points)} active days." if len(points) > len(shown) else "",
    )


def _points(series: AgentSeries) -> list[_Point]:
    lists = (series.dates, series.observed, series.expected, series.upper, series.unexplained, series.alerted)
    points = []
    for iso, observed, expected, upper, unexplained, alerted in zip(*lists, strict=True):
        day = as_date(iso)
        if day and math.isfinite(observed):
            level = _finite(expected, 0.0)
            points.append(_Point(day, observed, level, _finite(upper, level), _finite(unexplained, 0.0), bool(alerted)))
    return sorted(points, key=lambda p: p.day)


def _finite(value: float, otherwise: float) -> float:
    return float(value) if math.isfinite(value) and value >= 0 else otherwise


def _unbroken(points: Sequence[_Point]) -> list[list[_Point]]:
    runs: list[list[_Point]] = []
    for point in points:
        if runs and (point.day - runs[-1][-1].day).days <= _GAP:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _line(xy: Sequence[tuple[float, float]], slot: float) -> str:
    if len(xy) == 1:  # one day alone would be a line without length
        ((x, y),) = xy
        xy = [(x - slot / 2, y), (x + slot / 2, y)]
    return "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in xy)


def _area(xy: Sequence[tuple[float, float]], slot: float) -> str:
    first, last = (xy[0][0] - slot / 2, xy[0][1]), (xy[-1][0] + slot / 2, xy[-1][1])
    return f"M{first[0]:.1f},{BASE} {_line([first, *xy, last], slot)[1:]} {last[0]:.1f},{BASE}Z"


def _say(p: _Point) -> str:
    text = (
        f"{p.day.isoformat()}: {count(p.observed)} customers, {count(p.expected)} expected, "
        f"ordinary up to {count(p.upper)}, {count(p.unexplained)} unexplained"
    )
    return f"{text}; alerted" if p.alerted else text


def _describe(points: Sequence[_Point]) -> str:
    ordered = sorted(p.observed for p in points)
    peak = max(points, key=lambda p: p.observed)
    alerted = [p.day.isoformat() for p in points if p.alerted]
    above = sum(p.observed > p.upper for p in points)
    half = ordered[(len(ordered) - 1) // 2]
    return (
        f"{plural(len(points), 'active day')} from {points[0].day} to {points[-1].day}. Distinct customers a day: "
        f"half the days up to {count(half)}, most {count(peak.observed)} on {peak.day}; above what one ordinary day in "
        f"a hundred exceeds on {above} of them. Alerted on: {', '.join(alerted) or 'none'}."
    )
