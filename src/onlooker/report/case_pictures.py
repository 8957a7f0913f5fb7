"""The pictures of a case's page: counts beside those of the days before, explanations by day, place in the queue."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from onlooker.alerts.frozen_band import BEFORE, FEWEST_BEFORE
from onlooker.alerts.numbers import as_date, count, in_words, plural
from onlooker.report.day_axis import LEFT, RIGHT, DayAxis, Tick, level_ticks, round_steps
from onlooker.report.harmless import for_html
from onlooker.schema.case_evidence import CaseEvidence, QueuePlace
from onlooker.schema.explanations import BY_NAME, UNEXPLAINED

TOP, BASE, HEIGHT = 20, 112, 136
PLACE_TOP, PLACE_BASE, PLACE_HEIGHT = 22, 48, 68

GROUPS = (
    ("no explanation", UNEXPLAINED),
    ("too early to tell", ("unknown",)),
    ("own work alone", ("worked", "continued")),
    ("a colleague's work", ("shared",)),
    ("ticket, contact or sample", ("ticket", "contact", "sample")),
)
"""Name and explanations of each part of a bar, from its bottom to its top."""


@dataclass(frozen=True)
class Spot:
    """One day: its middle, what it says, and whether it was alerted on."""

    x: float
    y: float
    title: str
    alerted: bool
    date: str


@dataclass(frozen=True)
class Days:
    """What both pictures of days have: the days worked, the axes and a description."""

    spots: tuple[Spot, ...]
    slot: float
    rows: tuple[Tick, ...]
    months: tuple[Tick, ...]
    description: str


@dataclass(frozen=True)
class SignalPicture(Days):
    """One count by day, and a band from its least to its most on days before the case."""

    line: str
    """Path data."""
    band: tuple[float, float] | None
    """y of the top of the band and its height; None where too few days came before."""
    usual: float | None
    """y of the median of the same days."""
    band_name: str


@dataclass(frozen=True)
class ExplainedPicture(Days):
    """Visits by explanation and day, as stacked bars."""

    bars: tuple[str, ...]
    """Path data, one for each of GROUPS."""


@dataclass(frozen=True)
class PlacePicture:
    """The colleagues on a line, and the agent."""

    others: str
    own: float
    middle: float
    rows: tuple[Tick, ...]
    description: str


def draw_signal(evidence: CaseEvidence, alerted: Collection[str]) -> SignalPicture | None:
    """The count that the alert rests on, day by day; None where no day was counted."""
    counted = [(day, number) for iso, number in evidence.counted if (day := as_date(iso))]
    if not counted:
        return None
    before = [number for day, number in counted if day.isoformat() < evidence.first][-BEFORE:]
    known = len(before) >= FEWEST_BEFORE
    days, top = _axis(evidence, counted[0][0]), max([1, *(number for _, number in counted)])
    scale = (BASE - TOP) / (top * 1.04)
    band_name = (
        f"least to most of {len(before)} days worked before {evidence.first}"
        if known
        else f"no band: too few days before {evidence.first}"
    )
    spots = tuple(
        Spot(
            days.x(day), BASE - number * scale, f"{day}: {count(number)} {evidence.noun}", str(day) in alerted, str(day)
        )
        for day, number in counted
    )
    above = sum(number > max(before) for day, number in counted if day.isoformat() >= evidence.first) if known else 0
    said = f"; above the band on {above} of the days since" if known else ""
    return SignalPicture(
        spots, days.slot, level_ticks(top, scale, BASE), days.months,
        f"{evidence.noun} on {plural(len(counted), 'day')} worked from {counted[0][0]} to {counted[-1][0]}, "
        f"at most {count(top)}; {band_name}{said}.",
        "M" + " ".join(f"{spot.x:.1f},{spot.y:.1f}" for spot in spots),
        (BASE - max(before) * scale, (max(before) - min(before)) * scale) if known else None,
        BASE - median(before) * scale if known else None,
        band_name,
    )  # fmt: skip


def draw_explained(evidence: CaseEvidence, alerted: Collection[str]) -> ExplainedPicture | None:
    """The visits of each day by explanation, as stacked bars; None without a visit."""
    by_day: dict[date, dict[str, int]] = {}
    for iso, explanation, visits in evidence.explained:
        if day := as_date(iso):
            by_day.setdefault(day, {})[explanation] = visits
    if not by_day:
        return None
    days, top = _axis(evidence, min(by_day)), max(sum(own.values()) for own in by_day.values())
    scale = (BASE - TOP) / (top * 1.04)
    bars: list[list[str]] = [[] for _ in GROUPS]
    spots = []
    for day, own in sorted(by_day.items()):
        level = float(BASE)
        for (_, names), path in zip(GROUPS, bars, strict=True):
            if height := scale * sum(own.get(name, 0) for name in names):
                path.append(f"M{days.x(day):.0f},{level:.0f}v-{height:.1f}")
                level -= height
        spots.append(Spot(days.x(day), level, f"{day}: {_in_words(own)}", str(day) in alerted, str(day)))
    bare = sum(visits for _, explanation, visits in evidence.explained if explanation in UNEXPLAINED)
    return ExplainedPicture(
        tuple(spots), days.slot, level_ticks(top, scale, BASE), days.months,
        f"Visits by explanation on {plural(len(by_day), 'day')} from {min(by_day)} to {max(by_day)}: "
        f"{count(sum(visits for *_, visits in evidence.explained))} in all, {count(bare)} with no explanation.",
        tuple("".join(path) for path in bars),
    )  # fmt: skip


def draw_place(place: QueuePlace) -> PlacePicture:
    """The colleagues as strokes on a line, and the agent as a ring above it."""
    top = max([place.own, *place.others, 1e-9])
    scale = (RIGHT - LEFT) / (top * 1.02)
    above = sum(other > place.own for other in place.others)
    middle = median(place.others)
    more = in_words(above) if above else "none"
    where = f"of {for_html(place.queue)}" if place.queue else "in the log"
    return PlacePicture(
        "".join(f"M{at},{PLACE_TOP}V{PLACE_BASE}" for at in sorted({round(LEFT + x * scale) for x in place.others})),
        LEFT + place.own * scale,
        LEFT + middle * scale,
        tuple(Tick(LEFT + value * scale, count(value)) for value in round_steps(top, 4)) if top >= 1 else (),
        f"{count(place.own)} per day worked; of {plural(len(place.others), 'colleague')} {where}, "
        f"{more} {'have' if above > 1 else 'has'} more, and half have at most {count(middle)}.",
    )


def _axis(evidence: CaseEvidence, first: date) -> DayAxis:
    """All days of both pictures, so that a day stands at the same place in each; `first` where no date is one."""
    dates = [*(iso for iso, _ in evidence.counted), *(iso for iso, *_ in evidence.explained)]
    return DayAxis.between(as_date(min(dates)) or first, as_date(max(dates)) or first)


def _in_words(own: dict[str, int]) -> str:
    named: Iterable[str] = (name for name in BY_NAME if own.get(name))
    return f"{plural(sum(own.values()), 'visit')}: " + ", ".join(f"{own[name]} {name}" for name in named)
