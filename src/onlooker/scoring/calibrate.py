"""From z-values to p-values that mean what they say: compared with what colleagues showed in the last 90 days.

Conformal: p = (w + number of reference values >= z) / (n + w), with the agent's own days left out of the reference, so
that nobody hides behind an earlier self. w is a wave of neighbouring days: what lasts puts its whole wave beyond the
reference at once, and with w = 1, as if days were independent, p-values of 0.001 were up to three times too frequent.
Beyond the 95 % point the tail is a generalised Pareto whose shape is at least 0 (Pickands 1975). The reference is kept
as one rolling histogram per stratum, so a night costs the same however long the history is; parametric p-values are
never used (at 1e-4 they were found 90 times too liberal).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

TAIL = 0.05
MIN_REFERENCE = 30
"""Fewer reference values say nothing: p is 1."""
SHAPE_CAP = 0.5
CLOSE_LOOK = 0.05
"""Only p-values below this are worth the work of leaving the agent's own days out."""
SMALLEST_P = 1e-15
BEYOND = 10.0
"""A tail may be extrapolated to this many times the size of its reference."""
DEPENDENT = 7.0
"""A wave: this many neighbouring days of an agent are worth as much as one, and stand or fall together."""


@dataclass(frozen=True)
class Tail:
    """The values beyond the 95 % point, per channel."""

    start: Ints
    """Last bin that is not yet tail."""
    count: Floats
    total: Floats
    """Sum of the excesses over the start of the tail."""
    shape: Floats

    @classmethod
    def of(cls, pooled: NDArray[np.int64], at_least: NDArray[np.int64], low: float, width: float) -> Tail:
        """From a histogram (channels, bins) and its counts from above; at least ten values are tail."""
        wanted = np.maximum(TAIL * pooled.sum(axis=1), 10.0)
        start = np.maximum((at_least > wanted[:, None]).sum(axis=1) - 1, 0)
        bins = np.arange(pooled.shape[1])
        inside = pooled * (bins > start[:, None])
        excess = (bins - start[:, None] - 0.5) * width
        count, total, squares = inside.sum(axis=1), (inside * excess).sum(axis=1), (inside * excess**2).sum(axis=1)
        return cls(start, count.astype(float), total, tail_shape(count, total, squares))


