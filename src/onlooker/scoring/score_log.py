"""Scoring a log: all nights in order, and the details of those agent-days that may become alerts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.days import AFTER_ALL
from onlooker.scoring.active_agents import Active
from onlooker.scoring.evidence_details import Details
from onlooker.scoring.forget import cut_short
from onlooker.scoring.judge_night import Limits, judge
from onlooker.scoring.judged_night import Night
from onlooker.scoring.method import Method
from onlooker.scoring.panel import Panel
from onlooker.scoring.scoring_history import History
from onlooker.scoring.take_in_night import take_in

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EASY = Limits()


@dataclass(frozen=True)
class Scores:
    """One entry per row of the panel."""

    judged: Bools
    """Whether there was anybody to compare with."""
    score: Floats
    """-log10 of the p-value."""
    p_value: Floats
    q_value: Floats
    rank: NDArray[np.int64]
    evidence: NDArray[np.float32]
    """Shape (rows, signals)."""
    unusual: NDArray[np.float32]
    """What the detector of unusual combinations adds to the evidence; 0 where it is left out."""
    before: NDArray[np.float32]
    """What the evidence of the agent's weeks before adds: negative where it was high."""
    expected: NDArray[np.float32]
    """Expected customers, day effect included."""
    upper: NDArray[np.float32]
    """Customers that one ordinary day in a hundred exceeds."""
    details: Details
    """By row, of those that may have become alerts."""

    def total(self, row: int) -> float:
        """All evidence of a row."""
        return float(self.evidence[row].sum(dtype=np.float64) + self.unusual[row] + self.before[row])


def new_history(panel: Panel, groups: int, method: Method) -> History:
    """The state before the first night of a log, or of what is left of it: what nobody counted then comes later."""
    history = History(panel.agents, groups, panel.looks_back, panel.first_day, method, panel.signals)
    first = panel.counts[panel.day == panel.day.min(initial=AFTER_ALL)]
    history.note_counted(panel.first_day, ~np.isnan(first).all(axis=0) | (len(first) == 0))
    history.learning.start(history.has_share, history.heard())
    return history


def score_panel(
    panel: Panel,
    history: History,
    *,
    keep: Bools | None = None,
    teaches: Bools | None = None,
    limits: Limits = EASY,
    factors: Mapping[int, Mapping[str, float]] | None = None,
    after_night: Callable[[int], None] = lambda _day: None,
    progress: Callable[[float], None] = lambda _share: None,
) -> Scores:
    """Judge every night of `panel` in order, and take each into `history`.

    Rows of `keep` keep their details, and those within the `limits`. Rows that are not in `teaches` are judged and
    teach nothing; None means that all teach. `factors` are those of a rehearsal by the day from which on they are in
    force: signal -> what multiplies its weights; a signal that is not there keeps what it has. `after_night` is called
    with each day that is in `history`.
    """
    rows, signals = panel.counts.shape
    history.name_signals(panel.signals)
    scores = Scores(
        judged=np.zeros(rows, dtype=bool),
        score=np.zeros(rows),
        p_value=np.ones(rows),
        q_value=np.ones(rows),
        rank=np.ones(rows, dtype=np.int64),
        evidence=np.zeros((rows, signals), dtype=np.float32),
        unusual=np.zeros(rows, dtype=np.float32),
        before=np.zeros(rows, dtype=np.float32),
        expected=np.zeros(rows, dtype=np.float32),
        upper=np.zeros(rows, dtype=np.float32),
        details=Details(panel.signals),
    )
    kept = np.zeros(rows, dtype=bool) if keep is None else keep
    for day, part in panel.nights():
        active = Active.of(
            panel.counts[part].astype(np.float64),
            panel.agent[part],
            panel.group[part],
            panel.actor[part],
            panel.role[part],
            teaches=np.ones(part.stop - part.start, dtype=bool) if teaches is None else teaches[part],
            returning=panel.returning.get(day),
        )
        weigh(history, day, factors or {})
        history.open_night(day, np.asarray(active.known.any(axis=0)))
        cut_short(history, panel, day)
        night = judge(history, active, kept[part], limits)
        note(scores, part, night, history.visits)
        scores.details.add(night.details, part.start)
        take_in(history, night)
        after_night(day)
        progress(part.stop / rows)
    return scores


def weigh(history: History, day: int, factors: Mapping[int, Mapping[str, float]]) -> None:
    """Put the last factors in force that began after the night before and by `day`."""
    begun = [one for one in factors if history.day < one <= day]
    if begun:
        mine = factors[max(begun)]
        history.learning.weigh(
            max(begun),
            np.array([mine.get(n, old) for n, old in zip(history.names, history.learning.factors, strict=True)]),
        )


def note(scores: Scores, part: slice, night: Night, customers: int) -> None:
    """Write one night's results to their rows; `customers` is the column of the signal that counts all visits."""
    scores.judged[part] = night.judged
    scores.p_value[part], scores.q_value[part], scores.rank[part] = night.p_value, night.q_value, night.rank
    scores.score[part] = np.maximum(-np.log10(night.p_value), 0.0)
    scores.evidence[part], scores.unusual[part], scores.before[part] = night.evidence, night.unusual, night.before
    expected, dispersion = night.level.expected[:, customers], night.level.dispersion[:, customers]
    scores.expected[part] = expected
    # The inverse of the variance-stabilising transform at z = 2.326, the 99 % point.
    root = np.sqrt(dispersion)
    turned = np.arcsinh(root * np.sqrt(expected + 0.375)) + 2.326 * root / 2.0
    scores.upper[part] = np.sinh(turned) ** 2 / dispersion - 0.375
