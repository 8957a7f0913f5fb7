"""What must hold whatever the data: nothing looks ahead, and neither names, order nor the number of runs matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.scoring.worlds import FIRST_DAY, SIGNALS, fresh, honest, part, scored

from onlooker.scoring.active_agents import Active
from onlooker.scoring.judge_night import Limits, judge
from onlooker.scoring.method import Method
from onlooker.scoring.panel import Panel
from onlooker.scoring.score_log import score_panel
from onlooker.scoring.scoring_history import History
from onlooker.scoring.state_arrays import Names, from_arrays, to_arrays
from onlooker.scoring.take_in_night import take_in


@pytest.fixture(scope="module")
def panel() -> Panel:
    return honest(agents=30, days=60)


def test_every_agent_day_has_finite_figures(panel):
    scores = scored(panel)
    for values in (scores.score, scores.p_value, scores.q_value, scores.evidence):
        assert np.isfinite(values).all()
    assert ((scores.p_value > 0) & (scores.p_value <= 1)).all()
    assert (scores.q_value >= scores.p_value - 1e-12).all()


@pytest.mark.parametrize("cut", [10, 27, 45])
def test_what_comes_later_changes_nothing(panel, cut):
    early = np.flatnonzero(panel.day <= FIRST_DAY + cut)
    whole, half = scored(panel), scored(part(panel, early))
    np.testing.assert_array_equal(whole.score[early], half.score)
    np.testing.assert_array_equal(whole.evidence[early], half.evidence)


def test_names_and_order_do_not_matter(panel):
    rng = np.random.default_rng(1)
    number = rng.permutation(panel.agents)
    order = np.lexsort((rng.random(len(panel.day)), panel.day))
    shuffled = part(replace(panel, agent=number[panel.agent]), order)
    np.testing.assert_allclose(scored(shuffled).score, scored(panel).score[order], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(scored(shuffled).evidence, scored(panel).evidence[order], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("cut", [9, 33])
def test_night_by_night_is_the_same_as_at_once(panel, cut):
    names = Names([str(i) for i in range(panel.agents)], ["only"], [""])
    early = panel.day <= FIRST_DAY + cut
    history = fresh(panel)
    first = scored(part(panel, np.flatnonzero(early)), history)
    arrays = {name: value.copy() for name, value in to_arrays(history, names, panel.signals).items()}
    restored = from_arrays(arrays, names, panel.signals, panel.looks_back, Method())
    second = scored(part(panel, np.flatnonzero(~early)), restored)
    np.testing.assert_array_equal(np.r_[first.score, second.score], scored(panel).score)
    np.testing.assert_array_equal(np.vstack([first.evidence, second.evidence]), scored(panel).evidence)


def test_agents_who_come_later_find_room(panel):
    late = panel.agents - 5
    came = ~((panel.agent >= late) & (panel.day <= FIRST_DAY + 30))
    panel = part(panel, np.flatnonzero(came))
    early = np.flatnonzero(panel.day <= FIRST_DAY + 30)
    names = Names([str(i) for i in range(late)], ["only"], [""])
    history = fresh(replace(panel, agents=late))
    scored(replace(part(panel, early), agents=late), history)
    arrays = {name: value.copy() for name, value in to_arrays(history, names, panel.signals).items()}
    names.agents += [str(i) for i in range(late, panel.agents)]
    restored = from_arrays(arrays, names, panel.signals, panel.looks_back, Method())
    rest = np.flatnonzero(panel.day > FIRST_DAY + 30)
    np.testing.assert_array_equal(scored(part(panel, rest), restored).score, scored(panel).score[rest])


def test_details_add_up_to_the_evidence(panel):
    scores = score_panel(panel, fresh(panel), keep=np.arange(len(panel.day)) % 7 == 0)
    assert len(scores.details) > 100
    for row, detail in scores.details.items():
        assert detail.total == pytest.approx(scores.evidence[row].sum(), abs=1e-4)
        assert sum(s.evidence for s in detail.statistics) == pytest.approx(detail.total, abs=1e-9)


def test_of_what_was_there_lately_no_more_is_taken_off_than_was_there_for_longer(panel):
    scores, method = scored(panel), Method()
    found = scores.evidence.sum(axis=1) + scores.unusual

    def mean(row, first, last):
        ago = panel.day[row] - panel.day
        days = (panel.agent == panel.agent[row]) & (ago >= first) & (ago < last)
        return days.sum(), found[days & scores.judged].sum() / (days.sum() + method.before_prior)

    longer_counts = []
    for row in np.flatnonzero(panel.day >= FIRST_DAY + 40)[::37]:
        _, lately = mean(row, method.week_days, method.month_days)
        worked, longer = mean(row, method.month_days, method.evidence_days)
        before = min(lately, max(longer, 0.0)) if worked >= method.before_prior else lately
        assert scores.before[row] == pytest.approx(-method.before_part * before, abs=1e-4)
        longer_counts.append(before < lately)
    assert any(longer_counts) and not all(longer_counts)


def test_all_that_may_become_alerts_have_details(panel):
    """However many there are in a night: those before them may have been told already."""
    rows = np.flatnonzero(panel.day >= FIRST_DAY + 45)
    counts = panel.counts.copy()
    counts[rows[panel.agent[rows] < 12]] += 40.0
    scores = score_panel(replace(panel, counts=counts), fresh(panel), limits=Limits(0.2, 0.5))
    possible = np.flatnonzero((scores.p_value <= 0.2) & (scores.q_value <= 0.5))
    assert len(possible) > 40
    assert set(scores.details) == set(possible.tolist())


def test_a_loud_stranger_to_the_past_ranks_high(panel):
    counts, row = panel.counts.copy(), int(np.flatnonzero(panel.day == FIRST_DAY + 50)[7])
    counts[row] += 60.0
    scores = scored(replace(panel, counts=counts))
    assert scores.rank[row] <= 2
    assert scores.p_value[row] < 0.01


def test_a_night_that_teaches_nothing_leaves_what_was_learned_as_it_was(panel):
    day = FIRST_DAY + 45
    before, night = (part(panel, np.flatnonzero(rows)) for rows in (panel.day < day, panel.day == day))
    night = replace(night, counts=night.counts // 4)
    nobody = np.zeros(len(night.day), dtype=bool)
    half = nobody.copy()
    half[::2] = True
    learned = {}
    for name, teaches in (("none", nobody), ("half", half), ("all", ~nobody)):
        history = fresh(panel)
        scored(before, history)
        was = {key: value.copy() for key, value in vars(history.learning).items() if isinstance(value, np.ndarray)}
        histogram = history.reference.histogram.copy()
        score_panel(night, history, teaches=teaches)
        learned[name] = {key: float(np.abs(getattr(history.learning, key) - value).sum()) for key, value in was.items()}
        assert (histogram == history.reference.histogram).all() == (name == "none")
        assert history.teaching.at(day).any(axis=1).sum() == teaches.sum()
    assert not any(learned["none"].values())
    assert all(learned[name]["seen"] > 0 for name in ("half", "all"))
    assert learned["half"]["shift"] != learned["all"]["shift"]


def everything(history: History) -> dict[str, np.ndarray]:
    """A copy of all that is kept of a history."""
    return {name: np.array(value) for name, value in to_arrays(history, Names(), SIGNALS).items()}


def test_judging_a_night_changes_nothing_and_taking_it_in_does(panel):
    """Twice judged is judged once; who is asked does not learn from it."""
    history = fresh(panel, Method(combination_weight=0.15))
    scored(part(panel, np.flatnonzero(panel.day < FIRST_DAY + 50)), history)
    rows = np.flatnonzero(panel.day == FIRST_DAY + 50)
    night = part(panel, rows)
    everybody = np.ones(len(rows), dtype=bool)
    counts = night.counts.astype(np.float64)
    active = Active(
        night.agent, counts, night.group, night.actor, night.role, everybody, panel.returning[FIRST_DAY + 50]
    )  # fmt: skip
    history.open_night(FIRST_DAY + 50, np.ones(len(SIGNALS), dtype=bool))
    before = everything(history)
    once, twice = (judge(history, active, everybody, Limits()) for _ in range(2))
    for name, value in everything(history).items():
        np.testing.assert_array_equal(before[name], value, name)
    for name in ("evidence", "unusual", "before", "p_value", "q_value"):
        np.testing.assert_array_equal(getattr(once, name), getattr(twice, name))
    take_in(history, once)
    learned = {name for name, value in everything(history).items() if not np.array_equal(before[name], value)}
    assert learned >= {
        "taught.total", "month_active.total", "reference.histogram", "evidence_reference.histogram", "last_seen",
        "of_kind.total", "medians.total", "ages", "learning.seen", "learning.shift", "combinations.waiting",
    }  # fmt: skip
