"""What judging a night needs from earlier days, in memory that does not grow with the log."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.days import AFTER_ALL, BEFORE_ALL
from onlooker.schema.evidence import CUSTOMERS, HORIZONS
from onlooker.schema.tables import MEMORY_DAYS, RECENT_DAYS
from onlooker.scoring.attendance import ACTORS, STRATA, Attendance
from onlooker.scoring.baseline import Window
from onlooker.scoring.calibrate import Reference
from onlooker.scoring.method import Method
from onlooker.scoring.outliers import Combinations
from onlooker.scoring.sliding_sums import Ring
from onlooker.scoring.tonight import Tonight
from onlooker.scoring.weights.learning import Learning
from onlooker.scoring.weights.paper_planting import Pools, parts_of_visits

Floats = NDArray[np.float64]

VALUES = 4
"""Statistics of each signal that the detector of unusual combinations looks at: day and 28 days, rate and share."""


class History:
    """Sliding sums and the calibration's references: the state that passes from night to night."""

    def __init__(
        self, agents: int, groups: int, looks_back: NDArray[np.bool_], first_day: int, method: Method,
        names: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        """`names` are the signals' names, without which there are no shares and nothing is rehearsed."""
        signals = len(looks_back)
        self.unsettled_nights = np.array(0)
        self.ages = np.zeros(MEMORY_DAYS + 1)
        """Customers by days since anybody last saw them, 0 to 84."""
        self.combinations = Combinations(VALUES * signals) if method.combination_weight else None
        self.learning = Learning(signals, first_day, method)
        self.method, self.looks_back, self.first_day, self.day = method, looks_back, first_day, first_day - 1
        self.since = np.full(signals, first_day, dtype=np.int64)
        """First day of those up to now on which each signal was counted; the log's for those counted from its start."""
        self.names: tuple[str, ...] = ()
        self.name_signals(names)
        span = method.baseline_days + method.lag_days + 1
        self.taught, self.teaching = Ring(span, agents, signals), Ring(span, agents, signals)
        self.own, self.earlier = Window(agents, signals), Window(agents, signals)
        month, week = method.month_days, method.week_days
        self.month_active = Ring(month, agents, 1)
        self.month_clipped_z, self.month_above = Ring(month, agents, signals), Ring(month, agents, signals)
        self.month_taught = Ring(month, agents, signals)
        self.month_counts, self.month_expected = Ring(month, agents, signals), Ring(month, agents, signals)
        self.week_counts, self.week_expected = Ring(week, agents, signals), Ring(week, agents, signals)
        self.week_variance = Ring(week, agents, signals)
        self.week_active = Ring(week, agents, 1)
        self.week_rate, self.week_share = Ring(week, agents, signals), Ring(week, agents, signals)
        self.month_share = Ring(month, agents, signals)
        self.month_evidence, self.week_evidence = Ring(month, agents, 1), Ring(week, agents, 1)
        self.past_evidence, self.past_active = (Ring(method.evidence_days, agents, 1) for _ in range(2))
        self.of_kind = Ring(method.baseline_days, method.kinds, 2)
        """Agent-days of each kind (agent_kinds.py) and the sum of their evidence."""
        self.of_own = np.zeros((agents, 2))
        """The same of each agent since the agent has been of that kind."""
        self.kind = np.full(agents, -1, dtype=np.intp)
        # The first places are for whole actor types, then queues or sites.
        self.medians, self.median_nights = (Ring(method.baseline_days, ACTORS + groups, signals) for _ in range(2))
        self.actor = np.full(agents, -1, dtype=np.intp)
        """Actor type of each agent when last seen; -1 before."""
        self.stratum = np.full(agents, -1, dtype=np.intp)
        self.first_seen = np.full(agents, AFTER_ALL)
        self.last_seen = np.full(agents, BEFORE_ALL)
        self.cut_day = np.full(agents, BEFORE_ALL)
        """The last cut in each agent's history that was taken in."""
        self.reference = Reference(
            agents, signals * len(HORIZONS), STRATA, method.reference_days, low=-12.0, high=24.0, bins=1152
        )  # fmt: skip
        self.evidence_reference = Reference(
            agents, 1, STRATA, method.evidence_days, low=-32.0, high=96.0, bins=4096, without_own=True
        )

    def name_signals(self, names: tuple[str, ...]) -> None:
        """Say what the signals are called, before the first night."""
        if names and names == self.names:
            return
        self.names = names
        self.visits = names.index(CUSTOMERS) if names else 0
        """Column of the signal that counts all visits."""
        self.has_share = parts_of_visits(names) if names else np.zeros(len(self.looks_back), dtype=bool)
        self.learning.start(self.has_share, self.heard())

    @property
    def rings(self) -> tuple[Ring, ...]:
        """All rings that are opened for each day."""
        return (
            self.taught, self.teaching, self.month_active, self.month_clipped_z, self.month_above, self.month_taught,
            self.month_counts, self.month_expected, self.week_counts, self.week_expected, self.week_variance,
            self.medians, self.median_nights, self.week_active, self.week_rate, self.week_share, self.month_share,
            self.month_evidence, self.week_evidence, self.past_evidence, self.past_active, self.of_kind,
        )  # fmt: skip

    def open_night(self, day: int, counted: NDArray[np.bool_]) -> None:
        """Move on to `day`, which comes after the last one; days between are nights without activity.

        `counted`, shape (signals,), says which signals are counted on it. Sums slide on, and what is fitted on fixed
        days of the log is fitted, from the nights before.
        """
        self._roll_to(day)
        self.note_counted(day, counted)
        self.learning.refit(day, self.has_share, self.heard())
        if self.combinations is not None:
            self.combinations.refit(day - self.first_day)
        self._forget_unsettled(day - self.first_day)

    def _forget_unsettled(self, age: int) -> None:
        """Count the log's first nights, and forget their evidence once there is better."""
        if age < self.method.unsettled_days:
            self.unsettled_nights += 1
        elif age >= self.method.settled_days and self.unsettled_nights:
            self.evidence_reference.forget(int(self.unsettled_nights))
            self.unsettled_nights[...] = 0

    def _roll_to(self, day: int) -> None:
        method = self.method
        while self.day < day:
            self.day += 1
            self.ages[1:], self.ages[0] = self.ages[:-1].copy(), 0.0
            yesterday = self.day - 1
            self._slide(self.own, yesterday)
            # The lag grows with a young log: on days on which it does, nothing enters.
            if (lag := method.lag(self.day - self.first_day)) == method.lag(yesterday - self.first_day):
                self._slide(self.earlier, yesterday - lag)
            for ring in self.rings:
                ring.open(self.day)

    def _slide(self, window: Window, entering: int) -> None:
        leaving = entering - self.method.baseline_days
        if entering >= self.first_day:
            self._count(window, entering, 1)
        if leaving >= self.first_day:
            self._count(window, leaving, -1)

    def _count(self, window: Window, day: int, sign: int) -> None:
        counts = self.taught.at(day)
        window.add(counts, self.teaching.at(day), counts[:, [self.visits]], sign)

    def meet_customers(self, returning: Floats) -> Pools:
        """Take in which customers were seen today (see Panel.returning) and return the day's pools."""
        self.ages[1:] = np.maximum(self.ages[1:] - returning[1:], 0.0)
        self.ages[0] = returning.sum()
        recent = RECENT_DAYS + 1
        return Pools(self.ages[0], self.ages[1:recent].sum(), self.ages[recent:].sum())

    @property
    def late(self) -> NDArray[np.bool_]:
        """Per signal: whether it came when the log had begun, or has not been counted at all."""
        return np.asarray(self.since > self.first_day)

    def note_counted(self, day: int, counted: NDArray[np.bool_]) -> None:
        """Note which signals, shape (signals,), are counted on `day`: one that is not begins anew when it is."""
        self.since = np.where(counted, np.minimum(self.since, day), AFTER_ALL)

    def warm(self, day: int) -> NDArray[np.bool_]:
        """Per signal: whether it has been counted for long enough on `day` to say something."""
        return np.asarray(~self.looks_back | (day - self.since >= self.method.warm_up_days))

    def settled(self, day: int) -> bool:
        """Whether all signals that were counted from the log's start say something on `day`."""
        return bool((self.warm(day) | self.late).all())

    def heard(self) -> NDArray[np.bool_]:
        """Per signal: whether it may have weight; one that came late must have been seen."""
        return np.asarray(~self.late | self.learning.seen.any(axis=(1, 2)))

    def active_days(self, ring: Ring, tonight: Tonight) -> Floats:
        """Days worked of those in `ring` (agents, 1) on which each signal was counted, tonight included.

        Shape (active agents, 1 or signals).
        """
        days = tonight.total(ring)
        young = np.flatnonzero(self.late & (self.since > self.day - ring.length))
        if not len(young):
            return days
        days = np.repeat(days, len(self.since), axis=1)
        for signal in young:
            before = np.arange(min(int(self.since[signal]), self.day), self.day) % ring.length
            counted = self.since[signal] <= self.day
            days[:, signal] = (
                ring.values[before][:, tonight.agents, 0].sum(axis=0) + counted * tonight.values[ring][:, 0]
            )
        return days

    def attendance(self) -> Attendance:
        """The agents known by now, the last one taken in included."""
        return Attendance(
            self.day, self.first_day, self.method, self.actor, self.stratum, self.first_seen, self.last_seen
        )  # fmt: skip
