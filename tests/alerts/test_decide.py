"""Deciding: the budget, the quiet period and what breaks it, severity, confidence, identity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from onlooker.alerts.decide import Nights, Policy, Told, confidence, decide, severity
from onlooker.alerts.write_alerts import alert_id
from onlooker.config import Settings

Row = tuple[int, int, float, int]
"""day, agent, p = q, unexplained visits."""


def policy_of(**changed: float) -> Policy:
    """The policy of the settings, but for what is `changed`."""
    settings = Settings()
    policy = Policy(settings.budget, settings.q_limit, settings.quiet_days)
    return replace(policy, **changed)


def chosen(
    rows: Sequence[Row],
    policy: Policy,
    kinds: Mapping[int, str] | None = None,
    fired: Mapping[int, Sequence[int]] | None = None,
    told_before: Mapping[int, Told] | None = None,
    in_doubt: frozenset[int] = frozenset(),
    first_day: int | None = None,
    with_case: Sequence[int] = (),
) -> list[tuple[int, int]]:
    """Day and agent of each alert. `kinds` by row, one letter each; "v" where nothing is said."""
    day, agent, p, unexplained = (np.array(column) for column in zip(*rows, strict=True))
    nights = Nights(day, agent, p.astype(float), p.astype(float), unexplained, in_doubt, first_day)
    speaking = {row: frozenset(letters) for row, letters in (kinds or {}).items()}
    found = decide(nights, policy, lambda row: speaking.get(row, frozenset("v")), fired or {}, told_before, with_case)
    return [(int(day[d.row]), int(agent[d.row])) for d in found]


def test_the_most_extreme_of_a_night_fill_the_budget() -> None:
    rows = [(1, agent, p, 0) for agent, p in enumerate((0.03, 0.001, 0.02, 0.01))] + [(2, 9, 0.04, 0)]
    assert chosen(rows, policy_of(budget=2)) == [(1, 1), (1, 3), (2, 9)]
    assert chosen(rows, policy_of(budget=0)) == []


def test_silence_is_allowed() -> None:
    assert chosen([(1, 0, 0.6, 0), (1, 1, 0.9, 40)], policy_of(q_limit=0.5)) == []


def test_an_ordinary_day_is_no_alert_however_few_agents_there_were() -> None:
    """Of two agents, one is always among the most extreme half."""
    assert chosen([(1, 0, 0.06, 0), (2, 0, 0.05, 0)], policy_of()) == [(2, 0)]


def test_a_young_log_asks_for_more() -> None:
    rows = [(100 + day, agent, 0.012, 0) for agent, day in enumerate((0, 41, 42, 46))] + [(142, 4, 0.008, 0)]
    assert chosen(rows, policy_of(), first_day=100) == [(142, 4), (146, 3)]
    assert chosen([(101, 0, 0.008, 0)], policy_of(), first_day=100) == [(101, 0)]


def test_a_log_that_grows_up_asks_for_less_by_the_day() -> None:
    """A fifth of p = 0.05 on day 42, all of it on day 56, and even steps of the logarithm between."""
    limits = [
        max(
            p for p in np.linspace(0.001, 0.06, 60) if chosen([(100 + day, 0, float(p), 0)], policy_of(), first_day=100)
        )
        for day in (41, 42, 49, 55, 56, 200)
    ]
    assert limits == pytest.approx([0.01, 0.01, 0.022, 0.044, 0.05, 0.05], abs=0.001)


def test_a_night_of_which_something_is_missing_asks_for_more() -> None:
    rows = [(day, agent, p, 0) for day in (1, 2) for agent, p in enumerate((0.012, 0.008, 0.04))]
    assert chosen(rows, policy_of()) == [(1, 1), (1, 0), (1, 2)]
    assert chosen(rows, policy_of(), in_doubt=frozenset({1})) == [(1, 1), (2, 0), (2, 2)]
    assert chosen(rows, policy_of(), fired={2: [0]}, in_doubt=frozenset({1}))[:2] == [(1, 1), (1, 2)]


def test_rules_stand_outside_the_budget() -> None:
    rows = [(1, 0, 1.0, 0), (1, 1, 0.01, 0), (1, 2, 0.02, 0)]
    assert chosen(rows, policy_of(budget=1), fired={0: [0]}) == [(1, 1), (1, 0)]
    assert chosen(rows, policy_of(budget=0), fired={0: [0]}) == [(1, 0)]


def test_an_agent_stays_quiet_for_the_quiet_days() -> None:
    rows = [(day, 0, 0.001, 3) for day in range(1, 31)]
    assert chosen(rows, policy_of(quiet_days=14)) == [(1, 0), (15, 0), (29, 0)]
    assert len(chosen(rows, policy_of(quiet_days=0))) == 30


def test_a_quiet_agent_leaves_the_budget_to_others() -> None:
    rows = [(1, 0, 0.001, 0), (2, 0, 0.001, 0), (2, 1, 0.01, 0)]
    assert chosen(rows, policy_of(budget=1)) == [(1, 0), (2, 1)]


def test_a_case_that_goes_on_stands_outside_the_budget_once_per_quiet_period() -> None:
    rows = [(day, agent, p, 3) for day in range(1, 17) for agent, p in ((0, 0.02), (day, 0.001))]
    mine = [day for day, agent in chosen(rows, policy_of(budget=1), with_case=[0]) if agent == 0]
    assert mine == [1, 15]
    others = [(day, agent) for day, agent in chosen(rows, policy_of(budget=1), with_case=[0]) if agent]
    assert others == [(day, day) for day in range(1, 17)]
    assert not [agent for _, agent in chosen(rows, policy_of(budget=1)) if agent == 0]


def test_a_new_kind_of_signal_breaks_the_quiet() -> None:
    rows = [(day, 0, 0.001, 3) for day in (1, 2, 3, 4)]
    assert chosen(rows, policy_of(), kinds={0: "v", 1: "vt", 2: "t", 3: "vt"}) == [(1, 0), (2, 0)]


def test_a_hard_rule_is_a_new_kind() -> None:
    rows = [(1, 0, 0.001, 3), (2, 0, 0.001, 3), (3, 0, 0.001, 3)]
    assert chosen(rows, policy_of(), fired={1: [0], 2: [0]}) == [(1, 0), (2, 0)]


@pytest.mark.parametrize(("before", "now", "breaks"), [(10, 20, True), (10, 19, False), (1, 9, False), (1, 10, True)])
def test_twice_the_unexplained_visits_break_the_quiet(before: int, now: int, breaks: bool) -> None:
    """Below five it takes ten: two instead of one is nothing."""
    assert ((2, 0) in chosen([(1, 0, 0.001, before), (2, 0, 0.001, now)], policy_of())) == breaks


def test_what_was_told_on_earlier_nights_counts() -> None:
    told = {0: Told(day=1, kinds=frozenset("v"), unexplained=3)}
    rows = [(14, 0, 0.001, 3), (15, 0, 0.001, 3), (15, 1, 0.01, 0)]
    assert chosen(rows, policy_of(quiet_days=14), told_before=told) == [(15, 0), (15, 1)]


def test_night_by_night_gives_the_same_alerts_as_all_at_once() -> None:
    rng = np.random.default_rng(3)
    rows = [(day, agent, float(p), int(n)) for day in range(40) for agent, (p, n) in
            enumerate(zip(rng.beta(0.3, 4, 12), rng.integers(0, 30, 12), strict=True))]  # fmt: skip
    at_once = chosen(rows, policy_of(budget=2))
    told: dict[int, Told] = {}
    nightly: list[tuple[int, int]] = []
    for day in range(40):
        tonight = [row for row in rows if row[0] == day]
        for found in chosen(tonight, policy_of(budget=2), told_before=told, with_case=list(told)):
            nightly.append(found)
            told[found[1]] = Told(day, frozenset("v"), next(row[3] for row in tonight if row[1] == found[1]))
    assert nightly == at_once
    assert 10 < len(at_once) < 80


def test_the_same_agent_night_and_kind_have_the_same_identity() -> None:
    assert alert_id("m.okafor", "2026-02-03", "score") == "a9779e434afc4a68"
    others = {alert_id(*key) for key in (("m.okafor", "2026-02-03", "rule"), ("m.okafor", "2026-02-04", "score"),
                                         ("m.okafo", "r2026-02-03", "score"))}  # fmt: skip
    assert len(others | {"a9779e434afc4a68"}) == 4


def test_severity_is_the_number_of_customers_concerned_in_a_day_or_a_month() -> None:
    cases = ((3, 10), (15, 0), (0, 75), (50, 0), (3, 300))
    assert [severity(day, month) for day, month in cases] == ["low", "medium", "medium", "high", "high"]


def test_confidence_needs_history_rarity_and_signals_that_agree() -> None:
    assert confidence(0.01, own_days=60, log_days=44, families=4) == "low"
    assert confidence(0.01, own_days=9, log_days=90, families=4) == "low"
    assert confidence(0.4, own_days=60, log_days=90, families=4) == "low"
    assert confidence(0.2, own_days=60, log_days=90, families=4) == "medium"
    assert confidence(0.01, own_days=60, log_days=90, families=1) == "medium"
    assert confidence(0.01, own_days=27, log_days=90, families=4) == "medium"
    assert confidence(0.1, own_days=28, log_days=45, families=2) == "high"
