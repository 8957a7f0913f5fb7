"""The daily line of each alerted agent: what was seen against what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from onlooker.schema.findings import AgentSeries

if TYPE_CHECKING:
    import pyarrow as pa

LINES = ("day", "seen_customers", "expected_customers", "upper_customers", "seen_unexplained")


def series_of(scores: pa.Table, lines: pa.Table, agents: Iterable[str]) -> dict[str, AgentSeries]:
    """By agent id, for `agents`; `lines` goes row by row with SCORES."""
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = pc.is_in(scores["agent_id"], value_set=pa.array(sorted(set(agents)), pa.string()))
    both = pa.table({**{n: scores[n] for n in ("agent_id", "date", "alerted")}, **{n: lines[n] for n in LINES}})
    table = both.filter(mask).sort_by([("agent_id", "ascending"), ("day", "ascending")])
    ids = table["agent_id"].to_numpy(zero_copy_only=False)
    starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]]) if len(ids) else np.array([], dtype=int)
    return {
        str(ids[start]): _series(table.slice(start, end - start))
        for start, end in zip(starts, [*starts[1:], len(ids)][: len(starts)], strict=True)
    }


def _series(table: pa.Table) -> AgentSeries:
    return AgentSeries(
        agent_id=table["agent_id"][0].as_py(),
        dates=tuple(date.isoformat() for date in table["date"].to_pylist()),
        observed=tuple(table["seen_customers"].to_pylist()),
        expected=tuple(round(value, 2) for value in table["expected_customers"].to_pylist()),
        upper=tuple(round(value, 2) for value in table["upper_customers"].to_pylist()),
        unexplained=tuple(table["seen_unexplained"].to_pylist()),
        alerted=tuple(table["alerted"].to_pylist()),
    )
