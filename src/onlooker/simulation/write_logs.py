"""Writes a simulated log as files: CSV with local timestamps, in pieces by month, week or day."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from onlooker.errors import UsageError
from onlooker.simulation.arrays import Ints
from onlooker.simulation.log_tables import coded
from onlooker.simulation.simulate_organisation import Simulated
from onlooker.simulation.worlds import COLUMNS
from onlooker.simulation.zone_clock import offset_of_instant

PERIODS = ("all", "month", "week", "day")
PART = 500_000
"""This many lines are held as text at a time."""


def _offsets(simulated: Simulated) -> Ints:
    """UTC offset in seconds of each event, at its agent's site."""
    lines, plan = simulated.shown.lines, simulated.plan
    site = plan.staff.site[simulated.work.visits.agent[lines.visit]]
    offsets = np.zeros(len(site), np.int64)
    for number, place in enumerate(plan.sites):
        here = np.flatnonzero(site == number)
        offsets[here] = offset_of_instant(place.zone, lines.second[here])
    return offsets


def _suffix(offset: int) -> str:
    minutes = abs(offset) // 60
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def iso_times(second: Ints, offset: Ints, local: bool, minutes: bool = False) -> pa.Array:
    """Return timestamps as text, with the offset of the place or as instants with a Z."""
    shown = pa.array(second + offset if local else second).cast(pa.timestamp("s"))
    distinct, places = np.unique(offset, return_inverse=True)
    ends = [_suffix(int(o)) if local else "Z" for o in distinct]
    clock = "%Y-%m-%dT%H:%M" if minutes else "%Y-%m-%dT%H:%M:%S"
    return pc.binary_join_element_wise(pc.strftime(shown, clock), coded(places, ends), "")


def _pieces(second: Ints, period: str) -> list[tuple[str, Ints]]:
    """Names of the pieces and the places of their lines; a piece is decided by the local date."""
    if period == "all":
        return [("all", np.arange(len(second)))]
    day = (second // 86400).astype("datetime64[D]")
    if period == "week":  # named after its Monday; day 0 of 1970 was a Thursday
        day = day - ((day.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    if period == "month":
        day = day.astype("datetime64[M]")
    numbers = day.astype(np.int32)
    return [(str(one), np.flatnonzero(numbers == one.astype(np.int32))) for one in _distinct(day)]


def _distinct(day: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    """The distinct days of a log that is nearly in order; a sort of all its lines would take long."""
    return np.unique(day[np.flatnonzero(np.r_[True, day[1:] != day[:-1]][: len(day)])])


def csv_bytes(table: pa.Table, header: bool = True) -> bytes:
    """Return a table as CSV, never quoted; null is an empty cell."""
    out = io.BytesIO()
    options = pacsv.WriteOptions(include_header=header, quoting_style="none", quoting_header="none")
    pacsv.write_csv(table, out, options)
    return out.getvalue()


def write_parts(path: Path, parts: Iterator[pa.Table], level: int) -> None:
    """Write tables as one CSV file, compressed at this level (0: not at all); no time of writing is in it."""
    with path.open("wb") as raw:
        out = gzip.GzipFile("", "wb", level, raw, mtime=0) if level else raw
        for number, part in enumerate(parts):
            out.write(csv_bytes(part, header=number == 0))
        if level:
            out.close()


def write_logs(
    simulated: Simulated,
    folder: Path,
    *,
    columns: Sequence[str] = COLUMNS,
    period: str = "month",
    local: bool = True,
    compress: bool = True,
    side_tables: Sequence[str] = ("agents",),
) -> list[Path]:
    """Write `access-PERIOD.csv.gz` files and side tables such as agents.csv; return the paths of the logs alone.

    `local` writes timestamps with the offset of the agent's site, else with a Z. `side_tables` may name agents,
    tickets, roster, incidents and truth; their times are instants with a Z.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, _, parts in pieces(simulated, period, columns, local):
        path = folder / f"access-{name}.csv{'.gz' if compress else ''}"
        write_parts(path, parts, 9 if compress else 0)
        paths.append(path)
    for side in side_tables:
        write_table(getattr(simulated, side), folder / f"{side}.csv")
    return paths


def known_period(period: str) -> None:
    """Raise UsageError for a period that a log can't be cut by."""
    if period not in PERIODS:
        raise UsageError(f"can't write a log by {period}", f"The periods are {', '.join(PERIODS)}.")


def pieces(
    simulated: Simulated, period: str, columns: Sequence[str], local: bool
) -> Iterator[tuple[str, Ints, Iterator[pa.Table]]]:
    """Yield the log in pieces by the local date of writing: a name, the places of the lines, and the lines in parts."""
    known_period(period)
    offset, written = _offsets(simulated), simulated.shown.lines.written
    for name, where in _pieces(written + offset if local else written, period):
        yield name, where, _parts(simulated, where, offset, columns, local)


def _parts(simulated: Simulated, where: Ints, offset: Ints, columns: Sequence[str], local: bool) -> Iterator[pa.Table]:
    second, minutes = simulated.shown.lines.second, simulated.plan.mechanics.minutes
    for first in range(0, max(1, len(where)), PART):
        part = where[first : first + PART]
        times = iso_times(second[part], offset[part], local, minutes)
        yield simulated.lines(part).set_column(0, "timestamp", times).select(list(columns))


def write_table(table: pa.Table, path: Path) -> None:
    """Write a side table as CSV; times are instants with a Z."""
    path.write_bytes(csv_bytes(_readable(table)))


def _readable(table: pa.Table) -> pa.Table:
    for place, name in enumerate(table.column_names):
        if name in {"opened", "closed", "shift_start", "shift_end"}:
            shown = table[name].cast(pa.timestamp("us")).cast(pa.timestamp("s"))
            table = table.set_column(place, name, pc.strftime(shown, "%Y-%m-%dT%H:%M:%SZ"))
    return table
