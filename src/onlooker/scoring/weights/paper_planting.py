"""What planted visits would look like in this log: how many of each count one planted visit adds on average.

An insider may pick anybody, somebody the house has handled before, or somebody in work, and glance or go as deep as
usual. Which flags such a pick would carry depends on the log: where every customer is touched daily, nobody is an
orphan. The night's customer pools tell that, so a planted visit costs no pass over the visits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.evidence import CUSTOMERS

Floats = NDArray[np.float64]

NEVER_SEEN = 0.0
"""Share of "anybody" whom the house has not met in the look-back."""
NEW_TO_AGENT = 0.9
EXPLAINED_IN_WORK = 0.7
"""Share of customers in work whom a colleague's work explains."""
UNKNOWN_SIGNAL = 0.3
NO_VISITS = {
    "searches": 0.5,
    "idle_searches": 0.1,
    "exports": 0.1,
    "reveals": 0.3,
    "sensitive": 0.5,
    "edits": 0.0,
    "tickets_closed": 0.0,
}
"""Signals that do not count visits, and what a planted visit brings of them."""
SELDOM = {
    "mismatched": 0.05,
    "self_opened": 0.05,
    "off_hours": 0.5,
    "off_roster": 0.05,
    "on_leave": 0.02,
    "high_tier": 0.1,
}
"""Signals that only some insiders raise."""


@dataclass(frozen=True)
class Pools:
    """Customers by how long ago anybody saw them, as numbers on one day."""

    today: float
    recent: float
    """Seen in the 14 days before, not today."""
    dormant: float
    """Seen in the 84 days before, not in the last 14."""


def profile(signals: tuple[str, ...], pools: Pools, glancing: float) -> Floats:
    """Mean count per planted visit, shape (signals,); `glancing` is the share of ordinary visits that are glances."""
    seen = np.array([pools.today, pools.recent, pools.dormant, 0.0])
    seen = seen / max(seen.sum(), 1e-9)
    anybody = (1.0 - NEVER_SEEN) * seen + NEVER_SEEN * np.array([0.0, 0.0, 0.0, 1.0])
    live = np.array([pools.today, pools.recent, 0.0, 0.0])
    live = live / max(live.sum(), 1e-9)
    today, recent, dormant, unseen = (anybody + seen + live) / 3.0
    in_work, nobody, glance = today + recent, dormant + unseen, 0.5 + 0.5 * glancing
    new, unexplained = NEW_TO_AGENT, 1.0 - EXPLAINED_IN_WORK * in_work
    known = (
        {
            CUSTOMERS: 1.0,
            "new_customers": new,
            "new_in_work": new * in_work,
            "lone": 1.0 - today,
            "orphans": nobody,
            "dormant": dormant,
            "glances": glance,
            "new_glances": new * glance,
            "lone_glances": nobody * glance,
            "glances_in_work": new * in_work * glance,
            "unexplained": unexplained * glance,
            "weakly_explained": unexplained,
            "no_ticket": 1.0,
            "outside_contacts": 1.0,
            "no_ticket_new": new,
        }
        | NO_VISITS
        | SELDOM
    )
    return np.array([known.get(name, UNKNOWN_SIGNAL) for name in signals])


def parts_of_visits(signals: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which signals count some of the agent's visits, and so have a share of them."""
    has_total = CUSTOMERS in signals
    return np.array([has_total and name != CUSTOMERS and name not in NO_VISITS for name in signals], dtype=bool)
