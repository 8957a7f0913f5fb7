"""The numbers behind an alert, worked out again from AGENT_DAYS: each night from its whole past, no sliding sums.

For logs of at most 84 days of people without roles, queues and sites, where everybody is compared with everybody.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from onlooker.features import COUNTS
from onlooker.schema.evidence import Horizon, Statistic
from onlooker.scoring.baseline import Habits, Peers, Window, expect, peers_of, stabilised
from onlooker.scoring.calibrate import Reference
from onlooker.scoring.column_statistics import quantile, sorted_columns
from onlooker.scoring.day_effect import log_effect, log_ratio
from onlooker.scoring.method import Method
from onlooker.scoring.night_spread import night_spread, steadied

METHOD = Method()
LOOKS_BACK = {feature.name: feature.looks_back for feature in COUNTS}
HORIZONS: tuple[Horizon, ...] = ("day", "week", "month", "level")
SPREAD_PRIOR = 5.0
Floats = np.ndarray[Any, Any]


class Recomputed:
    """All nights of a log. Arrays are (days, agents, signals), zero on days that nobody worked."""

    def __init__(self, agent_days: pd.DataFrame, signals: list[str]) -> None:
        self.agents, self.signals = sorted(agent_days.agent_id.unique()), signals
        self.first = int(agent_days.day.min())
        days, agents = int(agent_days.day.max()) - self.first + 1, len(self.agents)
        assert days <= METHOD.baseline_days
        at = agent_days.day.to_numpy() - self.first, np.searchsorted(self.agents, agent_days.agent_id)
        shape = days, agents, len(signals)
        self.worked = np.zeros((days, agents), dtype=bool)
        self.counts, self.taught, self.expected, self.before = (np.zeros(shape) for _ in range(4))
        self.effect, self.lagged, self.peers = np.ones(shape), np.zeros(shape), np.zeros((days, len(signals)))
        self.known, self.own_days = np.zeros((days, len(signals)), dtype=bool), np.zeros((days, agents))
        self.medians, self.spread_logs = np.zeros((days, len(signals))), np.zeros((days, 2, len(signals)))
        self.p = np.ones((*shape, len(HORIZONS)))
        self.worked[at], self.counts[at] = True, agent_days[signals].to_numpy(float)
        self.came = self.worked.argmax(axis=0)
        looks_back = np.array([LOOKS_BACK[signal] for signal in signals])
        self.warm = ~looks_back | (np.arange(days) >= METHOD.warm_up_days)[:, None]
        self.reference = Reference(agents, len(signals) * 4, 1, METHOD.reference_days, low=-12.0, high=24.0, bins=1152)
        for day in range(days):
            self.night(day)

    def window(self, end: int) -> tuple[Habits, Peers | None]:
        """What the days before `end` teach, and what the peers show in it."""
        window = Window(len(self.agents), len(self.signals))
        for day in range(max(end, 0)):
            window.add(self.taught[day], (self.worked[day][:, None] & self.warm[day]).astype(float), self.counts[day])
        habits = Habits.of(window)
        return habits, peers_of(habits, np.arange(len(self.agents)))

    def night(self, day: int) -> None:
        """Expected counts, how far the seen ones are from them, and how rare that is."""
        mine = np.flatnonzero(self.worked[day])
        counts = self.counts[day, mine]
        new = self.came[mine] >= METHOD.warm_up_days  # nobody is there for longer than learning takes
        window, peers = self.window(day)
        expected, dispersion = np.zeros(counts.shape), np.ones(counts.shape)
        if peers is not None:
            expected, dispersion, doubt = expect(window, mine, peers, METHOD.dispersion_prior)
            expected[new], dispersion = np.maximum(expected[new], peers.level), dispersion + doubt
            self.known[day], self.peers[day] = peers.known, peers.level
        known = self.known[day]
        nights = self.known[:day].sum(axis=0)
        usual = self.medians[:day].sum(axis=0) / (nights + METHOD.usual_prior)
        ratio = log_ratio(counts, expected)
        ordered = sorted_columns(ratio)
        logs = log_effect(ratio, ordered, usual, METHOD.effect_shrink, METHOD.effect_cap)
        self.medians[day] = np.where(known, quantile(ordered, 0.5), 0.0)
        effect = np.exp(np.where(known, logs, 0.0))
        expected = expected * effect
        most = expected + METHOD.winsor_sigma * np.sqrt(expected + dispersion * expected**2 + 1.0)
        self.taught[day, mine] = np.where(known, np.minimum(counts, most), counts)
        self.own_days[day, mine] = window.days[mine].max(axis=1)
        own = np.where(known, stabilised(counts, expected, dispersion), 0.0)
        earlier, then = self.window(day - METHOD.lag(day))
        before, lagged, shared = expected, own, np.zeros(counts.shape)
        if then is not None:
            level, dispersion, doubt = expect(earlier, mine, then, METHOD.dispersion_prior)
            level[new], doubt[new] = np.maximum(level[new], then.level), then.spread
            dispersion += doubt
            before = np.where(then.known, level * effect, expected)
            lagged = np.where(then.known, stabilised(counts, before, dispersion), own)
            shared = doubt * before / (1.0 + dispersion * before)
        self.expected[day, mine], self.before[day, mine], self.effect[day, mine] = expected, before, effect
        self.rarity(day, mine, shared, *self.steadied(day, own, lagged))

    def steadied(self, day: int, own: Floats, lagged: Floats) -> list[Floats]:
        """Narrowed where the night is wider than the nights before it; those long past count less."""
        age = np.exp(-(day - np.arange(day)) / METHOD.memory_nights)[:, None]
        seen = (age * self.known[:day]).sum(axis=0) + SPREAD_PRIOR
        usual = np.exp((age[:, None] * self.spread_logs[:day]).sum(axis=0) / seen)
        found = []
        for kind, z in enumerate((own, lagged)):
            middle, spread = night_spread(z)
            self.spread_logs[day, kind] = np.where(self.known[day], np.log(spread), 0.0)
            found.append(steadied(z, middle, spread, usual[kind]))
        return found

    def rarity(self, day: int, mine: np.ndarray[Any, Any], shared: Floats, own: Floats, lagged: Floats) -> None:
        """p of every statistic, against those of the nights before."""
        self.lagged[day, mine] = lagged
        week, month = self.worked[max(day - 6, 0) : day + 1, mine], self.worked[max(day - 27, 0) : day + 1, mine]
        of_week = np.clip(self.lagged[max(day - 6, 0) : day + 1, mine], -3.0, 6.0).sum(axis=0)
        of_month = np.clip(self.lagged[max(day - 27, 0) : day + 1, mine], -2.0, 2.0).sum(axis=0)
        worked, seen = month.sum(axis=0)[:, None], self.taught[max(day - 27, 0) : day + 1, mine].sum(axis=0)
        peers = self.peers[day]
        level = 2.0 * np.log((seen + 2.0 * peers + 0.5) / ((worked + 2.0) * peers + 0.5))
        of_week, of_month = (
            total / np.sqrt(n * (1.0 + (n - 1.0) * shared))
            for total, n in ((of_week, week.sum(axis=0)[:, None]), (of_month, worked))
        )
        z = np.stack([own, of_week, of_month, level], axis=2)
        z = np.where(self.known[day][:, None], z, 0.0).reshape(len(mine), -1)
        says = np.repeat(self.known[day] & self.warm[day], len(HORIZONS))
        alike, together = np.zeros(len(mine), dtype=np.intp), np.ones((1, 1), dtype=bool)
        p, there = self.reference.p_values(z, mine, alike, together)
        self.p[day, mine] = np.where(says & there, p, 1.0).reshape(len(mine), -1, len(HORIZONS))
        self.reference.add(z, mine, alike, np.broadcast_to(says, z.shape))

    def statistic(self, agent_id: str, date: str, signal: str, horizon: Horizon) -> Statistic:
        """What a sentence about it has to say."""
        agent, s = self.agents.index(agent_id), self.signals.index(signal)
        day = (pd.Timestamp(date) - pd.Timestamp(0)).days - self.first
        span = slice(max(day - {"day": 0, "week": 6}.get(horizon, 27), 0), day + 1)
        known, counts = self.known[span, s], self.counts[span, agent, s]
        worked = int(self.worked[span, agent].sum())
        of = self.before if horizon == "month" else self.expected
        observed, expected = (counts * known).sum(), of[span, agent, s].sum()
        if horizon == "level":
            observed, expected = self.taught[span, agent, s].sum() / worked, self.peers[day, s]
        above = (known & (counts > self.before[span, agent, s])).sum()
        return Statistic(
            signal, horizon, float(observed), float(expected), float(self.peers[day, s]),
            float(self.effect[day, agent, s]), int(above), worked,
            float(self.p[day, agent, s, HORIZONS.index(horizon)]), evidence=0.0,
        )  # fmt: skip

    def days_of_own(self, agent_id: str, date: str) -> int:
        """Days of the agent's own history on a date."""
        day = (pd.Timestamp(date) - pd.Timestamp(0)).days - self.first
        return int(self.own_days[day, self.agents.index(agent_id)])
