"""The pieces against brute force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scoring.worlds import SIGNALS, fresh, honest, scored

from onlooker.schema.days import iso
from onlooker.scoring.baseline import Habits, Window, expect, peers_of, stabilised
from onlooker.scoring.calibrate import DEPENDENT, Reference
from onlooker.scoring.column_statistics import median_where, quantile, sorted_columns
from onlooker.scoring.combine import contribution, q_values, ranks
from onlooker.scoring.day_effect import median_of_others
from onlooker.scoring.method import Method
from onlooker.scoring.night_spread import evidence_scale, steadied
from onlooker.scoring.scoring_history import History
from onlooker.scoring.shares import share_z
from onlooker.scoring.weights.discriminant import fitted, shift_of_rates
from onlooker.scoring.weights.learning import Learning
from onlooker.scoring.weights.paper_planting import Pools, parts_of_visits, profile
from onlooker.scoring.weights_record import learned

COUNTS = st.floats(0, 500)


@given(COUNTS, COUNTS, st.floats(0, 300), st.floats(0.02, 10))
@settings(deadline=None)
def test_more_never_lowers_z(one, other, expected, dispersion):
    low, high = sorted((one, other))
    z = stabilised(np.array([low, high]), np.full(2, expected), np.full(2, dispersion))
    assert z[0] <= z[1]
    shares = share_z(np.array([low, high]), np.full(2, expected))
    assert shares[0] <= shares[1]


def test_z_is_about_standard_normal_without_misuse():
    rng = np.random.default_rng(0)
    counts = rng.poisson(20 * rng.gamma(10, 0.1, 20_000)).astype(float)
    z = stabilised(counts, np.full(20_000, 20.0), np.full(20_000, 0.1))
    assert abs(z.mean()) < 0.25
    assert 0.9 < z.std() < 1.1


def test_window_forgets_what_leaves():
    rng = np.random.default_rng(0)
    days, counted = rng.poisson(3, (6, 4, 2)).astype(float), np.ones((4, 2))
    window = Window(4, 2)
    for day in days:
        window.add(day, counted, day[:, :1])
    for day in days[:2]:
        window.add(day, counted, day[:, :1], sign=-1)
    np.testing.assert_allclose(window.total, days[2:].sum(axis=0))
    np.testing.assert_allclose(window.squares, (days[2:] ** 2).sum(axis=0))
    np.testing.assert_allclose(window.visits[:, 1], days[2:, :, 0].sum(axis=0))


def test_who_comes_in_the_first_weeks_of_a_log_is_not_compared_with_newcomers():
    method = Method()
    history = History(3, 1, np.zeros(1, dtype=bool), 0, method)
    told = method.telling_days
    none = np.zeros(1, dtype=np.intp)
    met = ((0, 0), (told - 1, 1), (told, 2), (told + method.tenure_days, 2))
    strata, there = [], history.attendance()
    for day, agent in met:
        there = replace(there, day=day).meet(np.array([agent]), none, none)
        strata.append(int(there.stratum[agent]))
    first, seldom, new, no_longer_new = strata
    assert first == seldom == no_longer_new != new
    assert (history.stratum == -1).all()  # nobody was taken in


def test_a_newcomer_is_expected_at_the_peers_level():
    rng = np.random.default_rng(0)
    window, counted = Window(21, 1), np.ones((21, 1))
    counted[20] = 0.0
    for _ in range(40):
        day = rng.poisson(10, (21, 1)).astype(float)
        window.add(day, counted, day)
    habits = Habits.of(window)
    peers = peers_of(habits, np.arange(21))
    assert peers is not None
    level, _, doubt = expect(habits, np.array([0, 20]), peers, 10.0)
    assert level[1, 0] == pytest.approx(peers.level[0])
    assert doubt[1, 0] == pytest.approx(peers.spread[0])
    assert doubt[1, 0] > 5 * doubt[0, 0]


@given(st.integers(1, 12), st.integers(0, 1000), st.floats(0, 1))
@settings(deadline=None)
def test_quantiles_of_columns(n, seed, share):
    rng = np.random.default_rng(seed)
    values, counted = rng.normal(size=(n, 3)), rng.random((n, 3)) < 0.7
    np.testing.assert_allclose(quantile(sorted_columns(values), share), np.quantile(values, share, axis=0), atol=1e-12)
    brute = [np.median(v[c]) if c.any() else 7.0 for v, c in zip(values.T, counted.T, strict=True)]
    np.testing.assert_allclose(median_where(values, counted, otherwise=7.0), brute, atol=1e-12)


@given(st.integers(2, 12), st.integers(0, 1000))
@settings(deadline=None)
def test_median_of_others(n, seed):
    values = np.random.default_rng(seed).integers(0, 5, (n, 3)).astype(float)
    brute = np.array([np.median(np.delete(values, row, axis=0), axis=0) for row in range(n)])
    np.testing.assert_allclose(median_of_others(values, sorted_columns(values)), brute)


def test_reference_against_brute_force():
    rng = np.random.default_rng(0)
    reference = Reference(40, 1, 1, 20, low=-4.0, high=4.0, bins=4096)
    nights = rng.normal(size=(24, 40, 1))
    everyone, stratum = np.arange(40), np.zeros(40, dtype=np.intp)
    for night in nights:
        reference.add(night, everyone, stratum, np.ones((40, 1), dtype=bool))
    values = rng.normal(size=(40, 1))
    p, known = reference.p_values(values, everyone, stratum, np.ones((1, 1), dtype=bool))
    assert known.all()
    past = nights[-20:, :, 0]
    brute = np.array([(DEPENDENT + (past >= value).sum()) / (past.size + DEPENDENT) for value in values[:, 0]])
    bulk = brute > 0.25
    np.testing.assert_allclose(p[bulk, 0], brute[bulk], atol=0.01)
    others = [np.delete(past, row, axis=1) for row in everyone]
    above = np.array([(rest >= value).sum() for rest, value in zip(others, values[:, 0], strict=True)])
    own_out = (DEPENDENT + above) / (others[0].size + DEPENDENT)
    high = brute < 0.04
    assert high.any()
    np.testing.assert_allclose(p[high, 0], own_out[high], atol=0.015)


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=30))
@settings(deadline=None)
def test_q_values_against_their_definition(p_list):
    p = np.array(p_list)
    brute = [min(1.0, *((value * len(p)) / (p <= value).sum() for value in p if value >= own)) for own in p]
    np.testing.assert_allclose(q_values(p), brute)


def test_ties_share_a_rank():
    assert ranks(np.array([1.0, 3.0, 3.0, 2.0])).tolist() == [4, 1, 1, 3]


def test_contributions_are_bounded():
    np.testing.assert_array_equal(contribution(np.array([-9.0, 0.5, 99.0])), [-2.0, 0.5, 6.0])


def test_customer_pools_are_those_that_the_days_show():
    rng = np.random.default_rng(0)
    visits = [set(rng.integers(0, 300, 12).tolist()) for _ in range(120)]
    history = History(1, 1, np.array([False]), 0, Method(), ("customers",))
    last: dict[int, int] = {}
    for day, today in enumerate(visits):
        history.open_night(day, np.array([True]))
        returning = np.zeros(85)
        for customer in today:
            gap = day - last[customer] if customer in last else 0
            returning[gap if gap <= 84 else 0] += 1
            last[customer] = day
        pools = history.meet_customers(returning)
        ages = np.array([day - seen for seen in last.values()])
        assert pools == Pools((ages == 0).sum(), ((ages > 0) & (ages <= 14)).sum(), ((ages > 14) & (ages <= 84)).sum())


def test_a_profile_knows_its_log():
    live, quiet = (profile(SIGNALS, pools, 0.3) for pools in (Pools(90, 10, 0), Pools(1, 10, 500)))
    assert live[0] == quiet[0] == 1.0
    assert live[SIGNALS.index("unexplained")] < quiet[SIGNALS.index("unexplained")]
    assert ((live >= 0) & (live <= 1)).all()
    assert parts_of_visits(("exports", "glances")).tolist() == [False, False]
    assert parts_of_visits(("customers", "exports", "glances")).tolist() == [False, False, True]


def test_weights_follow_shift_over_noise_and_are_never_negative():
    shift = np.array([[1.0, -0.5], [1.0, 0.2]])
    variance = np.ones((2, 2, 4))
    variance[1] = 4.0
    weights = fitted(shift, variance, Learning.speaks(np.array([True, False])))
    assert (weights >= 0).all()
    assert (weights[0, 0] > weights[1, 0]).all()
    assert not weights[0, 1].any()  # planting lowers it
    assert not weights[1, 1].any()  # has no share


def test_planting_moves_what_it_adds_to():
    counts = np.full((30, 2), 5.0)
    shift = shift_of_rates(counts, counts, np.full((30, 2), 0.1), np.array([1.0, 0.0]), counts[:, :1])
    assert shift[0] > 0.3
    assert shift[1] == 0.0


def test_weights_change_on_their_days_only():
    panel = honest(agents=30, days=40)
    history = fresh(panel)
    scored(panel, history)
    assert (int(history.learning.fitted_on) - panel.first_day) == 35
    assert history.learning.weights.max() > 0


def test_a_wide_night_is_narrowed_and_a_usual_one_is_not():
    z = np.random.default_rng(0).normal(size=(400, 1))
    usual, wide = (steadied(k * z, np.zeros(1), np.full(1, float(k)), np.ones(1)) for k in (1, 3))
    np.testing.assert_allclose(usual, z)
    assert wide.std() < 1.3
    assert evidence_scale(3 * z[:, 0], 1.0)[0] == pytest.approx(3**0.8, rel=0.15)


def test_what_was_learned_is_told():
    panel = honest(agents=30, days=40)
    young, history = fresh(panel), fresh(panel)
    scored(panel, history)
    assert learned(young)["fitted_on"] is None
    assert "weigh alike" in learned(young)["note"]
    told = learned(history)
    assert told["fitted_on"] == iso(int(history.learning.fitted_on))
    assert 15 < told["nights"] < 40 - 14
    assert sorted(record["signal"] for record in told["weights"]) == sorted(panel.signals)
    for part in ("weight", "equal_weight"):
        assert sum(record[part] for record in told["weights"]) == pytest.approx(1.0, abs=1e-4)
    by_signal = {record["signal"]: record for record in told["weights"]}
    in_force = history.learning.weights / history.learning.weights.sum()
    for i, name in enumerate(panel.signals):
        assert by_signal[name]["weight"] == pytest.approx(in_force[i].sum(), abs=1e-6)
        assert by_signal[name]["of_share"] == pytest.approx(in_force[i, 1].sum(), abs=1e-6)
    assert [record["weight"] for record in told["weights"]] == sorted(
        (r["weight"] for r in told["weights"]), reverse=True
    )
    assert by_signal["customers"]["weight"] != by_signal["customers"]["equal_weight"]
