"""From scores and the truth to figures: who was found, how early, and at what price in false alerts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

QUIET_DAYS = 14


@dataclass(frozen=True)
class Ranked:
    """Agent-days with a score, from the first planted day on; several logs may be put together."""

    agent: np.ndarray
    """Number of the agent; different logs have different numbers."""
    day: np.ndarray
    score: np.ndarray
    planted: np.ndarray
    """Planted views of the agent-day."""

    @property
    def onset(self) -> dict[int, int]:
        """First planted day of each insider."""
        days: dict[int, int] = {}
        for agent, day in zip(self.agent[self.planted > 0], self.day[self.planted > 0], strict=True):
            days[int(agent)] = min(int(day), days.get(int(agent), int(day)))
        return days

    @property
    def honest(self) -> np.ndarray:
        """Whether a row is of an agent who never is an insider."""
        return ~np.isin(self.agent, list(self.onset))

    @property
    def bad(self) -> np.ndarray:
        """Whether a row is of an insider, from the first planted day on."""
        onset = self.onset
        return np.array([day >= onset.get(int(agent), 10**9) for agent, day in zip(self.agent, self.day, strict=True)])

    def rows(self, which: np.ndarray) -> Ranked:
        """Only some rows."""
        return Ranked(self.agent[which], self.day[which], self.score[which], self.planted[which])

    def alerts(self, cut: float) -> np.ndarray:
        """Rows at or above `cut`, but for those within 14 days of an alert on the same agent."""
        high = np.flatnonzero(self.score >= cut)
        last: dict[int, int] = {}
        kept = []
        for row in high[np.lexsort((self.day[high], self.agent[high]))]:
            agent, day = int(self.agent[row]), int(self.day[row])
            if agent not in last or day - last[agent] >= QUIET_DAYS:
                last[agent] = day
                kept.append(int(row))
        return np.array(kept, dtype=np.intp)

    def cut_for(self, most: int) -> float:
        """The lowest score from which on there are at most so many alerts."""
        levels = np.unique(self.score)[::-1]
        low, high = 0, len(levels) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if len(self.alerts(levels[middle])) <= most else (low, middle - 1)
        return float(levels[low])

    def found(self, cut: float) -> dict[int, int]:
        """Insider -> day of the first alert from the first planted day on."""
        rows, bad = self.alerts(cut), self.bad
        days: dict[int, int] = {}
        for row in rows[bad[rows]]:
            agent, day = int(self.agent[row]), int(self.day[row])
            days[agent] = min(day, days.get(agent, day))
        return days


def together(logs: list[Ranked]) -> Ranked:
    """Several logs as one, their agents kept apart."""
    agent = np.concatenate([log.agent + 1_000_000 * i for i, log in enumerate(logs)])
    return Ranked(
        agent, *(np.concatenate([getattr(log, name) for log in logs]) for name in ("day", "score", "planted"))
    )


def figures(ranked: Ranked, rate: float = 0.01) -> dict[str, float]:
    """Average precision of agents ranked by their worst day; and at `rate` alerts per agent-day what was found."""
    bad, honest = ranked.bad, ranked.honest
    cut = ranked.cut_for(max(1, int(np.ceil(rate * len(ranked.day)))))
    rows, found, onset = ranked.alerts(cut), ranked.found(cut), ranked.onset
    gone = []
    for agent in onset:
        own = ranked.agent == agent
        before = own & (ranked.day <= found[agent]) if agent in found else own
        gone.append(ranked.planted[before].sum() / ranked.planted[own].sum())
    considered = bad | honest
    return {
        "ap": average_precision(ranked.rows(considered), bad[considered]),
        "alerted": len(found) / len(onset),
        "precision": float(bad[rows].mean()) if len(rows) else float("nan"),
        "exposed": float(np.mean(gone)),
    }


def average_precision(ranked: Ranked, bad: np.ndarray) -> float:
    """Agents ranked by their highest score."""
    agents, place = np.unique(ranked.agent, return_inverse=True)
    worst = np.full(len(agents), -np.inf)
    np.maximum.at(worst, place, ranked.score)
    insider = np.bincount(place, weights=bad) > 0
    order = np.argsort(-worst, kind="stable")
    hit = insider[order]
    return float((np.cumsum(hit)[hit] / (np.flatnonzero(hit) + 1)).sum() / insider.sum())
