"""Generic rankers: no look-ahead, and the direction of their scores."""

from __future__ import annotations

import numpy as np
import pytest

from onlooker.backtesting import rankers
from onlooker.backtesting.honest_log import FACTS
from onlooker.backtesting.outcomes import bar, with_quiet


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    agent, day = np.repeat(np.arange(8), 40), np.tile(np.arange(100, 140), 8)
    return agent, day, rng.poisson(10, (len(agent), len(FACTS))).astype(float) + 1


def test_a_score_depends_on_no_later_day(rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    agent, day, facts = rows
    models = rankers.fit(agent, day, facts, 120, True)
    later = facts.copy()
    later[day >= 130] *= 5
    before = day < 130
    np.testing.assert_array_equal(
        rankers.scores(models, agent, day, facts)[before], rankers.scores(models, agent, day, later)[before]
    )


def test_many_times_more_of_everything_is_above_all_else(rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    agent, day, facts = rows
    models = rankers.fit(agent, day, facts, 120, True)
    odd = facts.copy()
    odd[135] *= 20
    found = rankers.scores(models, agent, day, odd)
    for place, name in enumerate(rankers.RANKERS):
        if name.endswith((" 1", "glance z")):
            assert found[135, place] >= np.quantile(found[:, place], 0.99), name


def test_sums_do_not_reach_into_another_agent(rows: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    agent, day, facts = rows
    week = rankers.sums(agent, day, facts, 7)
    first = np.searchsorted(agent, np.arange(8))
    np.testing.assert_array_equal(week[first], facts[first])
    np.testing.assert_allclose(week[first + 9], [facts[f + 3 : f + 10].sum(axis=0) for f in first])


def test_the_bar_gives_at_most_the_wanted_alerts() -> None:
    rng = np.random.default_rng(1)
    agent, day, score = np.repeat(np.arange(20), 50), np.tile(np.arange(50), 20), rng.random(1000)
    cut = bar(agent, day, score, 7, 14)
    assert with_quiet(agent, day, score >= cut, 14) == 7
