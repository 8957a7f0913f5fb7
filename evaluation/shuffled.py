"""Logs in which nothing can have changed: each agent's days in another order.

The rows of AGENT_DAYS are exchanged within agent and weekday, with all their counts. So every agent keeps pace, habits,
loud days and working week, signals that hang together still do, and neither trends nor campaigns are left. Counts are
exchanged and not events: exchanged events would be explained anew, and with customers torn out of their stories nearly
every visit would be unexplained. What it can't show is a day on which everybody is busy: those are torn apart as well.

The first days of a log stay where they are, because their counts can't look back yet.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evaluation.counted import Counted
from onlooker.scoring.method import Method

KEPT_DAYS = Method().warm_up_days


def shuffled(log: Counted, seed: int) -> Counted:
    """The log with its agent-days exchanged."""
    panel, rng = log.panel, np.random.default_rng(seed)
    movable = np.flatnonzero(log.age >= KEPT_DAYS)
    cell = panel.agent[movable] * 7 + panel.day[movable] % 7
    there = movable[np.argsort(cell, kind="stable")]
    here = movable[np.lexsort((rng.random(len(movable)), cell))]
    counts = panel.counts.copy()
    counts[there] = panel.counts[here]
    return replace(log, name=f"{log.name}-{seed}", panel=replace(panel, counts=counts))
