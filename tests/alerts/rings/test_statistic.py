"""How surprising it is that members of one team stand high together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom

from onlooker.alerts.rings.ring_statistic import LEAST_DAYS, Days, at_least, standings, surprises


def days(agents: int = 60, size: int = 6, span: int = 35, raised: int = 0, seed: int = 0) -> Days:
    """Teams of `size`; the first `raised` agents have small p-values on most days."""
    rng = np.random.default_rng(seed)
    day, agent = (part.ravel() for part in np.meshgrid(np.arange(span), np.arange(agents), indexing="ij"))
    p = rng.random(len(day))
    p = np.where(agent < raised, p**3, p)
    return Days(100 + day, agent, agent // size, p, agents, agents // size)


def renamed(some: Days, new: np.ndarray) -> Days:
    order = np.lexsort((new[some.agent], some.day))
    return Days(
        some.day[order], new[some.agent][order], some.team[order], some.p_value[order], some.agents, some.teams
    )  # fmt: skip


def test_the_chance_is_the_hypergeometric_one() -> None:
    rng = np.random.default_rng(1)
    drawn, highest = rng.integers(3, 30, 300), rng.integers(3, 13, 300)
    k = np.minimum(rng.integers(1, 9, 300), np.minimum(drawn, highest))
    assert at_least(k, drawn, highest, 61) == pytest.approx(hypergeom.sf(k - 1, 61, drawn, highest), rel=1e-9)


@pytest.mark.parametrize(("people", "size"), [(40, 9), (60, 6), (200, 20)])
def test_teams_drawn_at_random_are_surprising_no_more_often_than_said(people: int, size: int) -> None:
    rng = np.random.default_rng(people)
    team = np.arange(people) // size
    p = np.concatenate([surprises(rng.permutation(people) + 1, team, people)[1] for _ in range(1500)])
    for limit in (0.05, 0.01, 0.001):
        expected = limit * len(p)
        assert (p <= limit).sum() <= expected + 4 * np.sqrt(expected)


def test_a_team_that_moves_is_found_and_its_movers_are_named() -> None:
    (night,) = standings(days(raised=5), since=134)
    (best,) = np.flatnonzero(night.p_value <= 1e-3)
    assert night.tested[best] == 0
    moving = night.members(0)[: night.moving[best]]
    assert set(night.agent[moving]) == {0, 1, 2, 3, 4}
    assert night.p_value[night.tested != 0].min() > 0.05


def test_who_was_seen_that_day_is_known_also_where_a_day_is_off() -> None:
    some = days()
    off = (some.agent >= 6) | (some.day < 134)
    night = standings(Days(some.day[off], some.agent[off], some.team[off], some.p_value[off], 60, 10), since=134)[0]
    assert np.array_equal(night.agent[night.present], np.arange(6, 60))
    assert len(night.agent) == 60


def test_all_but_one_of_a_team_hide_no_one() -> None:
    """The norm has no team in it: who is bent ranks as high in a bent team as in an ordinary one."""
    alone, together = days(raised=1), days(raised=5)
    ranks = [standings(one, since=134)[0].rank[0] for one in (alone, together)]
    assert ranks[0] == 1
    assert ranks[1] <= 5


def test_one_odd_day_is_no_habit() -> None:
    some = days()
    odd = np.where((some.agent < 6) & (some.day == 130), 1e-30, some.p_value)
    once = standings(Days(some.day, some.agent, some.team, odd, 60, 10), since=134)[0]
    assert once.p_value[once.tested == 0] > 1e-3


def test_a_night_knows_only_its_past_and_neither_order_nor_names_matter() -> None:
    some = days(raised=4)
    whole = standings(some, since=120)
    until = some.day <= 125
    parts = Days(some.day[until], some.agent[until], some.team[until], some.p_value[until], 60, 10)
    for before, after in zip(standings(parts, since=120), whole, strict=False):
        assert np.array_equal(before.p_value, after.p_value)
    other = standings(renamed(some, np.random.default_rng(3).permutation(60)), since=120)
    for one, another in zip(whole, other, strict=True):
        assert np.array_equal(one.p_value, another.p_value)
    # Only the window counts: nights in a row of runs know what one run over everything knows.
    late = some.day > 130 - 28
    short = Days(some.day[late], some.agent[late], some.team[late], some.p_value[late], 60, 10)
    for one, another in zip(standings(short, since=130), standings(some, since=130), strict=True):
        assert np.array_equal(one.p_value, another.p_value)
        assert np.array_equal(one.level, another.level)


def test_small_teams_large_ones_and_those_who_hardly_worked_are_not_tested() -> None:
    some = days(agents=12, size=2)
    assert not len(standings(some, since=134)[0].tested)
    one_team = Days(some.day, some.agent, np.zeros_like(some.agent), some.p_value, 12, 1)
    assert not len(standings(one_team, since=134)[0].tested)
    rare = (some.agent != 0) | (some.day < 100 + LEAST_DAYS - 1)
    few = Days(some.day[rare], some.agent[rare], some.team[rare], some.p_value[rare], 12, 6)
    assert 0 not in standings(few, since=110)[0].agent
