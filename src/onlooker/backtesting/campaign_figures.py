"""Figures of a campaign from its tries, with intervals at 95 %."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onlooker.backtesting.outcomes import TryOutcome
from onlooker.checks.fairness import NORMAL_95, wilson

DRAWS = 2000
"""Sets of tries that are drawn for an interval."""


@dataclass(frozen=True)
class Estimate:
    """A figure and its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class AtBudget:
    """What one budget comes to."""

    budget: int
    found: Estimate
    """Share of the tries."""
    anyway: Estimate
    """Share of the tries whose agents are alerted on in the log as it is: so much of it is chance."""
    nights: float | None
    """Median number of nights until it is known; None if fewer than half of the tries are found."""
    nights_low: float | None
    nights_high: float | None
    gone: Estimate
    """Mean share of the records that were looked at before it was known."""
    records_gone: Estimate
    """The same as a number."""


@dataclass(frozen=True)
class CampaignFigures:
    """One kind of campaign."""

    name: str
    story: str
    tries: int
    records_a_day: float
    """Mean of the tries: records on a day with a look."""
    followed: int
    """Most nights that a try was followed."""
    by_budget: tuple[AtBudget, ...]
    precision: dict[str, Estimate]
    """Ranker -> mean average precision."""
    ranked: dict[str, Estimate]
    """Ranker -> share of the tries found at the bar that gives as many alerts."""

    def record(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    def at(self, budget: int) -> AtBudget:
        """The figures of one budget."""
        return next(one for one in self.by_budget if one.budget == budget)


def figures(name: str, story: str, tries: Sequence[TryOutcome]) -> CampaignFigures:
    """Figures of the tries of one kind, at least one."""
    budgets = tuple(at_budget(budget, tries) for budget in tries[0].nights)
    return CampaignFigures(
        name, story, len(tries), float(np.mean([one.records / one.days for one in tries])),
        max(one.followed for one in tries), budgets,
        precision={ranker: mean([one.precision[ranker] for one in tries]) for ranker in tries[0].precision},
        ranked={ranker: share([one.ranked[ranker] is not None for one in tries]) for ranker in tries[0].ranked},
    )  # fmt: skip


def at_budget(budget: int, tries: Sequence[TryOutcome]) -> AtBudget:
    """Figures of one budget."""
    nights = [one.nights[budget] for one in tries]
    median, low, high = middle([float("inf") if night is None else float(night) for night in nights])
    return AtBudget(
        budget, share([night is not None for night in nights]),
        share([one.anyway[budget] is not None for one in tries]), median, low, high,
        mean([one.gone[budget] / one.records for one in tries]), mean([float(one.gone[budget]) for one in tries]),
    )  # fmt: skip


def share(hits: Sequence[bool]) -> Estimate:
    """A share and its interval (Wilson 1927)."""
    low, high = wilson(sum(hits), len(hits))
    return Estimate(sum(hits) / len(hits), low, high)


def mean(values: Sequence[float]) -> Estimate:
    """A mean; the interval draws the tries anew (Efron's bootstrap, percentiles)."""
    numbers = np.asarray(values, dtype=float)
    drawn: NDArray[np.float64] = np.random.default_rng(0).choice(numbers, (DRAWS, len(numbers))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Estimate(float(numbers.mean()), float(low), float(high))


def middle(values: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """The median and its interval by order statistics; None for what lies beyond the tries that were found."""
    ordered, n = np.sort(np.asarray(values, dtype=float)), len(values)
    half = NORMAL_95 / 2 * np.sqrt(n)
    places = (n - 1) // 2, max(int(np.floor(n / 2 - half)) - 1, 0), min(int(np.ceil(n / 2 + half)), n - 1)
    found = [float(ordered[place]) for place in places]
    return tuple(None if np.isinf(one) else one for one in found)  # type: ignore[return-value]


def rate(events: int, exposure: float) -> Estimate:
    """Events by unit of exposure, with the Poisson interval of Byar (Breslow and Day 1987)."""
    low = events * (1 - 1 / (9 * events) - NORMAL_95 / (3 * np.sqrt(events))) ** 3 if events else 0.0
    more = events + 1
    high = more * (1 - 1 / (9 * more) + NORMAL_95 / (3 * np.sqrt(more))) ** 3
    return Estimate(events / exposure, max(float(low), 0.0) / exposure, float(high) / exposure)
