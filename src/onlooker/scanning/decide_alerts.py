"""From scores to alerts: chosen, put in words, and marked in the table of SCORES."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from onlooker.alerts.decide import Nights, Policy, Told, decide
from onlooker.alerts.sentences import rests_on_several
from onlooker.alerts.write_alerts import AlertWriter
from onlooker.engines.protocol import Engine
from onlooker.features import FAMILIES
from onlooker.scanning.fired_rules import Fired
from onlooker.scanning.found import Outcome
from onlooker.scanning.score_tables import last_night, lines_table, scores_table

if TYPE_CHECKING:
    from onlooker.scoring.panel import Panel
    from onlooker.scoring.score_log import Scores

SPEAKS = 5.0
"""Evidence from which a signal counts as a kind of its own in an alert."""


def decide_and_explain(
    engine: Engine, panel: Panel, scores: Scores, ids: Sequence[str], policy: Policy, fired: Fired,
    told: Mapping[str, Told], with_case: Collection[str], in_doubt: Mapping[int, Sequence[str]],
) -> Outcome:  # fmt: skip
    """Choose the alerts, put them in words, and draw the alerted agents' lines.

    `told` is the last alert by agent, and those `with_case` have a case that goes on; on days that are `in_doubt` the
    log was not whole, or had far more than ever, as the sentences say.
    """
    unexplained = np.asarray(
        engine.arrays(
            f"SELECT unexplained FROM agent_days WHERE day <= {int(panel.day.max(initial=0))} "
            "ORDER BY day NULLS FIRST, agent_id NULLS FIRST"
        )["unexplained"]
    )
    nights = Nights(
        panel.day, panel.agent, scores.p_value, scores.q_value, unexplained, frozenset(in_doubt), panel.first_day
    )
    number = {name: i for i, name in enumerate(ids)}
    told_before = {number[name]: last for name, last in told.items() if name in number}
    decisions = decide(
        nights, policy, lambda row: kinds(scores, panel, row) | fired.names(row), fired.by_row, told_before,
        {number[name] for name in with_case if name in number},
        lambda row: rests_on_several(scores.details[row]),
    )  # fmt: skip
    age = panel.day - panel.first_day + 1
    alerts = AlertWriter(engine, panel, scores, ids, age, unexplained, fired.firings, in_doubt).write(decisions)
    alerted = np.zeros(len(panel.day), dtype=bool)
    alerted[[d.row for d in decisions]] = True
    return Outcome(
        scores=scores_table(panel, scores, ids, alerted),
        alerts=alerts,
        lines=lines_table(panel, scores, unexplained),
        counts={"agent_days": len(panel.day), "agent_days_judged": int(scores.judged.sum()), "alerts": len(alerts),
                "nights": len(np.unique(panel.day)), **last_night(panel, scores)},
        learned={},
    )  # fmt: skip


def kinds(scores: Scores, panel: Panel, row: int) -> frozenset[str]:
    """Families of the signals that speak for an alert."""
    return frozenset(
        FAMILIES[name] for name, value in zip(panel.signals, scores.evidence[row], strict=True) if value >= SPEAKS
    )
