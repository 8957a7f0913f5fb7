"""Rehearsal in the past of a small log: what it depends on, and what it does not."""

from __future__ import annotations

import numpy as np
import pytest

from onlooker.rehearsal import Rehearsed, due
from onlooker.rehearsal.fit_families import HIGH, LOW, factors, without_highest

from .counted_past import AGE

RENAMED = "concat('x', 99 - CAST(right({0}, 2) AS INTEGER), {0})"


def near(one: Rehearsed, other: Rehearsed) -> bool:
    return dict(one.factors) == pytest.approx(dict(other.factors), abs=1e-6) and one.planted == other.planted


@pytest.mark.full
def test_families_are_weighed_within_bounds_and_not_all_alike(past):
    found = past.rehearsed()
    assert found.planted >= 12
    assert all(LOW <= one <= HIGH for one in found.factors.values())
    assert max(found.factors.values()) - min(found.factors.values()) > 0.1


@pytest.mark.full
def test_days_from_the_rehearsal_on_are_not_looked_at(past):
    before = past.first + AGE
    cut = [f"(SELECT * FROM {table} WHERE day < {before}) cut" for table in ("agent_days", "visits")]
    assert past.rehearsed() == past.rehearsed(*cut)


@pytest.mark.full
def test_neither_names_nor_the_order_of_rows_matter(past):
    agent = RENAMED.format("agent_id")
    others = [
        f"(SELECT * REPLACE ({agent} AS agent_id) FROM agent_days ORDER BY hash(agent_id, day)) other",
        f"""(SELECT * REPLACE ({agent} AS agent_id, md5(customer_id) AS customer_id) FROM visits
             ORDER BY hash(agent_id, day, customer_id)) other""",
    ]
    assert near(past.rehearsed(), past.rehearsed(*others))


def test_few_people_are_not_rehearsed(past):
    few = "(SELECT * FROM agent_days WHERE agent_id < 'clerk-10') few"
    assert past.rehearsed(few).factors == {}


def test_the_days_of_a_log_do_not_depend_on_how_it_comes():
    one_by_one = [day for night in range(100, 400) for day in due(100, night, night)]
    assert tuple(one_by_one) == due(100, 100, 399) == (128, 156, 212, 268, 324, 380)


def test_a_ring_that_was_always_there_takes_no_more_than_a_fifth_from_its_families():
    rng = np.random.default_rng(1)
    ordinary, planted = rng.normal(size=(2000, 3)), rng.normal(1.0, size=(200, 3))
    ordinary[:400, 0] += 3.0  # a fifth of all do what the planted do in the first family, and more of it
    kept = ordinary[without_highest(ordinary)]
    found = factors(
        np.concatenate([kept, planted]), np.arange(len(kept) + 200) >= len(kept),
        np.concatenate([np.full(len(kept), 20 / len(kept)), np.full(200, 0.1)]),
    )  # fmt: skip
    assert found[0] < min(found[1:]) and found[0] >= LOW


def test_with_few_planted_people_families_stay_nearly_alike():
    rng = np.random.default_rng(2)
    evidence, planted = rng.normal(size=(500, 2)), np.arange(500) >= 480
    evidence[planted, 0] += 1.0
    weight = np.where(planted, 1 / 20, 1 / 480)
    few, many = (factors(evidence, planted, weight * people) for people in (1, 40))
    assert np.abs(few - 1.0).max() < np.abs(many - 1.0).max()
