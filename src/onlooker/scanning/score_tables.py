"""Scores as tables: SCORES, the daily lines of its agents, and how many of the last night were judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from onlooker.schema.evidence import CUSTOMERS

if TYPE_CHECKING:
    import pyarrow as pa

    from onlooker.scoring.panel import Panel
    from onlooker.scoring.score_log import Scores


def scores_table(panel: Panel, scores: Scores, ids: Sequence[str], alerted: np.ndarray[Any, Any]) -> pa.Table:
    """SCORES: every active agent-day; the signals' columns add up to `evidence`."""
    import pyarrow as pa

    agents = pa.DictionaryArray.from_arrays(pa.array(panel.agent, pa.int32()), pa.array(list(ids), pa.string()))
    by_signal = scores.evidence.T.astype(np.float64, order="C")
    columns = {
        "agent_id": agents.cast(pa.string()),
        "date": pa.array(panel.day, pa.int32()).cast(pa.date32()),
        "score": scores.score,
        "p_value": scores.p_value,
        "q_value": scores.q_value,
        "rank": scores.rank,
        "alerted": alerted,
        "evidence": by_signal.sum(axis=0) + scores.unusual + scores.before,
        **dict(zip(panel.signals, by_signal, strict=True)),
        "combinations": scores.unusual.astype(np.float64),
        "weeks_before": scores.before.astype(np.float64),
    }
    return pa.table(columns)


def lines_table(panel: Panel, scores: Scores, unexplained: np.ndarray[Any, Any]) -> pa.Table:
    """What the agents' daily lines need beside SCORES, row by row with it."""
    import pyarrow as pa

    return pa.table(
        {
            "day": panel.day,
            "seen_customers": panel.counts[:, panel.signals.index(CUSTOMERS)].astype(np.float64),
            "expected_customers": scores.expected.astype(np.float64),
            "upper_customers": scores.upper.astype(np.float64),
            "seen_unexplained": unexplained,
        }
    )


def last_night(panel: Panel, scores: Scores) -> dict[str, int]:
    """How many of the last night's agents were judged, and why the others were not."""
    last = panel.day == panel.day.max(initial=0)
    seen, judged = int(last.sum()), int((last & scores.judged).sum())
    counts = {"agents_seen": seen, "agents_judged": judged, "agents_not_judged": seen - judged}
    if seen > judged:
        counts["not_judged_there_is_nobody_to_compare_them_with_yet"] = seen - judged
    return counts
