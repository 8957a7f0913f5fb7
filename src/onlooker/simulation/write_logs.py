"""Writes a simulated log as files: CSV with local timestamps, in pieces by month, week or day."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from onlooker.errors import UsageError
from onlooker.simulation.arrays import Ints
from onlooker.simulation.log_tables import MICROSECONDS, coded
from onlooker.simulation.simulate_organisation import Simulated
from onlooker.simulation.zone_clock import offset_of_instant

COLUMNS = (
    "timestamp",
    "agent_id",
    "customer_id",
    "action",
    "ticket_id",
    "record_type",
    "team",
    "queue",
    "site",
    "role",
    "actor_type",
    "session_id",
    "event_id",
)
PERIODS = ("all", "month", "week", "day")


def _offsets(simulated: Simulated) -> Ints:
    """UTC offset in seconds of each event, at its agent's site."""
    zones = dict(zip(simulated.agents["site"].to_pylist(), simulated.agents["zone"].to_pylist(), strict=True))
    site = simulated.events["site"].combine_chunks().dictionary_encode()
    places, words = site.indices.to_numpy(), site.dictionary.to_pylist()
    second = simulated.events["timestamp"].to_numpy() // MICROSECONDS
    offsets = np.zeros(len(second), np.int64)
    for number, word in enumerate(words):
        here = np.flatnonzero(places == number)
        offsets[here] = offset_of_instant(zones[word], second[here])
    return offsets


def _suffix(offset: int) -> str:
    minutes = abs(offset) // 60
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def iso_times(second: Ints, offset: Ints, local: bool) -> pa.Array:
    """Return timestamps as text, with the offset of the place or as instants with a Z."""
    shown = pa.array(second + offset if local else second).cast(pa.timestamp("s"))
    distinct, places = np.unique(offset, return_inverse=True)
    ends = [_suffix(int(o)) if local else "Z" for o in distinct]
    return pc.binary_join_element_wise(pc.strftime(shown, "%Y-%m-%dT%H:%M:%S"), coded(places, ends), "")


def _pieces(second: Ints, period: str) -> list[tuple[str, Ints]]:
    """Names of the pieces and the places of their lines; a piece is decided by the local date."""
    if period == "all":
        return [("all", np.arange(len(second)))]
    day = (second // 86400).astype("datetime64[D]")
    if period == "week":  # named after its Monday; day 0 of 1970 was a Thursday
        day = day - ((day.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    names = np.datetime_as_string(day, unit="M" if period == "month" else "D")
    return [(str(name), np.flatnonzero(names == name)) for name in np.unique(names)]


def csv_bytes(table: pa.Table) -> bytes:
    """Return a table as CSV with a header, never quoted; null is an empty cell."""
    out = io.BytesIO()
    pacsv.write_csv(table, out, pacsv.WriteOptions(quoting_style="none", quoting_header="none"))
    return out.getvalue()


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
    if period not in PERIODS:
        raise UsageError(f"can't write a log by {period}", f"The periods are {', '.join(PERIODS)}.")
    folder.mkdir(parents=True, exist_ok=True)
    second, offset = simulated.events["timestamp"].to_numpy() // MICROSECONDS, _offsets(simulated)
    table = simulated.events.set_column(0, "timestamp", iso_times(second, offset, local)).select(list(columns))
    paths = []
    for name, where in _pieces(second + offset if local else second, period):
        path = folder / f"access-{name}.csv{'.gz' if compress else ''}"
        content = csv_bytes(table.take(pa.array(where)))
        path.write_bytes(gzip.compress(content, 9, mtime=0) if compress else content)
        paths.append(path)
    for side in side_tables:
        (folder / f"{side}.csv").write_bytes(csv_bytes(_readable(getattr(simulated, side))))
    return paths


def _readable(table: pa.Table) -> pa.Table:
    for place, name in enumerate(table.column_names):
        if name in {"opened", "closed", "shift_start", "shift_end"}:
            shown = table[name].cast(pa.timestamp("us")).cast(pa.timestamp("s"))
            table = table.set_column(place, name, pc.strftime(shown, "%Y-%m-%dT%H:%M:%SZ"))
    return table
