"""Rows, exports, reveals and names looked up: each pattern passes for its own count, and for no other."""

from __future__ import annotations

import numpy as np
import pytest
from tests.patterns.people import ALL, days_of, found, honest

from onlooker.patterns import (
    Given,
    ids_in_sequence,
    many_exports,
    many_reveals,
    many_rows,
    patterns,
    searched_not_opened,
)

CASES = {
    many_rows: ("listed_rows", 200.0, 900.0),
    many_exports: ("exports", 0.2, 8.0),
    many_reveals: ("reveals", 5.0, 30.0),
    searched_not_opened: ("looked_up", 1.0, 15.0),
    ids_in_sequence: ("in_sequence", 0.2, 10.0),
}


@pytest.mark.parametrize("module", CASES)
def test_far_above_the_busiest_tenth_passes_and_honest_scatter_does_not(module) -> None:
    column, usual, extra = CASES[module]
    customers, rng = honest(30, 60), np.random.default_rng(3)
    counts = rng.poisson(usual * np.exp(rng.normal(0, 0.3, (30, 1))) * np.ones((1, 60))).astype(float)
    pattern = module.pattern(ALL)
    assert found(pattern, days_of({"customers": customers, column: counts})) == []
    counts[4, 30:] += rng.poisson(extra, 30)
    passed = found(pattern, days_of({"customers": customers, column: counts}))
    assert {name for name, *_ in passed} == {"agent 004"}
    whose = "the busiest tenth of the same role and queue"
    assert all("of the last 14 days" in text and whose in text for *_, text in passed)
    others = [one.name for one in patterns(ALL) if one.name not in {pattern.name, "high_volume", "odd_hours"}]
    assert all(one.judge(days_of({"customers": customers, column: counts}), 0) == []
               for one in patterns(ALL) if one.name in others)  # fmt: skip


def test_what_the_log_does_not_say_is_not_judged() -> None:
    assert [one.name for one in patterns(Given())] == ["high_volume", "odd_hours", "ids_in_sequence"]
    assert "many_rows" not in [one.name for one in patterns(Given({"action"}))]
