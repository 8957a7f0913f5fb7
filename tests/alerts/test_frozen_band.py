"""The band of a picture stays, after the first alert, as it was before it."""

from __future__ import annotations

from onlooker.alerts.frozen_band import BEFORE, FEWEST_BEFORE, ORDINARY, frozen_band


def test_what_is_alerted_on_does_not_raise_the_band() -> None:
    before, after = [60.0] * 20, [300.0, 400.0, 500.0]
    upper, said = frozen_band([*before, *after], [False] * 20 + [True, False, True])
    assert upper == [60.0] * 23
    assert said == f"{ORDINARY}, as before the first alert"


def test_it_is_the_middle_of_the_last_days_before_the_alert() -> None:
    early = [900.0] * 40
    last = [float(number) for number in range(BEFORE)]
    upper, _ = frozen_band([*early, *last, 500.0], [False] * (40 + BEFORE) + [True])
    assert upper == [*early, *last, (BEFORE - 1) / 2]


def test_without_an_alert_or_with_few_days_before_it_the_band_is_as_it_was() -> None:
    assert frozen_band([1.0] * 9, [False] * 9) == ([1.0] * 9, ORDINARY)
    few = [float(number) for number in range(FEWEST_BEFORE)]
    assert frozen_band(few, [False] * (FEWEST_BEFORE - 1) + [True]) == (few, ORDINARY)
