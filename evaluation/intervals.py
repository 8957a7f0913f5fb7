"""Intervals by resampling whole clusters: the days of one agent, or the figures of one log, hang together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DRAWS = 2000


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float

    def text(self, digits: int = 3) -> str:
        """As it stands in a table."""
        return f"{self.value:.{digits}f} [{self.low:.{digits}f}, {self.high:.{digits}f}]"


def of_ratio(hits: np.ndarray, size: np.ndarray, cluster: np.ndarray) -> Interval:
    """sum(hits) / sum(size), with clusters drawn anew."""
    _, place = np.unique(cluster, return_inverse=True)
    sums = np.column_stack([np.bincount(place, weights=part) for part in (hits, size)])
    drawn = draws(len(sums)) @ sums
    return interval(float(hits.sum() / max(size.sum(), 1)), drawn[:, 0] / np.maximum(drawn[:, 1], 1e-9))


def of_mean(values: np.ndarray, cluster: np.ndarray) -> Interval:
    """Mean of `values`, with clusters drawn anew."""
    return of_ratio(values, np.ones(len(values)), cluster)


def draws(clusters: int) -> np.ndarray:
    """How often each cluster comes up in each draw."""
    rng = np.random.default_rng(clusters)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), DRAWS).astype(np.float64)


def interval(value: float, drawn: np.ndarray) -> Interval:
    """From an estimate and its values in the draws."""
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(value, float(low), float(high))
