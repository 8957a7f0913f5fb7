"""The number that is found in half of the tries: recovered from tries drawn by a known curve."""

from __future__ import annotations

import numpy as np
import pytest

from onlooker.backtesting.monotone_fit import fit, halves

NUMBERS = np.array([2.0, 4.0, 8.0, 16.0, 32.0, 64.0])


def drawn(half: float, slope: float, each: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Tries at six numbers, found with a chance that is one half at `half`."""
    number = np.repeat(NUMBERS, each)
    chance = 1 / (1 + np.exp(-slope * np.log2(number / half)))
    return number, np.random.default_rng(seed).random(len(number)) < chance


@pytest.mark.full
def test_the_interval_holds_the_number_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(10):
        number, found = drawn(12.0, 2.0, 8, seed)
        (half,) = halves(number, found, np.zeros(len(number), dtype=np.intp), 1)
        assert half.low is not None and half.high is not None
        held += half.low <= 12.0 <= half.high
    assert held >= 8


def test_groups_that_differ_get_numbers_that_differ_and_a_small_group_stays_near_the_others() -> None:
    many, few = drawn(6.0, 2.5, 20, 1), drawn(24.0, 2.5, 20, 2)
    number, found = (np.concatenate(parts) for parts in zip(many, few, strict=True))
    group = np.repeat([0, 1], len(many[0]))
    first, second = fit(number, found, group, 2).half()
    assert 4 < first < 10
    assert 15 < second < 36
    alone = fit(np.append(many[0], 64.0), np.append(many[1], False), np.append(np.zeros(120, dtype=int), 1), 2).half()
    assert alone[1] < 4 * alone[0]


def test_more_is_never_found_less_often() -> None:
    number = np.tile(NUMBERS, 10)
    found = number < 10  # the wrong way round
    curve = fit(number, found, np.zeros(60, dtype=np.intp), 1)
    chances = [curve.found(one, 0) for one in NUMBERS]
    assert chances == sorted(chances)


def test_what_is_never_found_has_a_number_beyond_what_was_tried() -> None:
    number = np.repeat(NUMBERS, 8)
    (half,) = fit(number, np.zeros(48, dtype=bool), np.zeros(48, dtype=np.intp), 1).half()
    assert half > 128
