"""The times among the first lines of a log, as the engine reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onlooker.engines.protocol import Engine
from onlooker.ingest.quoting import cleaned
from onlooker.ingest.sniffed import Sniff
from onlooker.ingest.times import is_plausible, offset_sql, wall_sql


@dataclass(frozen=True)
class SampleTimes:
    """Reads single texts; of dates such as 03/04/2026, whose order is not known yet, either reading will do."""

    engine: Engine

    def plausible(self, values: Sequence[str]) -> float:
        """The share of `values` that are instants from 1990 to the day after tomorrow."""
        found = [wall - (offset or 0) * 1_000_000 for wall, offset in self._read(values) if wall is not None]
        return sum(map(is_plausible, found)) / len(values) if values else 0.0

    def offsets(self, seen: Sniff, column: str, types: Mapping[str, str]) -> set[int | None]:
        """The offsets from UTC, in seconds, that the times of a file say; None among them if some say none."""
        kind = types.get(column, "")
        if kind.startswith(("TIMESTAMP", "DATE")):
            return {0 if "TIME ZONE" in kind else None}
        place = seen.names.index(column)
        values = [value for row in seen.sample[:200] if (value := row[place])]
        return {offset for wall, offset in self._read(values) if wall is not None}

    def _read(self, values: Iterable[str]) -> list[tuple[int | None, int | None]]:
        import pyarrow as pa

        self.engine.take("ingest_values", pa.table({"t": pa.array(values, pa.string())}))
        ts = f"SELECT {cleaned('t')} AS ts FROM ingest_values"
        wall = f"coalesce({wall_sql('ts', 'dmy')}, {wall_sql('ts', 'mdy')})"
        found = self.engine.rows(f"SELECT {wall}, {offset_sql('ts')} FROM ({ts})")
        self.engine.drop("ingest_values")
        return [(wall, offset) for wall, offset in found]
