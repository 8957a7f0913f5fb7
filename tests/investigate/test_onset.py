"""Since when: one change in counts beside what was expected."""

from __future__ import annotations

import math

import numpy as np
import pytest

from onlooker.investigate.onset import find_onset, find_rise

DAYS = np.arange(100, 160)


def by_hand(seen, expected) -> list[float]:
    """How likely each day is to be the first, from the two Poisson densities of every day."""
    likely = []
    for first in range(len(seen)):
        factor = max(1.0, sum(seen[first:]) / sum(expected[first:]))
        means = [mean * (factor if day >= first else 1.0) for day, mean in enumerate(expected)]
        likely.append(sum(k * math.log(mean) - mean for k, mean in zip(seen, means, strict=True)))
    weights = [math.exp(one - max(likely)) for one in likely]
    return [one / sum(weights) for one in weights]


def test_the_day_and_the_days_beside_it_are_those_of_the_densities():
    rng = np.random.default_rng(1)
    expected = rng.uniform(0.05, 0.4, len(DAYS))
    seen = rng.poisson(expected * np.where(DAYS >= 130, 8, 1)).astype(float)
    found, likely = find_onset(DAYS, seen, expected), by_hand(seen, expected)
    until = np.cumsum(likely)
    assert found.day == DAYS[int(np.argmax(likely))]
    assert found.earliest == DAYS[int(np.searchsorted(until, 0.05))]
    assert found.latest == DAYS[int(np.searchsorted(until, 0.95))]
    assert found.earliest <= found.day <= found.latest


def test_the_days_beside_it_hold_the_true_one_about_as_often_as_they_say():
    rng = np.random.default_rng(2)
    held = []
    for _ in range(400):
        expected, begins = rng.uniform(0.05, 0.4, len(DAYS)), rng.choice(DAYS[5:-10])
        seen = rng.poisson(expected * np.where(begins <= DAYS, 6, 1)).astype(float)
        found = find_onset(DAYS, seen, expected)
        held.append(found is not None and found.earliest <= begins <= found.latest)
    assert 0.85 <= np.mean(held) <= 0.99


def test_a_stronger_change_is_known_to_fewer_days():
    expected = np.full(len(DAYS), 0.3)
    widths = []
    for factor in (3, 30):
        seen = np.round(expected * np.where(DAYS >= 130, factor, 1))
        found = find_onset(DAYS, seen, expected)
        widths.append(found.latest - found.earliest)
    assert widths[1] < widths[0] and found.day == 130


@pytest.mark.parametrize("seen", [[], [0.0, 0.0], [1.0, 0.0]])
def test_counts_that_run_above_nothing_have_no_onset(seen):
    assert find_onset(DAYS[: len(seen)], np.array(seen), np.full(len(seen), 1.0)) is None


def test_a_rise_is_seen_where_there_is_one_and_seldom_where_there_is_none():
    rng = np.random.default_rng(3)
    chance, found = [], []
    for _ in range(300):
        level = rng.gamma(2, 1, len(DAYS))  # days stray further than chance alone lets them
        chance.append(find_rise(DAYS, rng.poisson(level).astype(float)) is not None)
        found.append(find_rise(DAYS, rng.poisson(level * np.where(DAYS >= 140, 6, 1)).astype(float)))
    assert np.mean(chance) <= 0.02
    assert np.mean([one is not None for one in found]) > 0.9
    assert np.mean([one.earliest <= 140 <= one.latest for one in found if one]) >= 0.85


def test_a_fall_is_no_rise_and_few_days_say_nothing():
    seen = np.where(DAYS < 130, 20.0, 1.0)
    assert find_rise(DAYS, seen) is None
    assert find_rise(DAYS, seen[::-1].copy()).day == 130
    assert find_rise(DAYS[:9], np.array([0.0] * 4 + [50.0] * 5)) is None
    assert find_rise(DAYS, np.zeros(len(DAYS))) is None
