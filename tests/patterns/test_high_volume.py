"""Many more customers than the busiest of the same work: what passes, what never does, and what it depends on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.patterns.people import ALL, FIRST, days_of, found, honest, scattered

from onlooker.patterns import high_volume
from onlooker.patterns.above_peers import CHANCE, TIMES, chance
from onlooker.patterns.people_days import LOOK_BACK_DAYS

PATTERN = high_volume.pattern(ALL)


def with_theft(people: int = 40, days: int = 60, since: int = 30, extra: int = 105) -> np.ndarray:
    counts = honest(people, days)
    counts[0, since:] += np.random.default_rng(9).poisson(extra, days - since)
    return counts


@pytest.mark.parametrize(("people", "mean"), [(60, 30.0), (20, 30.0), (9, 30.0), (60, 4.0)])
def test_honest_people_do_not_pass(people: int, mean: float) -> None:
    for seed in range(2):
        assert found(PATTERN, days_of({"customers": honest(people, 120, seed, mean)})) == []


def test_a_full_day_now_and_then_does_not_pass_and_105_a_day_do_where_days_differ_as_in_real_logs() -> None:
    counts = scattered(60, 180)
    once = replace(PATTERN, judge=replace(PATTERN.judge, lasting=False))
    assert len({name for name, *_ in found(once, days_of({"customers": counts}, 4))}) > 15
    assert len({name for name, *_ in found(PATTERN, days_of({"customers": counts}, 4))}) <= 6
    for seed in range(4):
        counts = scattered(60, 50, 100 + seed)
        counts[0, 30:] += np.random.default_rng(seed).poisson(105, 20)
        day = next(day for name, day, *_ in found(PATTERN, days_of({"customers": counts}, 4)) if name == "agent 000")
        assert (~np.isnan(counts[0, 30 : day + 1])).sum() <= 7


def test_105_a_day_beside_own_work_pass_within_ten_days_worked_whatever_explains_them() -> None:
    counts = with_theft()
    passed = [(day, size) for name, day, size, _ in found(PATTERN, days_of({"customers": counts}))]
    assert passed[0][1] > 100
    assert (~np.isnan(counts[0, 30 : passed[0][0] + 1])).sum() <= 5
    assert {name for name, *_ in found(PATTERN, days_of({"customers": counts}))} == {"agent 000"}


def test_it_holds_from_the_first_days_of_a_log_on_and_the_own_past_never_hides_it() -> None:
    passed = [day for _, day, *_ in found(PATTERN, days_of({"customers": with_theft(since=0)}))]
    assert passed[0] <= 7
    assert passed[-1] >= 57


def test_names_looked_up_and_exported_rows_are_looks() -> None:
    counts = honest(40, 40)
    extra = np.zeros_like(counts)
    extra[3, 20:] = 105
    for name in ("looked_up", "exported_rows"):
        assert {one[0] for one in found(PATTERN, days_of({"customers": counts, name: extra}))} == {"agent 003"}


def test_the_sentence_says_the_numbers_of_the_days_summed() -> None:
    counts = np.full((10, 20), 30.0)
    counts[0, 15:] = 200.0
    last = found(PATTERN, days_of({"customers": counts}))[-1]
    assert last[1:] == (
        19, 5 * 200.0 - TIMES * 5 * 30,
        "Looked at 1,000 customers, summed over 5 of the last 14 days (those above twice the usual); "
        "in as many days the busiest tenth of the same role and queue look at 150.",
    )  # fmt: skip


def test_at_most_the_ten_best_days_are_summed_and_only_what_lies_beyond_100_passes() -> None:
    counts = np.full((10, 20), 30.0)
    counts[0, 2:] = 71.0
    assert {size for *_, size, _ in found(PATTERN, days_of({"customers": counts}))} == {110.0}
    counts[0, 2:] = 70.0
    assert found(PATTERN, days_of({"customers": counts})) == []


def test_a_night_depends_on_nothing_later() -> None:
    counts = with_theft()
    whole = found(PATTERN, days_of({"customers": counts}))
    for until in (33, 40, 52):
        assert found(PATTERN, days_of({"customers": counts[:, :until]})) == [one for one in whole if one[1] < until]


def test_the_days_before_that_are_kept_are_all_that_a_night_needs() -> None:
    counts = with_theft(days=LOOK_BACK_DAYS + 40, since=20)
    night = LOOK_BACK_DAYS + 39
    counts[0, night] = 150
    whole = found(PATTERN, days_of({"customers": counts}), FIRST + night)
    shown = np.where(np.arange(counts.shape[1])[None, :] >= night - LOOK_BACK_DAYS, counts, np.nan)
    assert found(PATTERN, days_of({"customers": shown}), FIRST + night) == whole != []


def test_names_and_the_order_of_people_change_nothing() -> None:
    counts = with_theft()
    order = np.random.default_rng(1).permutation(len(counts))
    names = [f"x{i}" for i in order]
    moved = found(PATTERN, days_of({"customers": counts[order]}, logins=names))
    plain = [("x0", *rest) for _, *rest in found(PATTERN, days_of({"customers": counts}))]
    assert moved == plain


def test_two_who_do_the_same_in_a_small_queue_do_not_hide_each_other() -> None:
    counts = honest(14, 40)
    counts[:3] += 105
    assert {name for name, *_ in found(PATTERN, days_of({"customers": counts}))} == {
        "agent 000", "agent 001", "agent 002"
    }  # fmt: skip


def test_the_chance_is_that_of_a_poisson_law() -> None:
    rng = np.random.default_rng(0)
    draws = rng.poisson(60.0, 200_000)
    for observed in (65, 72, 80):
        assert chance(observed, 60.0) == pytest.approx((draws >= observed).mean(), rel=0.1)
    assert chance(100, 0.0) == 0.0 < CHANCE
