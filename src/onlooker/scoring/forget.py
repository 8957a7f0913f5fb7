"""Cuts in an agent's history: from the day of another role, queue or person on, what was before says nothing."""

from __future__ import annotations

import numpy as np

from onlooker.scoring.panel import Panel
from onlooker.scoring.scoring_history import History
from onlooker.scoring.sliding_sums import Ring


def cut_short(history: History, panel: Panel, day: int) -> None:
    """Make newcomers of the agents whose history is cut on `day`, or was since they were last looked at.

    `history` stands at `day`, which is not judged yet. A cut counts once, and also when it is told some days late.
    What an agent's values taught about noise stays: it is no statement about the agent.
    """
    for agent, cut in latest(panel, day).items():
        if cut > history.cut_day[agent]:
            history.cut_day[agent] = cut
            if history.first_seen[agent] < cut:
                forget_before(history, agent, cut)


def latest(panel: Panel, day: int) -> dict[int, int]:
    """Agent -> the last cut up to `day`, of those in the panel's."""
    due = panel.cuts[panel.cuts[:, 1] <= day]
    return {int(agent): int(cut) for agent, cut in due[np.argsort(due[:, 1], kind="stable")]}


def forget_before(history: History, agent: int, cut: int) -> None:
    """Take the agent's days before `cut` out of all sums."""
    method, last = history.method, history.day
    for ring in history.rings:
        if ring not in (history.medians, history.median_nights, history.of_kind):
            keep_since(ring, agent, cut, last)
    for window, lag in ((history.own, 0), (history.earlier, method.lag(last - history.first_day))):
        newest = last - 1 - lag
        days = np.arange(max(cut, newest - method.baseline_days + 1, history.first_day), newest + 1)
        counts = history.taught.values[days % history.taught.length, agent].astype(np.float64)
        counted = history.teaching.values[days % history.teaching.length, agent].astype(np.float64)
        window.days[agent] = counted.sum(axis=0)
        window.total[agent] = (counts * counted).sum(axis=0)
        window.squares[agent] = (counts**2 * counted).sum(axis=0)
        window.visits[agent] = (counts[:, [history.visits]] * counted).sum(axis=0)
    history.first_seen[agent] = cut


def keep_since(ring: Ring, agent: int, cut: int, last: int) -> None:
    """Of the agent's days in a ring that stands at `last`, keep those from `cut` on."""
    kept = np.arange(max(cut, last - ring.length + 1), last + 1) % ring.length
    values = np.zeros_like(ring.values[:, agent])
    values[kept] = ring.values[kept, agent]
    ring.values[:, agent] = values
    ring.total[agent] = values.astype(np.float64).sum(axis=0)
