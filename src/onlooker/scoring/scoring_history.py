"""What judging a night needs from earlier days, in memory that does not grow with the log."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.evidence import CUSTOMERS, HORIZONS
from onlooker.schema.tables import MEMORY_DAYS, RECENT_DAYS
from onlooker.scoring.baseline import Window
from onlooker.scoring.calibrate import Reference
from onlooker.scoring.method import Method
from onlooker.scoring.outliers import Combinations
from onlooker.scoring.weights.learning import Learning
from onlooker.scoring.weights.paper_planting import Pools, parts_of_visits

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

ACTORS = 3
ROLES = 12
"""Roles beyond so many share a number."""
TENURES = 2
VALUES = 4
"""Statistics of each signal that the detector of unusual combinations looks at: day and 28 days, rate and share."""
NEVER = int(np.iinfo(np.int64).max)
"""A signal's first day while it has not been counted."""


class Ring:
    """The last `length` days of a quantity (agents, signals), with its running total. Days nobody wrote are zero."""

    def __init__(self, length: int, agents: int, signals: int) -> None:
        self.length = length
        self.values = np.zeros((length, agents, signals), dtype=np.float32)
        self.total = np.zeros((agents, signals))

    def open(self, day: int) -> None:
        """Make room for `day`, forgetting the day `length` earlier."""
        slot = self.values[day % self.length]
        if slot.any():
            self.total -= slot
            slot[:] = 0.0

    def write(self, day: int, agents: Ints, values: Floats) -> None:
        """Write values of a day, once after it was opened; each agent once."""
        slot = self.values[day % self.length]
        slot[agents] = values.astype(slot.dtype)
        # Who wasn't written is zero: adding all along memory is quicker than picking out those who were.
        self.total += slot

    def at(self, day: int) -> Floats:
        """The values of a day that is still held."""
        return np.asarray(self.values[day % self.length], dtype=np.float64)


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
        self.first_seen = np.full(agents, np.iinfo(np.int64).max)
        self.last_seen = np.full(agents, np.iinfo(np.int64).min)
        self.cut_day = np.full(agents, np.iinfo(np.int64).min)
        """The last cut in each agent's history that was taken in."""
        strata, days = ACTORS * TENURES * ROLES, method.reference_days
        self.reference = Reference(agents, signals * len(HORIZONS), strata, days, low=-12.0, high=24.0, bins=1152)
        self.evidence_reference = Reference(
            agents, 1, strata, method.evidence_days, low=-32.0, high=96.0, bins=4096, without_own=True
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
            self.month_evidence, self.week_evidence, self.of_kind,
        )  # fmt: skip

    def roll_to(self, day: int) -> None:
        """Move on to `day`; days between are nights without activity."""
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
        """Note which customers were seen today (see Panel.returning) and return the day's pools."""
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
        self.since = np.where(counted, np.minimum(self.since, day), NEVER)

    def warm(self, day: int) -> NDArray[np.bool_]:
        """Per signal: whether it has been counted for long enough on `day` to say something."""
        return np.asarray(~self.looks_back | (day - self.since >= self.method.warm_up_days))

    def settled(self, day: int) -> bool:
        """Whether all signals that were counted from the log's start say something on `day`."""
        return bool((self.warm(day) | self.late).all())

    def heard(self) -> NDArray[np.bool_]:
        """Per signal: whether it may have weight; one that came late must have been seen."""
        return np.asarray(~self.late | self.learning.seen.any(axis=(1, 2)))

    def active_days(self, ring: Ring) -> Floats:
        """Days worked of those in `ring` (agents, 1) on which each signal was counted; shape (agents, 1 or signals)."""
        young = np.flatnonzero(self.late & (self.since > self.day - ring.length))
        if not len(young):
            return ring.total
        days = np.repeat(ring.total, len(self.since), axis=1)
        for signal in young:
            counted = np.arange(min(int(self.since[signal]), self.day + 1), self.day + 1) % ring.length
            days[:, signal] = ring.values[counted, :, 0].sum(axis=0)
        return days

    def meet(self, day: int, agents: Ints, actor: Ints, role: Ints) -> Ints:
        """Note who is active on `day` and return the stratum of each: actor type, tenure and role."""
        self.first_seen[agents] = np.minimum(self.first_seen[agents], day)
        self.last_seen[agents] = day
        self.actor[agents] = actor
        newcomer = self.came_within(self.method.tenure_days, day, agents, self.method.telling_days)
        stratum = (actor * TENURES + newcomer) * ROLES + np.minimum(role, ROLES - 1)
        self.stratum[agents] = stratum
        return np.asarray(stratum)

    def came_within(self, days: int, day: int, agents: Ints, age: int) -> NDArray[np.bool_]:
        """Who of `agents` came when the log was at least `age` days old, and in the last `days`."""
        first = self.first_seen[agents]
        return np.asarray((first >= self.first_day + age) & (day - first < days))

    def comparable(self, day: int) -> NDArray[np.bool_]:
        """Which strata each stratum is compared with, shape (strata, strata).

        Itself if that has enough agents, else the same actor type and tenure, else the same actor type; never across
        actor types.
        """
        recent = (self.last_seen >= day - self.method.reference_days) & (self.stratum >= 0)
        strata = np.arange(ACTORS * TENURES * ROLES)
        size, need = np.bincount(self.stratum[recent], minlength=len(strata)), self.method.strata_agents
        tenure, actor = strata // ROLES, strata // (ROLES * TENURES)
        enough = np.bincount(tenure, size)[tenure] >= need
        merged = np.where(enough[:, None], tenure[:, None] == tenure, actor[:, None] == actor)
        return np.asarray(np.where((size >= need)[:, None], strata[:, None] == strata, merged))
