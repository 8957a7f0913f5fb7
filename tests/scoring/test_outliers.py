"""The detector of unusual combinations: causal, seeded, indifferent to order, and restored from numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pyod.models.iforest import IForest
from tests.scoring.worlds import FIRST_DAY, fresh, honest, part, scored

from onlooker.scoring import outliers
from onlooker.scoring.forest import forest_of_fitted
from onlooker.scoring.method import Method
from onlooker.scoring.outliers import Combinations, by_sum
from onlooker.scoring.state_arrays import Names, from_arrays, to_arrays


def fed(nights: np.ndarray) -> Combinations:
    detector = Combinations(nights.shape[2])
    for age, night in enumerate(nights):
        detector.refit(age)
        detector.take(night)
    return detector


def test_what_is_unusual_scores_higher_and_low_counts_do_not():
    rng = np.random.default_rng(0)
    nights = rng.normal(size=(60, 40, 3))
    detector = fed(nights)
    usual, high, low = np.zeros((1, 3)), np.full((1, 3), 5.0), np.full((1, 3), -5.0)
    assert detector.scores(high)[0] > 2.0 > detector.scores(usual)[0]
    assert detector.scores(low)[0] == detector.scores(usual)[0]


def test_rows_are_scored_alone_and_order_does_not_matter():
    rng = np.random.default_rng(0)
    nights = rng.normal(size=(60, 40, 3))
    one, other = fed(nights), fed(nights[:, rng.permutation(40)])
    np.testing.assert_array_equal(one.scores(nights[0]), other.scores(nights[0]))
    np.testing.assert_array_equal(one.scores(nights[0])[:5], one.scores(nights[0, :5]))


def test_it_is_silent_before_its_first_fit():
    assert not fed(np.ones((10, 40, 3))).scores(np.full((4, 3), 9.0)).any()


def test_night_by_night_is_the_same_as_at_once():
    panel, method = honest(agents=25, days=55), Method(combination_weight=0.5)
    names = Names([str(i) for i in range(panel.agents)], ["only"], [""])
    early = panel.day <= FIRST_DAY + 48
    history = fresh(panel, method)
    scored(part(panel, np.flatnonzero(early)), history)
    arrays = {name: value.copy() for name, value in to_arrays(history, names, panel.signals).items()}
    restored = from_arrays(arrays, names, panel.signals, panel.looks_back, method)
    second = scored(part(panel, np.flatnonzero(~early)), restored)
    whole = scored(panel, fresh(panel, method))
    np.testing.assert_array_equal(second.score, whole.score[~early])
    without = scored(panel, fresh(panel, replace(method, combination_weight=0.0)))
    assert (whole.score[~early] != without.score[~early]).any()


def test_the_forest_scores_as_its_library_says():
    rng = np.random.default_rng(0)
    rows = np.maximum(rng.normal(size=(700, 5)), 0.0)
    rows[::7] = rows[0]
    forest = IForest(n_estimators=20, random_state=0, n_jobs=1).fit(rows).detector_
    np.testing.assert_allclose(forest_of_fitted(forest).isolation(rows), -forest.score_samples(rows), rtol=1e-12)


def test_a_kept_forest_is_not_fitted_again_and_a_state_without_its_trees_scores_alike(monkeypatch):
    panel, method = honest(agents=25, days=50), Method(combination_weight=0.5)
    names = Names([str(i) for i in range(panel.agents)], ["only"], [""])
    before, last = (np.flatnonzero(panel.day < FIRST_DAY + 49), np.flatnonzero(panel.day == FIRST_DAY + 49))
    history = fresh(panel, method)
    scored(part(panel, before), history)
    kept = {name: value.copy() for name, value in to_arrays(history, names, panel.signals).items()}
    older = {name: value for name, value in kept.items() if not name.startswith("combinations.tree_")}
    fitted = []
    real = outliers.isolation_forest
    monkeypatch.setattr(outliers, "isolation_forest", lambda rows: fitted.append(len(rows)) or real(rows))
    outliers.forest_of.cache_clear()
    by_kept, by_older = (
        scored(part(panel, last), from_arrays(state, names, panel.signals, panel.looks_back, method)).score
        for state in (kept, older)
    )
    assert len(kept) > len(older) and len(fitted) == 1
    np.testing.assert_array_equal(by_kept, by_older)


def test_a_forest_scores_a_row_alike_whatever_is_scored_with_it():
    rows = np.maximum(np.random.default_rng(0).normal(size=(700, 5)), 0.0)
    forest = outliers.isolation_forest(rows)
    np.testing.assert_array_equal(forest.isolation(rows)[300:310], forest.isolation(rows[300:310]))


def test_rows_are_ordered_by_their_sums_and_equal_sums_by_the_rows():
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 3, size=(60, 4)).astype(float)
    np.testing.assert_array_equal(rows[by_sum(rows)], rows[np.lexsort((*rows.T, rows.sum(axis=1)))])
    np.testing.assert_array_equal(by_sum(np.zeros((0, 4))), [])
