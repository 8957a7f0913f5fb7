"""A saved state goes on by the names of its signals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.scoring.worlds import LOOKS_BACK, SIGNALS, fresh, honest

from onlooker.schema.days import AFTER_ALL
from onlooker.scoring.arrangement import parts, signal_axes
from onlooker.scoring.method import Method
from onlooker.scoring.score_log import new_history, score_panel
from onlooker.scoring.scoring_history import History
from onlooker.scoring.state_arrays import Names, from_arrays, to_arrays

METHOD = Method(combination_weight=0.15)
NAMES = Names([f"a{n}" for n in range(50)], [""], [""])


def saved_after(days: int) -> dict[str, np.ndarray]:
    panel = honest(days=days)
    history = fresh(panel, METHOD)
    score_panel(panel, history)
    return to_arrays(history, NAMES, SIGNALS)


def test_what_is_one_number_does_not_depend_on_how_many_signals_there_are() -> None:
    one, two = (
        {part.name: part.value for part in parts(History(0, 0, np.zeros(n, dtype=bool), 0, METHOD))} for n in (1, 2)
    )
    assert all(np.array_equal(one[name], two[name], equal_nan=True) for name in set(one) - set(signal_axes(METHOD)))
    assert len(signal_axes(METHOD)) > 40


def test_there_and_back_again_every_array_is_what_it_was() -> None:
    saved = saved_after(50)
    order = SIGNALS[::-1]
    turned = to_arrays(from_arrays(saved, NAMES, order, LOOKS_BACK[::-1], METHOD), NAMES, order)
    assert np.array_equal(turned["own.total"], saved["own.total"][:, ::-1])
    assert not np.array_equal(turned["reference.ring"], saved["reference.ring"])
    back = to_arrays(from_arrays(turned, NAMES, SIGNALS, LOOKS_BACK, METHOD), NAMES, SIGNALS)
    # Trees name columns: they are made anew from the sample, which is as it was.
    kept = [name for name in saved if not name.startswith("combinations.tree_")]
    assert all(np.array_equal(back[name], saved[name], equal_nan=saved[name].dtype.kind == "f") for name in kept)


def test_a_signal_that_comes_knows_nothing_and_one_that_goes_leaves_nothing() -> None:
    saved = saved_after(30)
    signals = ("evenings", *SIGNALS[:-1])
    history = from_arrays(saved, NAMES, signals, np.array([False, *LOOKS_BACK[:-1]]), METHOD)
    assert history.since[0] == AFTER_ALL and not history.late[1:].any()
    assert not history.own.days[:, 0].any() and not history.learning.weights[0].any()
    assert not history.reference.histogram[:, :4].any() and (history.reference.ring[:, :, :4] == -1).all()
    assert np.array_equal(history.own.total[:, 1:], saved["own.total"][:, :-1])
    assert history.visits == 1


def test_a_count_that_is_unknown_everywhere_is_as_good_as_none() -> None:
    panel = honest(days=40)
    nothing = np.full((len(panel.day), 1), np.nan)
    wider = replace(
        panel, signals=("evenings", *SIGNALS), looks_back=np.array([False, *LOOKS_BACK]),
        counts=np.hstack([nothing, panel.counts]),
    )  # fmt: skip
    expected = score_panel(panel, new_history(panel, 1, Method()))
    found = score_panel(wider, new_history(wider, 1, Method()))
    assert np.allclose(found.p_value, expected.p_value)
    assert np.allclose(found.evidence[:, 1:], expected.evidence, atol=1e-6)
    assert not found.evidence[:, 0].any()
