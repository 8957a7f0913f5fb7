"""The axes of pictures of days: a slot for each day, months below, round numbers at the left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from onlooker.alerts.numbers import count

WIDTH = 720
LEFT, RIGHT = 44, 708
"""x of the first and the last that is drawn."""

_WIDEST = 16.0  # px a day may take, so that a week of history doesn't look like a year


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class DayAxis:
    """The days from left to right."""

    first: date
    slot: float
    """Width of one day, px."""
    months: tuple[Tick, ...]

    @classmethod
    def between(cls, first: date, last: date) -> DayAxis:
        """All days from `first` to `last`."""
        slot = min(_WIDEST, (RIGHT - LEFT) / ((last - first).days + 1))
        return cls(first, slot, _months(first, last, slot))

    def x(self, day: date) -> float:
        """The middle of a day."""
        return LEFT + ((day - self.first).days + 0.5) * self.slot


def level_ticks(top: float, scale: float, base: float, parts: int = 3) -> tuple[Tick, ...]:
    """Round numbers from 0, at `base`, up to `top`; `scale` is px for one."""
    return tuple(Tick(base - value * scale, count(value)) for value in round_steps(top, parts))


def round_steps(top: float, parts: int) -> list[float]:
    """Round numbers from 0 up to `top`, about `parts` of them above 0."""
    raw = top / parts
    power = 10.0 ** math.floor(math.log10(raw))
    step = max(m * power for m in (1, 2, 2.5, 5) if m * power <= raw * 1.001)
    step = max(1.0, step if step >= 10 else math.floor(step))
    return [i * step for i in range(math.floor(top / step + 0.001) + 1)]


def _months(first: date, last: date, slot: float) -> tuple[Tick, ...]:
    """First days of months, or Mondays where the picture is short, with at least 56 px between the labels."""
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    short = len(every) <= 70
    starts = [day for day in every if (day.weekday() == 0 if short else day.day == 1)] or every[:1]
    ticks: list[Tick] = []
    for day in starts:
        at = LEFT + (day - first).days * slot
        if (not ticks or at - ticks[-1].at >= 56) and at <= RIGHT - 40:
            text = f"{day.day} {_NAMES[day.month - 1]}" if short else _NAMES[day.month - 1]
            ticks.append(Tick(at, f"{text} {day.year}" if not ticks or (day.month == 1 and not short) else text))
    return tuple(ticks)


_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
