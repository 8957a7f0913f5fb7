"""The hours at which an agent opened customers, day by day, and which of them are new: the geometry of a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from onlooker.alerts.numbers import as_date, count, plural
from onlooker.schema.days import iso

DAYS = 28
"""Active days shown, the newest last."""
HABIT_DAYS = 10
"""Fewer earlier days say nothing about what is usual."""
RARE = 0.05
"""Hours with activity, give or take one, on a smaller share of the days before the first alert are marked."""
CELL, ROW, LEFT, TOP = 24, 14, 104, 18
WIDTH = LEFT + 24 * CELL + 2
STEPS = 4
"""Shades, for an ordinary hour up to the busiest one."""

Hours = Mapping[int, Mapping[int, int]]
"""Local day -> local hour -> customers with activity at that hour."""


@dataclass(frozen=True)
class Cell:
    """One hour with activity. Positions in px."""

    x: float
    y: float
    shade: int
    """1 to `STEPS`."""
    unusual: bool
    title: str


@dataclass(frozen=True)
class HourMap:
    """All that the template needs."""

    height: int
    rows: tuple[tuple[float, str, bool], ...]
    """y, date, and whether the day was alerted on."""
    cells: tuple[Cell, ...]
    description: str

    @property
    def shades(self) -> list[tuple[int, str]]:
        """Shade, and path data of all its cells: one element each would make a page ten times as large."""
        drawn = {shade: "".join(_stroke(one) for one in self.cells if one.shade == shade) for shade in _SHADES}
        return [(shade, path) for shade, path in drawn.items() if path]

    @property
    def odd(self) -> str:
        """Path data of the unusual cells."""
        return "".join(_square(one) for one in self.cells if one.unusual)

    @property
    def said(self) -> list[tuple[float, str, bool]]:
        """y of each row, its hours in words, and whether one of them is unusual."""
        rows: dict[float, list[Cell]] = {}
        for one in self.cells:
            rows.setdefault(one.y, []).append(one)
        dates = [date for _, date, _ in self.rows]
        return [
            (y, f"{date}: {', '.join(one.title for one in cells)}", any(one.unusual for one in cells))
            for date, (y, cells) in zip(dates, rows.items(), strict=True)
        ]


def draw_hours(hours: Hours, alerted: Iterable[str]) -> HourMap | None:
    """The picture of the last `DAYS` active days up to the last alert; None without a day. `alerted` are ISO dates."""
    nights = sorted(day for day in map(_day, alerted) if day is not None)
    days = sorted(day for day in hours if not nights or day <= nights[-1])[-DAYS:]
    if not days:
        return None
    rare = _rare(hours, nights[0] if nights else days[-1])
    top = max(customers for day in days for customers in hours[day].values())
    cells = tuple(
        _cell(place, hour, hours[day][hour], top, hour in rare)
        for place, day in enumerate(days)
        for hour in sorted(hours[day])
    )
    marked = sum(cell.unusual for cell in cells)
    rows = tuple((TOP + place * ROW + ROW * 0.8, iso(day), day in nights) for place, day in enumerate(days))
    usual = "unusual hours not marked, too few days came before" if rare is _UNKNOWN else f"{marked} of them unusual"
    return HourMap(
        TOP + len(days) * ROW + 4,
        rows,
        cells,
        f"Customers by hour of the day on {plural(len(days), 'active day')} from {iso(days[0])} to {iso(days[-1])}, "
        f"local time: {count(len(cells))} hours with activity, {usual}.",
    )


_SHADES = range(1, STEPS + 1)


def _stroke(cell: Cell) -> str:
    return f"M{cell.x + 1:g},{cell.y + ROW / 2 - 1:g}h{CELL - 2}"


def _square(cell: Cell) -> str:
    return f"M{cell.x + 1:g},{cell.y:g}h{CELL - 2}v{ROW - 2}h-{CELL - 2}z"


_UNKNOWN: frozenset[int] = frozenset({-1})


def _rare(hours: Hours, first: int) -> frozenset[int]:
    """Hours that, give or take one, were hardly ever worked on the days before `first`."""
    before = [day for day in hours if day < first]
    if len(before) < HABIT_DAYS:
        return _UNKNOWN
    worked = np.zeros((len(before), 24), dtype=bool)
    for place, day in enumerate(before):
        worked[place, list(hours[day])] = True
    near = worked | np.roll(worked, 1, axis=1) | np.roll(worked, -1, axis=1)
    return frozenset(np.flatnonzero(near.mean(axis=0) < RARE).tolist())


def _cell(place: int, hour: int, customers: int, top: int, unusual: bool) -> Cell:
    said = f"{hour:02} h {customers:,}"
    shade = max(1, -(-STEPS * customers // top))
    return Cell(LEFT + hour * CELL, TOP + place * ROW, shade, unusual, f"{said} (unusual)" if unusual else said)


def _day(date: str) -> int | None:
    found = as_date(date)
    return found.toordinal() - _EPOCH if found else None


_EPOCH = 719163
"""Ordinal of 1970-01-01."""
