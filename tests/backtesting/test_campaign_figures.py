"""Figures and their intervals, held against formulas and draws of their own."""

from __future__ import annotations

import numpy as np

from onlooker.backtesting.campaign_figures import mean, middle, rate, share
from onlooker.backtesting.manager_sentence import ordinal


def test_the_median_of_tries_of_which_most_are_never_found_is_unknown() -> None:
    assert middle([1.0, 2.0, np.inf, np.inf, np.inf])[0] is None
    assert middle([1.0, 2.0, 3.0, np.inf, np.inf])[0] == 3.0


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    rng, held = np.random.default_rng(0), np.zeros(3)
    for _ in range(300):
        found, drawn, events = rng.random(12) < 0.4, rng.exponential(1.0, 30), rng.poisson(9)
        for place, (one, truth) in enumerate(
            ((share(list(found)), 0.4), (mean(list(drawn)), 1.0), (rate(events, 3.0), 3.0))
        ):
            held[place] += one.low <= truth <= one.high
    assert (held / 300 > 0.88).all()


def test_nothing_seen_is_a_rate_of_nothing_with_an_upper_end() -> None:
    none = rate(0, 2.0)
    assert (none.value, none.low) == (0.0, 0.0)
    assert 1.6 < none.high < 2.0


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd",
    ]  # fmt: skip
