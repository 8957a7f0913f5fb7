"""Thefts for judging alone: stories and sizes that neither the simulator nor the method's own rehearsal knows.

A theft draws a plan: for one insider, rows of day, second of the day, customer and number of log lines. It sees the log
as a table and nothing of the product. Sizes are of cases that were told in public: lists of 30 to 40 customers for a
buyer, 70 to 140 a day for weeks, a few hundred before the last day at work, one person looked up for months.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

Plan = pd.DataFrame
"""Columns day (midnight), second, customer_id, lines."""


@dataclass(frozen=True)
class Scene:
    """What an insider finds: the whole log, the own rows, and the days worked from the beginning on."""

    log: pd.DataFrame
    own: pd.DataFrame
    days: pd.DatetimeIndex
    rng: np.random.Generator

    @property
    def pace(self) -> float:
        """Mean distinct customers on an own day worked."""
        return float(self.own.groupby("day").customer_id.nunique().mean())

    def before(self, day: pd.Timestamp, days: int | None = None) -> pd.DataFrame:
        """The log before a day, or only the last `days` of it."""
        late = self.log[self.log.day < day]
        return late if days is None else late[late.day >= day - pd.Timedelta(days=days)]

    def some(self, pool: np.ndarray, size: int) -> np.ndarray:
        """Some of a pool, each once while there are enough; of all customers where the pool is empty."""
        pool = pool if len(pool) else self.log.customer_id.unique()
        return self.rng.choice(pool, size, replace=size > len(pool))

    def in_shift(self, day: pd.Timestamp, size: int) -> np.ndarray:
        """Seconds between the first and the last own line of a day."""
        second = seconds(self.own.timestamp[self.own.day == day])
        return np.sort(self.rng.integers(int(second.min()), int(second.max()) + 60, size))


def seconds(timestamp: pd.Series) -> np.ndarray:
    """Second of the day."""
    return (timestamp - timestamp.dt.normalize()).dt.total_seconds().to_numpy()


def rows(day: pd.Timestamp, second: np.ndarray, customer: np.ndarray, lines: np.ndarray | int = 1) -> Plan:
    """A day's part of a plan."""
    return pd.DataFrame({"day": day, "second": np.minimum(second, 86_000), "customer_id": customer, "lines": lines})


def photographer(scene: Scene) -> list[Plan]:
    """70 to 140 a day in one or two sittings, any customers, a glance each."""
    everybody, plans = scene.log.customer_id.unique(), []
    for day in scene.days:
        size = int(scene.rng.integers(70, 141))
        start = scene.in_shift(day, int(scene.rng.integers(1, 3)))
        second = scene.rng.choice(start, size) + scene.rng.integers(0, 3600, size)
        plans.append(rows(day, second, scene.some(everybody, size)))
    return plans


