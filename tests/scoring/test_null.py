"""Without misuse, a p-value of at most a is as frequent as a says."""

from __future__ import annotations

import numpy as np
import pytest
from tests.scoring.worlds import FIRST_DAY, honest, scored

from onlooker.scoring.method import Method

SETTLED = Method().settled_days
"""Age of a log from which its p-values are not held back, and compared with settled nights only."""
YOUNG = 28


def shares(
    seeds: range, levels: tuple[float, ...], agents: int, days: int, since: int = SETTLED, until: int = 10**6
) -> np.ndarray:
    """Share of judged agent-days of the log's days `since` to `until` with p at most each level, one row per panel."""
    rows = []
    for seed in seeds:
        panel = honest(seed, agents, days)
        scores = scored(panel)
        age = panel.day - FIRST_DAY
        p = scores.p_value[scores.judged & (age >= since) & (age < until)]
        rows.append([(p <= level).mean() for level in levels])
    return np.array(rows)


def within(found: np.ndarray, levels: tuple[float, ...], factor: float) -> None:
    """The mean over panels lies within `factor` of each level, give or take 3 standard errors over whole panels.

    Agent-days of one agent hang together, panels do not; so where the truth is at the edge, a level fails with a
    probability of 0.3 %.
    """
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(len(found))
    for level, low, high in zip(levels, mean - 3 * error, mean + 3 * error, strict=True):
        assert high >= level / factor, (level, mean)
        assert low <= level * factor, (level, mean)


def test_small_panels():
    levels = (0.1, 0.01)
    within(shares(range(8), levels, agents=40, days=150), levels, 1.5)


def test_a_young_log_errs_on_the_cautious_side():
    levels = (0.1, 0.01)
    found = shares(range(8), levels, agents=40, days=Method().short_log_days, since=YOUNG).mean(axis=0)
    assert (found <= levels).all(), found
    assert found[0] > 0.02, found


@pytest.mark.full
def test_fifty_panels():
    levels = (0.1, 0.01, 0.001)
    within(shares(range(50), levels, agents=60, days=170), levels, 1.5)
