"""The evidence of an agent-day, as it passes from scoring to alerts: every number that a sentence may need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Horizon = Literal["day", "week", "month", "level"]

DAYS: dict[Horizon, int] = {"day": 1, "week": 7, "month": 28, "level": 28}

HORIZONS: tuple[Horizon, ...] = tuple(DAYS)
"""The day; 7 days; persistence over 28 days; the level of the last 28 days against the peers."""
DAY, WEEK, MONTH, LEVEL = (HORIZONS.index(name) for name in ("day", "week", "month", "level"))
"""Places of the horizons in arrays."""

CUSTOMERS = "customers"
"""The signal that counts all visits of a day: expected customers, severity and the chart are about it."""


@dataclass(frozen=True)
class Statistic:
    """One signal over one horizon, for one agent-day."""

    signal: str
    horizon: Horizon
    observed: float
    """Count in the horizon; for `level` the mean per worked day of the last 28 days."""
    expected: float
    """Expected count in the horizon, day effects included; for `level` the peers' mean per worked day."""
    peers: float
    """The peers' mean daily count."""
    effect: float
    """Factor of the day."""
    above: int
    """Of the worked days of the last 28, those above what was expected; only for `month`."""
    worked: int
    """Worked days of the last 28."""
    p: float
    """Calibrated p-value of this statistic alone."""
    evidence: float
    """What it adds to the agent-day's evidence; negative when it speaks against an alert."""
    of_share: float = 0.0
    """The part of this that comes from the share of the visits, not from the number."""
    visits: float = 0.0
    """All visits in the horizon, by which a share is counted; for `level` the mean per worked day."""
    usual_share: float = 0.0
    """Share of the agent's visits that the signal usually has."""


@dataclass(frozen=True)
class Evidence:
    """All statistics of one agent-day, in no particular order; their evidence sums to the agent-day's."""

    statistics: tuple[Statistic, ...]
    total: float
    own_days: int
    """Days of the agent's own history in the baseline."""
