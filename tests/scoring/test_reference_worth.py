from __future__ import annotations

import numpy as np
import pytest

from onlooker.scoring.calibrate import Reference
from onlooker.scoring.combine import q_values
from onlooker.scoring.reference_worth import worth_nights


@pytest.mark.parametrize(("log_days", "nights"), [(1, 0), (21, 0), (22, 1), (90, 10), (91, 2), (251, 25), (1000, 25)])
def test_seven_nights_of_the_log_are_worth_one(log_days: int, nights: int) -> None:
    """The first 14 days are compared with nothing, and the evidence of the first 70 is let go after 90."""
    assert worth_nights(log_days) == nights


def test_a_night_is_worth_what_counting_alone_can_show():
    """A value beyond all of its reference: without a fitted tail its q is 1 over the nights that are told."""
    agents, log_days = 40, 85
    reference = Reference(agents, 1, 1, 180, low=-32.0, high=96.0, bins=4096, without_own=False)
    rng, who, stratum = np.random.default_rng(0), np.arange(agents), np.zeros(agents, dtype=np.intp)
    for _ in range(log_days - 1 - 14):
        reference.add(rng.normal(size=(agents, 1)), who, stratum, np.ones((agents, 1), dtype=bool))
    tonight = np.append(rng.normal(size=agents - 1), 50.0)[:, None]
    fitted, _ = reference.p_values(tonight, who, stratum, np.ones((1, 1), dtype=bool), conservative=True)
    size = agents * (log_days - 1 - 14)
    counted = 7 / (size + 7)
    assert 1 / (counted * agents) == pytest.approx(worth_nights(log_days), rel=0.15)
    assert q_values(fitted[:, 0])[-1] < counted * agents
