"""The geometry of a backtest's pictures; the template draws them, so that all markup is escaped in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEFT, WIDTH, ROW = 170, 720, 20
"""Space for the names, width of a picture and height of one row, px."""
RIGHT = WIDTH - 40
TOP, HEIGHT = 12, 220
"""Of the curves."""
ENDS = 190
"""Space for the names at the end of the curves."""


@dataclass(frozen=True)
class Row:
    """One figure between 0 and 1 with its interval; positions in px."""

    name: str
    y: float
    x: float
    low: float
    high: float
    other: float | None
    """A second figure, for comparison."""
    text: str


@dataclass(frozen=True)
class Dots:
    """A picture of shares, one row each."""

    rows: tuple[Row, ...]
    height: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Curve:
    """Share of a campaign's tries that is known by each night."""

    name: str
    path: str
    end: float
    """y of its end."""
    label: float
    """y of its name, apart from the others'."""


@dataclass(frozen=True)
class Curves:
    """A picture of several campaigns."""

    lines: tuple[Curve, ...]
    nights: tuple[tuple[float, str], ...]
    shares: tuple[tuple[float, str], ...]
    right: float


def place(share: float) -> float:
    """x of a share."""
    return LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0)


def dots(rows: Sequence[tuple[str, Mapping[str, float], float | None]]) -> Dots:
    """Name, figure with its interval, and a figure to compare with, one row each."""
    drawn = tuple(
        Row(
            name, ROW * (number + 0.5), place(one["value"]), place(one["low"]), place(one["high"]),
            None if other is None else place(other), f"{one['value']:.2f} ({one['low']:.2f} to {one['high']:.2f})",
        )
        for number, (name, one, other) in enumerate(rows)
    )  # fmt: skip
    ticks = tuple((place(tenth / 10), f"{tenth / 10:.1f}") for tenth in range(0, 11, 2))
    return Dots(drawn, ROW * len(rows) + 24, ticks)


def curves(tries: Sequence[Mapping[str, Any]], names: Sequence[str], budget: str, most: int) -> Curves:
    """How many of each campaign's tries are known by the night, for the `most` first campaigns."""
    last = max((one["followed"] for one in tries), default=1)
    right = WIDTH - ENDS

    def x(night: float) -> float:
        return 44 + (right - 44) * night / last

    def y(share: float) -> float:
        return TOP + (HEIGHT - TOP) * (1 - share)

    lines: list[tuple[str, str, float]] = []
    for name in names[:most]:
        mine = [one["known_on_night"][budget] for one in tries if one["campaign"] == name]
        path, known = f"M{x(0):.1f},{y(0):.1f}", 0
        for night in sorted(one for one in mine if one is not None):
            known += 1
            path += f"H{x(night):.1f}V{y(known / len(mine)):.1f}"
        lines.append((name, f"{path}H{right:.1f}", y(known / max(len(mine), 1))))
    labels = apart([end for _, _, end in lines])
    step = max(1, last // 6)
    return Curves(
        tuple(Curve(name, path, end, label) for (name, path, end), label in zip(lines, labels, strict=True)),
        tuple((x(night), str(night)) for night in range(0, last + 1, step)),
        tuple((y(share), f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
        right,
    )  # fmt: skip


def apart(ends: Sequence[float], gap: float = 13.0) -> list[float]:
    """Places for labels near `ends`, at least `gap` from each other."""
    placed = [0.0] * len(ends)
    lowest = -1e9
    for number in sorted(range(len(ends)), key=lambda one: (ends[one], one)):
        lowest = max(ends[number], lowest + gap)
        placed[number] = lowest
    return placed
