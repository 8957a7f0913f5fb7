"""Panels of counts that no misuse stands behind, made from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from onlooker.scoring.method import Method
from onlooker.scoring.panel import Panel
from onlooker.scoring.score_log import Scores, score_panel
from onlooker.scoring.scoring_history import History

SIGNALS = ("customers", "new_customers", "glances", "new_glances", "unexplained")
SHARES = np.array([1.0, 0.5, 0.2, 0.1, 0.05])
LOOKS_BACK = np.array([False, True, False, True, True])
FIRST_DAY = 20_000


def honest(seed: int = 0, agents: int = 50, days: int = 70) -> Panel:
    """Negative-binomial visits, binomial parts of them; agents differ in pace and habit; five days' work in seven."""
    rng = np.random.default_rng(seed)
    day, agent = (part.ravel() for part in np.meshgrid(np.arange(days), np.arange(agents), indexing="ij"))
    works = rng.random(len(day)) < 5 / 7
    day, agent = day[works], agent[works]
    pace, habit = rng.gamma(8, 2, agents), rng.gamma(8, 1 / 8, (agents, len(SIGNALS)))
    visits = rng.poisson(pace[agent] * rng.gamma(10, 1 / 10, len(day)))
    counts = rng.binomial(visits[:, None], np.clip(SHARES * habit[agent], 0, 0.95)).astype(float)
    counts[:, 0] = visits
    nothing = np.zeros(len(day), dtype=np.intp)
    returning = {FIRST_DAY + d: rng.poisson(np.r_[30, np.full(84, 0.5)]).astype(float) for d in range(days)}
    return Panel(
        SIGNALS, LOOKS_BACK, FIRST_DAY, agents, agent, FIRST_DAY + day, counts, nothing, nothing, nothing, returning
    )  # fmt: skip


def part(panel: Panel, rows: np.ndarray) -> Panel:
    """Only these rows, in this order."""
    per_row = ("agent", "day", "counts", "group", "actor", "role")
    return replace(panel, **{name: getattr(panel, name)[rows] for name in per_row})


def fresh(panel: Panel, method: Method | None = None) -> History:
    return History(panel.agents, 1, panel.looks_back, panel.first_day, method or Method(), panel.signals)


def scored(
    panel: Panel, history: History | None = None, factors: Mapping[int, Mapping[str, float]] | None = None
) -> Scores:
    return score_panel(panel, history or fresh(panel), factors=factors)
