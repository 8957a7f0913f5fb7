"""Without misuse, a p-value of at most a is as frequent as a says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from evaluation import simulated as organisations
from scipy import stats
from tests.scoring.worlds import FIRST_DAY, SIGNALS, honest, scored

from onlooker.scoring.method import Method
from onlooker.simulation import ordinary, simulate

SETTLED = Method().settled_days
"""Age of a log from which its p-values are not held back, and compared with settled nights only."""
YOUNG = 28
RISEN = {FIRST_DAY + 28: dict.fromkeys(SIGNALS, 0.8), FIRST_DAY + 112: dict.fromkeys(SIGNALS, 2.0)}
"""What rehearsals may say at worst: the lowest factor of every signal, then the highest."""


def shares(
    seeds: range, levels: tuple[float, ...], agents: int, days: int, since: int = SETTLED, until: int = 10**6,
    factors: Mapping[int, Mapping[str, float]] | None = None,
) -> np.ndarray:  # fmt: skip
    """Share of judged agent-days of the log's days `since` to `until` with p at most each level, one row per panel."""
    rows = []
    for seed in seeds:
        panel = honest(seed, agents, days)
        scores = scored(panel, factors=factors)
        age = panel.day - FIRST_DAY
        p = scores.p_value[scores.judged & (age >= since) & (age < until)]
        rows.append([(p <= level).mean() for level in levels])
    return np.array(rows)


def margins(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bound of the mean over panels, each false with a probability of 0.3 %.

    Agent-days of one agent hang together, panels do not: the bounds are those of a t-test over whole panels.
    """
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(len(found))
    reach = stats.t.ppf(0.997, len(found) - 1) * error
    return mean - reach, mean + reach


def within(found: np.ndarray, levels: tuple[float, ...], factor: float) -> None:
    """The share lies within `factor` of each level; where the truth is at the edge, 0.3 % of the tests fail."""
    for level, low, high in zip(levels, *margins(found), strict=True):
        assert high >= level / factor, (level, found.mean(axis=0))
        assert low <= level * factor, (level, found.mean(axis=0))


def test_small_panels():
    levels = (0.1, 0.01)
    within(shares(range(8), levels, agents=40, days=150), levels, 1.5)


def test_a_young_log_errs_on_the_cautious_side():
    levels = (0.1, 0.01)
    found = shares(range(8), levels, agents=40, days=SETTLED, since=YOUNG).mean(axis=0)
    assert (found <= levels).all(), found
    assert found[0] > 0.02, found


def test_factors_that_are_all_alike_change_no_p_value():
    panel = honest(agents=20, days=60)
    changed = scored(panel, factors={FIRST_DAY + 28: dict.fromkeys(SIGNALS, 2.0)})
    np.testing.assert_allclose(changed.p_value, scored(panel).p_value, rtol=1e-6)


@pytest.mark.full
def test_small_teams_after_factors_have_risen():
    """The past evidence that a night is compared with is that of the earlier factors."""
    levels = (0.1, 0.01)
    first, last = RISEN
    factors = {first: RISEN[first], last: {**RISEN[last], SIGNALS[0]: 0.8}}
    within(shares(range(10), levels, 20, 150, since=112, factors=factors), levels, 1.5)


def simulated(seeds: range, levels: tuple[float, ...]) -> np.ndarray:
    """Shares in simulated organisations, of people to whom nothing happened that a log can show."""
    rows = []
    for seed in seeds:
        made = simulate(agents=36, days=126, seed=seed, pace=9, depth=0.3, nuisances=ordinary(36))
        log = organisations.counted(made, "simulated")
        scores = log.scores()
        same = ~np.isin(np.array(log.agents)[log.panel.agent], list(log.changed))
        p = scores.p_value[scores.judged & same & (log.person() >= 0) & (log.age >= SETTLED)]
        rows.append([(p <= level).mean() for level in levels])
    return np.array(rows)


@pytest.mark.full
def test_simulated_logs_with_ordinary_nuisances_err_at_most_on_the_cautious_side():
    levels = (0.1, 0.01)
    for level, low in zip(levels, margins(simulated(range(4), levels))[0], strict=True):
        assert low <= 1.5 * level, level


@pytest.mark.full
def test_fifty_panels():
    levels = (0.1, 0.01, 0.001)
    within(shares(range(50), levels, agents=60, days=170), levels, 1.5)
