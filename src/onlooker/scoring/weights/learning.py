"""What is learned about the statistics as nights pass: their noise, what planting does to them, and the weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.evidence import HORIZONS, LEVEL
from onlooker.scoring.column_statistics import sums
from onlooker.scoring.method import Method
from onlooker.scoring.weights.discriminant import PRIOR_NIGHTS, PRIOR_SHIFT, PRIOR_VARIANCE, RATE, SHARE, fitted

Floats = NDArray[np.float64]

SPREAD_PRIOR = 5.0
"""This many nights of spread 1 are added to those seen."""


class Learning:
    """Fading sums over the nights so far. Arrays are (signals,) or (signals, 2, horizons): rate and share."""

    def __init__(self, signals: int, first_day: int, method: Method) -> None:
        self.first_day, self.method = first_day, method
        self.spread_log, self.spread_nights = np.zeros((2, signals)), np.zeros((2, signals))
        self.evidence_log, self.evidence_nights = np.zeros(1), np.zeros(1)
        self.shift, self.shift_nights = np.zeros((signals, 2)), np.zeros((signals, 2))
        self.squares = np.zeros((signals, 2, len(HORIZONS)))
        self.totals, self.seen = np.zeros_like(self.squares), np.zeros_like(self.squares)
        self.weights = fitted(*self.estimates(), self.speaks(np.zeros(signals, dtype=bool)))
        """The weights in force."""
        self.fitted_on = np.array(first_day)
        """Day on which they were fitted, from earlier days."""
        self.rehearsed = np.array(0.0)
        """Nights of rehearsal that they were fitted from, those long past counted less."""
        self.factors = np.ones(signals)
        """What a rehearsal with planted visits multiplies the weights of each signal by."""
        self.factors_on = np.array(first_day)
        """Day from which on they are in force; the log's first while nothing was rehearsed."""

    @property
    def in_force(self) -> Floats:
        """The weights that nights are judged by: those fitted, times what was rehearsed, and of the same sum.

        Were the sum another one, the evidence would no longer be comparable with that of the nights before.
        """
        found = self.weights * self.factors[:, None, None]
        return found * (self.weights.sum() / max(found.sum(), 1e-12)) if self.rehearsed_in_copies else found

    @property
    def rehearsed_in_copies(self) -> bool:
        """Whether a rehearsal has said what each family of signals is worth."""
        return bool((self.factors != 1.0).any())

    def weigh(self, day: int, factors: Floats) -> None:
        """From `day` on multiply the weights of each signal by `factors`."""
        self.factors, self.factors_on = factors, np.array(day)

    def weigh_alike(self) -> None:
        """Leave out what was rehearsed."""
        self.weigh(self.first_day, np.ones_like(self.factors))

    def usual_spread(self) -> Floats:
        """Usual upper spread of the daily z, (2, signals): against the own baseline, against the earlier one."""
        return np.asarray(np.exp(self.spread_log / (self.spread_nights + SPREAD_PRIOR)))

    def usual_evidence_spread(self, faded: bool = False) -> float:
        """The nights' usual upper spread of the evidence; 0 while no night has been seen.

        If it is `faded`, as it will be once one more night has passed: the same but for rounding.
        """
        keep = self.keep if faded else 1.0
        logs, nights = self.evidence_log * keep, self.evidence_nights * keep
        return float(np.exp(logs / nights)[0]) if nights[0] else 0.0

    @property
    def keep(self) -> float:
        """What a night counts for once one more has passed."""
        return float(np.exp(-1.0 / self.method.memory_nights))

    def estimates(self) -> tuple[Floats, Floats]:
        """Shift (signals, 2) and variance (signals, 2, horizons), both pulled to their priors while nights are few."""
        shift = (self.shift + PRIOR_NIGHTS * PRIOR_SHIFT) / (self.shift_nights + PRIOR_NIGHTS)
        n = np.maximum(self.seen, 1e-9)
        variance = np.maximum(self.squares / n - (self.totals / n) ** 2, 0.0)
        trust = self.seen / (self.seen + 100.0)
        return shift, trust * variance + (1.0 - trust) * PRIOR_VARIANCE

    @staticmethod
    def speaks(has_share: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which statistics exist: every rate; shares of parts of the visits, but no level of shares."""
        exists = np.ones((len(has_share), 2, len(HORIZONS)), dtype=bool)
        exists[:, SHARE] = has_share[:, None]
        exists[:, SHARE, LEVEL] = False
        return exists

    def refit(self, day: int, has_share: NDArray[np.bool_], heard: NDArray[np.bool_]) -> None:
        """Fit the weights if `day` is the first one at or after a day for it; signals not `heard` get none."""
        every = self.method.refit_days
        if (day - self.first_day) // every > (int(self.fitted_on) - self.first_day) // every:
            self.weights = fitted(*self.estimates(), self.speaks(has_share) & heard[:, None, None])
            self.fitted_on, self.rehearsed = np.array(day), np.array(self.shift_nights.max(initial=0.0))

    def start(self, has_share: NDArray[np.bool_], heard: NDArray[np.bool_]) -> None:
        """Begin with equal weights of those signals that are `heard`."""
        if not self.shift_nights.any():
            self.weights = fitted(*self.estimates(), self.speaks(has_share) & heard[:, None, None])

    def fade(self) -> None:
        """A night has passed."""
        for fading in (
            self.spread_log,
            self.spread_nights,
            self.evidence_log,
            self.evidence_nights,
            self.shift,
            self.shift_nights,
            self.squares,
            self.totals,
            self.seen,
        ):
            np.multiply(fading, self.keep, out=fading)

    def note_spread(self, spread: Floats, known: NDArray[np.bool_]) -> None:
        """Take in a night's spreads, shaped as `usual_spread`."""
        self.spread_log += np.where(known, np.log(spread), 0.0)
        self.spread_nights += known

    def note_evidence_spread(self, spread: float, agents: int) -> None:
        """Take in the upper spread of a night's evidence; it counts by the number of agents."""
        self.evidence_log += agents * np.log(spread)
        self.evidence_nights += agents

    def note_values(self, values: Floats, known: NDArray[np.bool_]) -> None:
        """Take in a night's statistics (2, horizons, agents, signals) where `known` (agents, signals)."""
        everywhere = known.all()
        for kind, horizon in np.ndindex(values.shape[:2]):
            plane = values[kind, horizon] if everywhere else values[kind, horizon] * known
            self.totals[:, kind, horizon] += sums(plane)
            self.squares[:, kind, horizon] += sums(plane, plane)
        self.seen += known.sum(axis=0)[:, None, None]

    def note_shift(self, rates: Floats, shares: Floats, known: NDArray[np.bool_]) -> None:
        """Take in what planting would have moved that night, each (signals,)."""
        self.shift[:, RATE] += np.where(known, rates, 0.0)
        self.shift[:, SHARE] += np.where(known, shares, 0.0)
        self.shift_nights += known[:, None]
