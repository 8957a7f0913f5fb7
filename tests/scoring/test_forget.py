"""History cuts: from the day of another role, queue or person on, an agent is judged as a newcomer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.scoring.worlds import FIRST_DAY, SIGNALS, fresh, honest, part, scored

from onlooker.engines.duck import DuckEngine
from onlooker.scoring.panel import Panel
from onlooker.scoring.read_panel import cuts
from onlooker.scoring.score_log import score_panel
from onlooker.scoring.state_arrays import Names, from_arrays, to_arrays

MOVED, AGENT = FIRST_DAY + 60, 7


def moved(days: int = 70, cut: int | None = MOVED) -> Panel:
    """Agent 7 works at a third of the colleagues' pace until the move, and as they do from then on."""
    panel = honest(days=days)
    slow = (panel.agent == AGENT) & (panel.day < MOVED)
    counts = np.where(slow[:, None], np.floor(panel.counts / 3), panel.counts)
    return replace(panel, counts=counts, cuts=np.array([(AGENT, cut)] if cut else [], dtype=np.intp).reshape(-1, 2))


def test_after_a_cut_nothing_is_left_of_the_days_before() -> None:
    panel = moved()
    history = fresh(panel)
    before = part(panel, panel.day < MOVED)
    score_panel(before, history)
    assert history.own.total[AGENT].any()
    score_panel(part(panel, panel.day >= MOVED), history)
    mine = (panel.agent == AGENT) & (panel.day >= MOVED)
    assert history.month_active.total[AGENT, 0] == mine.sum()
    # The last day is in the rings, but enters the windows only with the next night.
    seen = mine & (panel.day < panel.day.max())
    assert history.own.days[AGENT].tolist() == [seen.sum()] * len(SIGNALS)
    assert not history.earlier.days[AGENT].any()
    assert history.first_seen[AGENT] == MOVED
    assert history.own.days[AGENT + 1].min() > 20


def test_a_move_to_livelier_work_is_no_rise_of_the_own_level() -> None:
    with_cut, without = scored(moved()), scored(moved(cut=None))
    panel = moved()
    after = (panel.agent == AGENT) & (panel.day > MOVED)
    told, naive = (scores.evidence[after].sum(axis=1).mean() for scores in (with_cut, without))
    assert naive > told + 1
    others = (panel.agent != AGENT) & (panel.day < MOVED)
    assert np.array_equal(with_cut.p_value[others], without.p_value[others])


def test_nights_one_by_one_cut_alike_and_a_cut_told_late_leaves_the_days_since() -> None:
    panel, names = moved(), Names(agents=[f"a{n}" for n in range(50)], groups=[""], roles=[""])
    whole = scored(panel)
    history = fresh(panel)
    p_values = []
    for day in np.unique(panel.day):
        p_values.append(score_panel(part(panel, panel.day == day), history).p_value)
        history = from_arrays(
            to_arrays(history, names, SIGNALS), names, SIGNALS, panel.looks_back, history.method
        )  # fmt: skip
    assert np.allclose(np.concatenate(p_values), whole.p_value, atol=1e-12)
    late = fresh(panel)
    score_panel(part(moved(cut=None), panel.day < MOVED + 5), late)
    score_panel(part(panel, panel.day >= MOVED + 5), late)
    assert late.month_active.total[AGENT, 0] == history.month_active.total[AGENT, 0]
    assert np.allclose(late.own.days[AGENT], history.own.days[AGENT])


def test_cuts_of_agents_who_are_not_in_the_log_are_left_out() -> None:
    with DuckEngine() as engine:
        assert cuts(engine, ["ann"]).shape == (0, 2)
        engine.drop("history_cuts")
        engine.table(
            "history_cuts", "SELECT * FROM (VALUES ('ann', 5, 'role'), ('zoe', 6, 'login')) t(agent_id, day, reason)"
        )
        assert cuts(engine, ["bob", "ann"]).tolist() == [[1, 5]]
