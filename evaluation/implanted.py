"""The planter of judging: puts thefts of `evaluation.thefts` into a log, with none of the product's own code."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import numpy as np
import pandas as pd

from evaluation.thefts import Plan, Scene

BEGINS = (0.55, 0.7)
"""Shares of the log between which a theft begins."""
PART = 0.05
"""Of the agents who can."""
OLD, STILL = 18, 6
"""Days worked before a theft begins, and after."""


def implant(
    log: pd.DataFrame, theft: Callable[[Scene], list[Plan]], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the log (see `reallogs.load`) with a theft, and the truth: agent_id, day, views."""
    days = np.sort(log.day.unique())
    begin = pd.Timestamp(days[int(len(days) * rng.uniform(*BEGINS))])
    worked = log.drop_duplicates(["agent_id", "day"])
    before = worked[worked.day < begin].groupby("agent_id").size()
    after = worked[worked.day >= begin].groupby("agent_id").size()
    able = before.index[before >= OLD].intersection(after.index[after >= STILL])
    wanted = max(1, round(PART * len(able)))
    found = (one_insider(log, str(agent), begin, theft, rng) for agent in rng.permutation(able))
    planted = list(islice((lines for lines in found if lines is not None), wanted))
    if not planted:
        raise ValueError("nobody in this log could carry it out")
    new = pd.concat(planted)
    truth = new.groupby(["agent_id", "day"]).customer_id.nunique().rename("views").reset_index()
    whole = pd.concat([log, new]).sort_values("timestamp", kind="stable").reset_index(drop=True)
    return whole, truth


def one_insider(
    log: pd.DataFrame, agent: str, begin: pd.Timestamp, theft: Callable[[Scene], list[Plan]], rng: np.random.Generator
) -> pd.DataFrame | None:
    """The lines of one insider; None if the theft finds nothing to do."""
    own = log[log.agent_id == agent]
    days = pd.DatetimeIndex(np.sort(own.day[own.day >= begin].unique()))
    plans = [plan for plan in theft(Scene(log, own, days, rng)) if len(plan)]
    if not plans:
        return None
    plan = pd.concat(plans, ignore_index=True)
    plan = plan.loc[plan.index.repeat(plan.lines)]
    later = plan.groupby(level=0).cumcount() * 45
    at = plan.day + pd.to_timedelta(np.minimum(plan.second + later, 86_399).astype(int), unit="s")
    return pd.DataFrame(
        {"timestamp": at, "agent_id": agent, "customer_id": plan.customer_id, "team": own.team.iloc[0], "day": plan.day}
    ).reset_index(drop=True)
