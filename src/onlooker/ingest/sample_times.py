"""The times among the first lines of a log, as the engine reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onlooker.engines.protocol import Engine
from onlooker.ingest.quoting import cleaned
from onlooker.ingest.sniffed import Sniff
from onlooker.ingest.times import is_plausible, offset_sql, wall_sql

if TYPE_CHECKING:
    import pyarrow as pa

Wall = tuple[int | None, int | None]
"""A wall clock and its offset, as `times` has them."""


@dataclass(frozen=True)
class SampleTimes:
    """Reads single texts; of dates such as 03/04/2026, whose order is not known yet, either reading will do."""

    engine: Engine
    _known: dict[str, Wall] = field(default_factory=dict)

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

    def _read(self, values: Sequence[str]) -> list[Wall]:
        # Asking the engine takes longer than its answer, so each text is asked for once.
        fresh = [text for text in dict.fromkeys(values) if text not in self._known]
        if fresh:
            self._known.update(zip(fresh, self._asked(fresh), strict=True))
        return [self._known[text] for text in values]

    def _asked(self, texts: list[str]) -> list[Wall]:
        import pyarrow as pa

        self.engine.take("ingest_values", pa.Table.from_arrays([_texts(texts)], names=["t"]))
        ts = f"SELECT {cleaned('t')} AS ts FROM ingest_values"
        wall = f"coalesce({wall_sql('ts', 'dmy')}, {wall_sql('ts', 'mdy')})"
        found = self.engine.rows(f"SELECT {wall}, {offset_sql('ts')} FROM ({ts})")
        self.engine.drop("ingest_values")
        return [(wall, offset) for wall, offset in found]


def _texts(texts: Sequence[str]) -> pa.StringArray:
    """An array of Arrow, made without `pyarrow.array`, which would import pandas: half a second of every run."""
    import numpy as np
    import pyarrow as pa

    encoded = [text.encode(errors="replace") for text in texts]
    ends = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=ends[1:])
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(ends.tobytes()), pa.py_buffer(b"".join(encoded)))
