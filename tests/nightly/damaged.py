"""The small organisation's log with days that are not whole, a surge, and a site that comes late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from .organisation import Line, by_utc_day, log, write

THIN, SILENT, SURGE = 0, 1, 2
"""Days after the first damaged one: of both sites a seventh is left; one site says nothing; twice the events."""
LATE = 2
"""From so many days after it on there is a third site."""


def damaged(lines: Sequence[Line], first: int) -> Iterator[Line]:
    """The lines with damage from the log's local day number `first` on."""
    dates = sorted({line.text[:10] for line in lines})
    of_day = {date: number - first for number, date in enumerate(dates)}
    for number, line in enumerate(lines):
        day = of_day[line.text[:10]]
        if (day == THIN and number % 7) or (day == SILENT and ",altura," in line.text):
            continue
        yield line
        if day == SURGE:
            yield copied(line, "x")
        if day >= LATE and number % 3 == 0:
            yield copied(line, "z", site="latecomer")


def copied(line: Line, mark: str, site: str = "") -> Line:
    """A line of another agent and event, about another customer."""
    at, agent, customer, action, ticket, team, queue, place, role, kind, event = line.text.split(",")
    if site:
        agent, place = f"{mark}{agent}", site
    parts = at, agent, f"{mark}{customer}", action, ticket, team, queue, place, role, kind, f"{mark}{event}"
    return Line(line.at, ",".join(parts))


def damaged_files(folder: Path, days: int, first: int) -> list[Path]:
    """One file for each day of UTC."""
    lines = list(damaged(log(days), first))
    return [write(folder / f"access-{day}.csv", part) for day, part in by_utc_day(lines).items()]
