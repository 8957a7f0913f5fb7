"""What moves everybody on one night speaks against nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.scoring.worlds import FIRST_DAY, SIGNALS, honest, scored

from onlooker.scoring.night_spread import what_moved_everybody
from onlooker.scoring.panel import Panel

BAD_DAY = FIRST_DAY + 110


def unexplained_day(panel: Panel) -> Panel:
    """On one day hardly any visit has an explanation, and most are glances: the ticket system was down."""
    counts, bad = panel.counts.copy(), panel.day == BAD_DAY
    for name in ("unexplained", "glances", "new_glances"):
        counts[bad, SIGNALS.index(name)] = np.round(0.9 * counts[bad, 0])
    return replace(panel, counts=counts)


def test_a_night_without_explanations_brings_no_crop_of_low_p_values():
    """0.20 at 0.01 if nothing were taken off; the limits of such a night are a fifth of the usual beside."""
    low = []
    for seed in range(6):
        panel = unexplained_day(honest(seed, agents=60, days=112))
        low.append((scored(panel).p_value[panel.day == BAD_DAY] <= 0.01).mean())
    assert np.mean(low) <= 0.1, low


def test_who_stands_out_on_such_a_night_still_does():
    panel = unexplained_day(honest(3, agents=60, days=112))
    thief = np.flatnonzero(panel.day == BAD_DAY)[7]
    panel.counts[thief] += 60
    scores = scored(panel)
    assert scores.rank[thief] == 1
    assert scores.p_value[thief] <= 0.001


def test_what_lies_below_zero_or_within_chance_is_left_alone():
    rng = np.random.default_rng(1)
    evidence = rng.normal(-0.3, 1.0, 50)
    assert what_moved_everybody(evidence) == 0.0
    assert what_moved_everybody(np.full(7, 9.0)) == 0.0
    assert 1.2 < what_moved_everybody(evidence + 2.0) < 2.0
    assert what_moved_everybody(rng.permutation(evidence) + 2.0) == what_moved_everybody(evidence + 2.0)


def test_a_few_who_are_far_out_do_not_move_the_night():
    evidence = np.random.default_rng(2).normal(-0.3, 1.0, 50)
    evidence[:10] += 8.0
    assert what_moved_everybody(evidence) < 0.3