class Reference:
    """Rolling reference of several statistics ("channels") for the agents of each stratum.

    Values are binned on an even grid from `low` to `high`; the bins of the last `days` nights are kept per agent.
    """

    def __init__(
        self,
        agents: int,
        channels: int,
        strata: int,
        days: int,
        low: float,
        high: float,
        bins: int,
        without_own: bool = True,
    ) -> None:
        """`without_own`: an agent's own days are left out of its reference."""
        self.without_own = without_own
        self.low, self.width, self.bins, self.days = low, (high - low) / bins, bins, days
        self.histogram = np.zeros((strata, channels, bins), dtype=np.int32)
        self.ring = np.full((days, agents, channels), -1, dtype=np.int16)
        self.stratum_ring = np.zeros((days, agents), dtype=np.int16)
        self.nights = 0

    @property
    def channels(self) -> int:
        """Number of statistics."""
        return int(self.histogram.shape[1])

    def bin_of(self, values: Floats) -> NDArray[np.int16]:
        """Grid index of each value, ends included."""
        place = values - self.low
        place /= self.width
        return np.clip(place, 0, self.bins - 1, out=place).astype(np.int16)

    def known(self, strata: Ints, comparable: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which channels have a reference to compare the agents of each of `strata` with, shape (strata, channels)."""
        compared = np.flatnonzero(comparable[strata].any(axis=0))
        size = self.histogram[compared].sum(axis=2, dtype=np.int64)
        return np.asarray(comparable[np.ix_(strata, compared)] @ size >= MIN_REFERENCE)

    def p_values(
        self, values: Floats, agents: Ints, stratum: Ints, comparable: NDArray[np.bool_], conservative: bool = False
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """p of `values` (agents, channels), and where there was a reference to compare with.

        `comparable` (strata, strata) tells which strata form the reference of each. Ties count half, which keeps a
        statistic that is mostly zero from speaking against anybody; `conservative` counts them in full.
        """
        p, known = np.ones(values.shape), np.zeros(values.shape, dtype=bool)
        present, place = np.unique(stratum, return_inverse=True)
        patterns, which = np.unique(comparable[present], axis=0, return_inverse=True)
        pattern_of = which.ravel()[place]
        for number, pattern in enumerate(patterns):
            rows = np.flatnonzero(pattern_of == number)
            ties = 0.0 if conservative else 0.5
            p[rows], known[rows] = self._against(values[rows], agents[rows], pattern, ties)
        return p, known

    def _against(
        self, values: Floats, agents: Ints, strata: NDArray[np.bool_], ties: float
    ) -> tuple[Floats, NDArray[np.bool_]]:
        pooled = self.histogram[strata].sum(axis=0, dtype=np.int64)  # (channels, bins)
        size = pooled.sum(axis=1)
        at_least = np.cumsum(pooled[:, ::-1], axis=1)[:, ::-1]
        place = self.bin_of(values).astype(np.intp)
        channel = np.arange(self.channels)
        above = at_least[channel, place] - ties * pooled[channel, place]
        p = (DEPENDENT + above) / (size + DEPENDENT)
        known = np.broadcast_to(size >= MIN_REFERENCE, values.shape).copy()
        rows, channels = np.nonzero((p < CLOSE_LOOK) & known)
        if len(rows):
            close = values[rows, channels], place[rows, channels], above[rows, channels]
            p[rows, channels], known[rows, channels] = self._without_own(
                *close, agents[rows], channels, ties, pooled, at_least
            )
        return np.clip(p, SMALLEST_P, 1.0), known

    def _without_own(
        self, values: Floats, place: Ints, above: Floats, agents: Ints, channels: Ints, ties: float,
        pooled: NDArray[np.int64], at_least: NDArray[np.int64],
    ) -> tuple[Floats, NDArray[np.bool_]]:  # fmt: skip
        """p of single values (cells,) with the agent's own days taken out of the reference, tail included."""
        size = pooled.sum(axis=1)
        tail = Tail.of(pooled, at_least, self.low, self.width)
        # Nights that are yet to come hold nothing, and come after those that were.
        ring = self.ring[: self.nights] if self.without_own else self.ring[:0]
        own = ring[:, agents, channels]  # (days, cells)
        present = own >= 0
        start = tail.start[channels]
        own_tail = present & (own > start)
        n = size[channels] - present.sum(axis=0)
        own_above = (present & (own > place)).sum(axis=0) + (1.0 - ties) * (present & (own == place)).sum(axis=0)
        p = (DEPENDENT + np.maximum(above - own_above, 0.0)) / (n + DEPENDENT)
        others = tail.count[channels] - own_tail.sum(axis=0)
        excess = tail.total[channels] - np.where(own_tail, (own - start - 0.5) * self.width, 0.0).sum(axis=0)
        beyond = values - (self.low + (start + 1) * self.width)
        # One wave of a typical size keeps a scale when the others have none.
        typical = tail.total[channels] / np.maximum(tail.count[channels], 1.0)
        mean_excess = (np.maximum(excess, 0.0) + DEPENDENT * typical) / (others + DEPENDENT)
        shape = tail.shape[channels]
        scale = np.maximum(mean_excess * (1.0 - shape), 1e-6)
        pareto = (others + DEPENDENT) / (n + DEPENDENT) * generalised_pareto(np.maximum(beyond, 0.0) / scale, shape)
        p = np.where(beyond > 0, np.minimum(pareto, 1.0), p)
        return cautious(p, n), n >= MIN_REFERENCE

    def add(self, values: Floats, agents: Ints, strata: Ints, counted: NDArray[np.bool_]) -> None:
        """Take in a night and drop the one that is `days` older; `counted` (agents, channels) says what may teach."""
        slot = self.nights % self.days
        if self.nights >= self.days:
            self._tally(self.ring[slot], self.stratum_ring[slot], -1)
            self.ring[slot] = -1
        self.ring[slot, agents] = np.where(counted, self.bin_of(values), -1)
        self.stratum_ring[slot, agents] = strata
        self._tally(self.ring[slot], self.stratum_ring[slot], 1)
        self.nights += 1

    def forget(self, first: int) -> None:
        """Drop the first `first` nights that were ever added, as far as they are still held."""
        if self.nights <= self.days:
            for slot in range(min(first, self.nights)):
                self._tally(self.ring[slot], self.stratum_ring[slot], -1)
                self.ring[slot] = -1

    def _tally(self, bins: NDArray[np.int16], strata: NDArray[np.int16], sign: int) -> None:
        """Count the bins of a night (agents, channels) in, or out with sign -1; a bin of -1 counts nowhere."""
        # One place more per channel, the first, is for what counts nowhere.
        first = np.arange(self.channels) * (self.bins + 1) + 1
        for stratum in np.unique(strata):
            places = bins[strata == stratum] + first
            found = np.bincount(places.ravel(), minlength=self.channels * (self.bins + 1))
            self.histogram[stratum] += sign * found.reshape(self.channels, -1)[:, 1:].astype(np.int32)


def tail_shape(count: Floats, total: Floats, squares: Floats) -> Floats:
    """Shape of the Pareto tail by moments (Hosking and Wallis 1987), 0 to 0.5, pulled to 0 when few."""
    n = np.maximum(count, 1.0)
    mean = total / n
    variance = np.maximum(squares / n - mean**2, 1e-12)
    raw = 0.5 * (1.0 - mean**2 / variance)
    return np.asarray(np.clip(raw * n / (n + 50.0), 0.0, SHAPE_CAP))


def cautious(p: Floats, n: Floats) -> Floats:
    """p with claims far beyond the reference of n values held back: the order stays, the boast does not.

    A tail fitted to a short log can promise anything. Neighbouring days of an agent share most of their data, so n
    values are worth n / 7; what the tail promises past ten times that counts a fifth, as a logarithm.
    """
    floor = 1.0 / (BEYOND * (n / DEPENDENT + 1.0))
    return np.asarray(np.where(p < floor, floor * (p / floor) ** 0.2, p))


def generalised_pareto(excess: Floats, shape: Floats) -> Floats:
    """Survival function at `excess` in units of the scale."""
    safe = np.where(shape > 1e-6, shape, 1.0)
    return np.where(shape > 1e-6, (1.0 + safe * excess) ** (-1.0 / safe), np.exp(-excess))
