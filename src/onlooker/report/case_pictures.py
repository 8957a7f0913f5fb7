"""The pictures of a case's page: counts against the band of before, explanations by day, the place in the queue."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from onlooker.alerts.numbers import as_date, count, in_words, plural
from onlooker.report.chart import LEFT, RIGHT, Tick, month_ticks, round_steps
from onlooker.report.harmless import for_html
from onlooker.schema.case_evidence import CaseEvidence, QueuePlace
from onlooker.schema.explanations import BY_NAME

TOP, BASE, HEIGHT = 20, 112, 136
BEFORE, FEWEST_BEFORE = 28, 7
"""The band goes from the least to the most of this many days worked before what the first alert looks at."""
PLACE_TOP, PLACE_BASE, PLACE_HEIGHT = 22, 48, 68

GROUPS = (
    ("no explanation", ("unexplained", "mismatch")),
    ("too early to tell", ("unknown",)),
    ("own work alone", ("worked", "continued")),
    ("a colleague's work", ("shared",)),
    ("ticket, contact or sample", ("ticket", "contact", "sample")),
)
"""From the bottom of a bar to its top."""

_WIDEST = 16.0


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
    """What both pictures of days have: the days worked, and the axes."""

    spots: tuple[Spot, ...]
    slot: float
    rows: tuple[Tick, ...]
    months: tuple[Tick, ...]
    description: str


@dataclass(frozen=True)
class SignalPicture(Days):
    """One count by day."""

    line: str
    """Path data."""
    band: tuple[float, float] | None
    """y of the top of the band and its height; None where too few days came before."""
    usual: float | None
    """y of the median of the same days."""
    band_name: str


@dataclass(frozen=True)
class ExplainedPicture(Days):
    """Visits by explanation and day: bars on each other."""

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
    """The count that the alert rests on, day by day; None without a day."""
    counted = [(day, number) for iso, number in evidence.counted if (day := as_date(iso))]
    if not counted:
        return None
    before = [number for day, number in counted if day.isoformat() < evidence.first][-BEFORE:]
    known = len(before) >= FEWEST_BEFORE
    days, top = _Axis.of(evidence, counted[0][0]), max([1, *(number for _, number in counted)])
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
        spots, days.slot, _rows(top, scale, BASE), days.months,
        f"{evidence.noun} on {plural(len(counted), 'day')} worked from {counted[0][0]} to {counted[-1][0]}, "
        f"at most {count(top)}; {band_name}{said}.",
        "M" + " ".join(f"{spot.x:.1f},{spot.y:.1f}" for spot in spots),
        (BASE - max(before) * scale, (max(before) - min(before)) * scale) if known else None,
        BASE - median(before) * scale if known else None,
        band_name,
    )  # fmt: skip


def draw_explained(evidence: CaseEvidence, alerted: Collection[str]) -> ExplainedPicture | None:
    """The visits of each day by explanation, on each other; None without a visit."""
    by_day: dict[date, dict[str, int]] = {}
    for iso, explanation, visits in evidence.explained:
        if day := as_date(iso):
            by_day.setdefault(day, {})[explanation] = visits
    if not by_day:
        return None
    days, top = _Axis.of(evidence, min(by_day)), max(sum(own.values()) for own in by_day.values())
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
    bare = sum(visits for _, explanation, visits in evidence.explained if explanation in GROUPS[0][1])
    return ExplainedPicture(
        tuple(spots), days.slot, _rows(top, scale, BASE), days.months,
        f"Visits by explanation on {plural(len(by_day), 'day')} from {min(by_day)} to {max(by_day)}: "
        f"{count(sum(visits for *_, visits in evidence.explained))} in all, {count(bare)} with no explanation.",
        tuple("".join(path) for path in bars),
    )  # fmt: skip


def draw_place(place: QueuePlace) -> PlacePicture:
    """Each colleague a stroke, the agent a mark."""
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


@dataclass(frozen=True)
class _Axis:
    first: date
    slot: float
    months: tuple[Tick, ...]

    @classmethod
    def of(cls, evidence: CaseEvidence, first: date) -> _Axis:
        """All days from the first that any of the pictures has, so that they stand below each other."""
        dates = [*(iso for iso, _ in evidence.counted), *(iso for iso, *_ in evidence.explained)]
        first, last = as_date(min(dates)) or first, as_date(max(dates)) or first
        slot = min(_WIDEST, (RIGHT - LEFT) / ((last - first).days + 1))
        return cls(first, slot, month_ticks(first, last, slot))

    def x(self, day: date) -> float:
        """The middle of a day."""
        return LEFT + ((day - self.first).days + 0.5) * self.slot


def _rows(top: float, scale: float, base: float) -> tuple[Tick, ...]:
    return tuple(Tick(base - value * scale, count(value)) for value in round_steps(top, 3))


def _in_words(own: dict[str, int]) -> str:
    named: Iterable[str] = (name for name in BY_NAME if own.get(name))
    return f"{plural(sum(own.values()), 'visit')}: " + ", ".join(f"{own[name]} {name}" for name in named)