def buyers_list(scene: Scene) -> list[Plan]:
    """A list of 40 customers, ticked off in three weeks, a third of them looked at twice."""
    wanted = scene.some(scene.before(scene.days[0]).customer_id.unique(), 40)
    wanted = np.concatenate([wanted, wanted[: len(wanted) // 3]])
    days = scene.days[: max(1, min(15, len(scene.days)))]
    chosen = scene.rng.integers(0, len(days), len(wanted))
    return [
        rows(day, scene.in_shift(day, int((chosen == place).sum())), wanted[chosen == place], 2)
        for place, day in enumerate(days) if (chosen == place).any()
    ]  # fmt: skip


def former_partner(scene: Scene) -> list[Plan]:
    """One person, looked up on two days of five, at times more than once."""
    (victim,) = scene.some(scene.before(scene.days[0]).customer_id.unique(), 1)
    plans = []
    for day in scene.days[scene.rng.random(len(scene.days)) < 0.4]:
        size = int(scene.rng.integers(1, 4))
        plans.append(rows(day, scene.in_shift(day, size), np.repeat(victim, size)))
    return plans


def lunch_hour(scene: Scene) -> list[Plan]:
    """Five to fifteen customers of the week's work of others, in the longest pause of the day."""
    plans = []
    for day in scene.days:
        second = np.sort(seconds(scene.own.timestamp[scene.own.day == day]))
        if len(second) < 2 or np.diff(second).max() < 1200:
            continue
        place, size = int(np.diff(second).argmax()), int(scene.rng.integers(5, 16))
        at = second[place] + 120 + scene.rng.integers(0, max(1, int(np.diff(second)[place]) - 240), size)
        recent = scene.before(day, 7)
        pool = recent.customer_id[recent.agent_id != scene.own.agent_id.iloc[0]].unique()
        plans.append(rows(day, np.sort(at), scene.some(pool, size), scene.rng.integers(1, 3, size)))
    return plans


def grave_digger(scene: Scene) -> list[Plan]:
    """Eight a day whom nobody has looked at for two months, or for as long as the log tells."""
    plans = []
    for day in scene.days:
        past = scene.before(day)
        lately = scene.before(day, min(60, max(7, (day - scene.log.day.min()).days // 2))).customer_id.unique()
        pool = np.setdiff1d(past.customer_id.unique(), lately)
        size = int(scene.rng.poisson(8))
        plans.append(rows(day, scene.in_shift(day, size), scene.some(pool, size)))
    return plans


def last_weeks(scene: Scene) -> list[Plan]:
    """Ten days, from a handful to twice the own work."""
    days = scene.days[: min(10, len(scene.days))]
    plans = []
    for place, day in enumerate(days):
        size = int(scene.rng.poisson(3 + 2 * scene.pace * (place + 1) / len(days)))
        plans.append(rows(day, scene.in_shift(day, size), scene.some(scene.log.customer_id.unique(), size)))
    return plans


def next_door(scene: Scene) -> list[Plan]:
    """After every third own customer the one whom a colleague had just before, as deep as the own work."""
    lines = scene.own.groupby(["customer_id", "day"]).size().to_numpy()
    agent, plans = scene.own.agent_id.iloc[0], []
    for day in scene.days:
        today = scene.log[scene.log.day == day]
        mine = today[today.agent_id == agent].drop_duplicates("customer_id").iloc[::3]
        others = today[today.agent_id != agent]
        place = others.timestamp.searchsorted(mine.timestamp) - 1
        mine, place = mine[place >= 0], place[place >= 0]
        found = others.customer_id.to_numpy()[place]
        plans.append(rows(day, seconds(mine.timestamp) + 90, found, scene.rng.choice(lines, len(found))))
    return plans


def well_known(scene: Scene) -> list[Plan]:
    """Six a day of the hundred customers whom most people have looked at, on every second day."""
    known = scene.before(scene.days[0]).groupby("customer_id").agent_id.nunique().nlargest(100).index.to_numpy()
    plans = []
    for day in scene.days[::2]:
        size = int(scene.rng.poisson(6))
        plans.append(rows(day, scene.in_shift(day, size), scene.some(known, size)))
    return plans


def after_work(scene: Scene) -> list[Plan]:
    """On one day of three, an hour or two after the last own line, four to ten customers."""
    plans = []
    for day in scene.days[scene.rng.random(len(scene.days)) < 1 / 3]:
        size = int(scene.rng.integers(4, 11))
        last = seconds(scene.own.timestamp[scene.own.day == day]).max() + scene.rng.integers(3600, 7200)
        second = np.minimum(last, 85_000) + scene.rng.integers(0, 900, size)
        plans.append(rows(day, np.sort(second), scene.some(scene.before(day, 30).customer_id.unique(), size)))
    return plans


THEFTS: dict[str, Callable[[Scene], list[Plan]]] = {
    one.__name__: one
    for one in (
        photographer, buyers_list, former_partner, lunch_hour, grave_digger, last_weeks, next_door, well_known,
        after_work,
    )
}  # fmt: skip
