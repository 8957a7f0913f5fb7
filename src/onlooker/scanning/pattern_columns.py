"""What the patterns add to an outcome: their alerts, and the columns `pattern` and `pattern_size` of SCORES."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from onlooker.alerts.pattern_alerts import Chosen, Scored, pattern_alerts, with_reasons
from onlooker.alerts.visits_to_check import AgentDay
from onlooker.engines.protocol import Engine
from onlooker.patterns import Hit
from onlooker.scanning.found import Outcome

if TYPE_CHECKING:
    import pyarrow as pa


def with_patterns(engine: Engine, found: Outcome, hits: Sequence[Hit], chosen: Chosen, first_day: int) -> Outcome:
    """The outcome with the patterns' alerts after the others, and two more columns at the end of SCORES."""
    rows = rows_of_days(found, {(login, hit.day) for hit in hits for login in hit.logins})
    wanted = [(several[0].logins[0], several[0].day) for several in chosen.raised]
    alerts = pattern_alerts(engine, chosen.raised, {key: scored(found, rows[key]) for key in wanted}, first_day)
    alerted = [rows[key] for key, several in zip(wanted, chosen.raised, strict=True) if not several[0].together]
    return replace(
        found,
        scores=with_columns(found.scores, hits, rows, alerted),
        alerts=(*with_reasons(found.alerts, chosen.beside), *alerts),
        counts={**found.counts, "alerts": found.counts["alerts"] + len(alerts)},
    )


def rows_of_days(found: Outcome, wanted: Iterable[AgentDay]) -> dict[AgentDay, int]:
    """Where in SCORES these agent-days stand."""
    by_day: dict[int, set[str]] = {}
    for agent, day in wanted:
        by_day.setdefault(day, set()).add(agent)
    days = found.lines["day"].to_numpy()
    rows: dict[AgentDay, int] = {}
    for day, agents in by_day.items():
        begin, end = np.searchsorted(days, [day, day + 1])
        names = found.scores["agent_id"].slice(int(begin), int(end - begin)).to_pylist()
        rows |= {(name, day): int(begin) + place for place, name in enumerate(names) if name in agents}
    return rows


def with_columns(
    scores: pa.Table, hits: Sequence[Hit], rows: Mapping[AgentDay, int], alerted: Sequence[int]
) -> pa.Table:
    """SCORES with the pattern of each agent-day, of several the first, and its size; empty and 0 without one."""
    import pyarrow as pa

    pattern, size = np.full(len(scores), "", dtype=object), np.zeros(len(scores))
    for hit in hits:
        for one, login in zip(hit.passed, hit.logins, strict=True):
            row = rows[login, hit.day]
            if not pattern[row]:
                pattern[row], size[row] = hit.pattern.name, one.size
    raised = scores["alerted"].to_numpy().copy()
    raised[alerted] = True
    place = scores.schema.get_field_index("alerted")
    scores = scores.set_column(place, "alerted", pa.array(raised))
    return scores.append_column("pattern", pa.array(pattern, pa.string())).append_column("pattern_size", pa.array(size))


def scored(found: Outcome, row: int) -> Scored:
    """What the sum says of a row of SCORES."""
    scores, lines = found.scores.slice(row, 1).to_pylist()[0], found.lines.slice(row, 1).to_pylist()[0]
    return Scored(
        score=scores["score"], p_value=scores["p_value"], q_value=scores["q_value"], rank=scores["rank"],
        evidence=scores["evidence"], expected=round(lines["expected_customers"], 1),
        unexplained=lines["seen_unexplained"],
    )  # fmt: skip
