"""A small set of agents who together met all victims."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import onlooker
from onlooker.investigate.victim_cover import greedy_cover


def asked(met: dict[str, str], q: dict[str, float] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    pairs = pd.DataFrame(
        [(agent, one) for agent, those in met.items() for one in those], columns=["agent_id", "customer_id"]
    )
    return pairs, pd.DataFrame({"agent_id": list(met), "q_value": [(q or {}).get(one, 0.5) for one in met]})


def test_who_stands_out_comes_before_who_meets_many():
    pairs, agents = asked({"thief": "abcd", "other": "cdef", "busy": "abcdefg"}, {"thief": 0.001, "other": 0.04})
    steps = greedy_cover(pairs, agents)
    assert [(one.agent_id, one.adds, one.covered, one.stands_out) for one in steps] == [
        ("thief", 4, 4, True), ("other", 2, 6, True), ("busy", 1, 7, False),
    ]  # fmt: skip


def test_of_those_who_add_as_many_the_least_likely_is_taken_whatever_the_order_of_rows():
    pairs, agents = asked({"first": "ab", "second": "ab", "third": "bc"})
    expected = greedy_cover(pairs, agents)
    assert [one.agent_id for one in expected] == ["first", "third"]
    for seed in range(5):
        assert greedy_cover(pairs.sample(frac=1, random_state=seed), agents) == expected


def test_all_are_covered_by_a_set_not_much_larger_than_the_smallest():
    rng = np.random.default_rng(2)
    for _ in range(20):
        met = {f"a{n}": "".join(one for one in "abcdefghij" if rng.random() < 0.35) for n in range(8)}
        everybody = set("".join(met.values()))
        steps = greedy_cover(*asked(met))
        assert steps[-1].covered == len(everybody) == sum(one.adds for one in steps)
        smallest = next(
            size
            for size in range(1, 9)
            for some in itertools.combinations(met.values(), size)
            if set("".join(some)) == everybody
        )
        assert len(steps) <= smallest * (1 + np.log(len(everybody)))


def test_nobody_met_is_no_set():
    assert greedy_cover(*asked({})) == ()


@pytest.mark.parametrize("world", ["bent", "quiet"])
def test_a_trace_names_the_group_and_says_where_nobody_stands_out(world, taken, request):
    found = onlooker.trace(taken, request.getfixturevalue(world).place)
    out = [one.agent_id for one in found.cover if one.stands_out]
    assert out == (["q1-07"] if world == "bent" else [])
    if world == "bent":
        assert found.cover[0].covered == found.met == len(taken)
