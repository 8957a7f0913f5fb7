"""Campaigns planted in a real log: the kinds of `onlooker.simulation`, on top of what its agents did."""

from __future__ import annotations

import numpy as np
import pandas as pd

from onlooker.simulation.campaigns import BY_NAME, Campaign, Days, Kind, Taste, taste_of

START = 0.6
"""Share of the log after which misuse begins."""
SHARE = 0.05
"""Of the agents with enough history so many turn insider."""
IN_WORK_DAYS = pd.Timedelta(days=14)


def plant(frame: pd.DataFrame, campaign: Campaign, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the log (see `reallogs.load`) with extra views, and the truth: agent_id, day, views."""
    kind = BY_NAME[campaign.kind]
    days = np.sort(frame.day.unique())
    start = pd.Timestamp(days[int(len(days) * START)])
    usual = frame.groupby(["agent_id", "day"]).customer_id.nunique()
    extra = [
        views(frame, usual[agent], str(agent), start, kind, taste_of(campaign, rng), rng)
        for agent in insiders(frame, usual, start, kind, rng)
    ]
    planted = pd.concat(extra)
    truth = planted.groupby(["agent_id", "day"]).customer_id.nunique().rename("views").reset_index()
    whole = pd.concat([frame, planted]).sort_values("timestamp", kind="stable").reset_index(drop=True)
    return whole, truth


def insiders(
    frame: pd.DataFrame, usual: pd.Series, start: pd.Timestamp, kind: Kind, rng: np.random.Generator
) -> np.ndarray:
    """Agents with twenty days of work, eight of them after the start; of one team where the kind is a ring."""
    worked = usual.groupby(level=0).size()
    late = usual[usual.index.get_level_values(1) >= start].groupby(level=0).size()
    free = worked.index[worked >= 20].intersection(late.index[late >= 8])
    if kind.team:
        team = frame[frame.agent_id.isin(free)].groupby("agent_id").team.first()
        free = team.index[team == team.value_counts().idxmax()]
    return np.asarray(rng.permutation(free)[: max(kind.agents, 1 if kind.team else round(len(free) * SHARE))])


def views(
    frame: pd.DataFrame, usual: pd.Series, agent: str, start: pd.Timestamp, kind: Kind, taste: Taste,
    rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    """The extra events of one insider."""
    mine = frame[frame.agent_id == agent]
    days = usual.index[usual.index >= start]
    progress = (days - start) / max(days.max() - start, pd.Timedelta(days=1))
    counts = kind.counts(Days(float(usual.mean()), usual[days].to_numpy(), np.asarray(progress)), rng)
    chosen = [whom(frame, agent, day, int(n), taste, rng) for day, n in zip(days, counts, strict=True)]
    customers = np.concatenate(chosen)
    if kind.victims and len(customers):
        customers = customers[rng.integers(0, min(kind.victims, len(customers)), len(customers))]
    own = mine.groupby(["customer_id", "day"]).size().to_numpy()
    depth = np.where(rng.random(len(customers)) < taste.glance, 1, rng.choice(own, len(customers)))
    second = rng.choice(hours(mine, kind), len(customers)) * 3600 + rng.integers(0, 3600, len(customers))
    # Events of a deep visit lie within five minutes of each other.
    second = np.minimum(np.repeat(second, depth) + rng.integers(0, 300, depth.sum()), 86_399)
    day = np.repeat(np.repeat(days.to_numpy(), counts), depth)
    return pd.DataFrame(
        {"timestamp": day + pd.to_timedelta(second, unit="s"), "agent_id": agent,
         "customer_id": np.repeat(customers, depth), "team": mine.team.iloc[0], "day": day}
    )  # fmt: skip


def hours(mine: pd.DataFrame, kind: Kind) -> np.ndarray:
    """Hours to draw from: the agent's own, or those that the agent hardly ever works in."""
    own = mine.timestamp.dt.hour.to_numpy()
    if not kind.off_hours:
        return own
    rare = np.flatnonzero(np.bincount(own, minlength=24) < 0.01 * len(own))
    return rare if len(rare) else np.array([3])


def whom(
    frame: pd.DataFrame, agent: str, day: pd.Timestamp, size: int, taste: Taste, rng: np.random.Generator
) -> np.ndarray:
    """Customers for one day, by the insider's taste."""
    until = frame.timestamp.searchsorted(day + pd.Timedelta(days=1))
    recent = frame.iloc[frame.timestamp.searchsorted(day - IN_WORK_DAYS) : until]
    everybody = frame.customer_id.unique()
    seen = frame.customer_id.iloc[: frame.timestamp.searchsorted(day)].unique()
    live = recent.customer_id[recent.agent_id != agent].unique()
    weights = np.array([taste.anybody, taste.seen, taste.in_work])
    parts = zip((everybody, seen, live), rng.multinomial(size, weights / weights.sum()), strict=True)
    return np.concatenate([rng.choice(pool if len(pool) else everybody, part) for pool, part in parts])
