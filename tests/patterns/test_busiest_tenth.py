"""The busiest tenth of the peers, against a plain quantile of the others' days."""

from __future__ import annotations

import numpy as np
import pytest

from onlooker.patterns.busiest_tenth import DAYS, FEW, FEWEST, OF_THE_MIDDLE, Peers


@pytest.mark.parametrize("people", [9, 30, FEW + 5])
def test_it_is_the_quantile_of_the_others_days_of_the_last_28(people: int) -> None:
    rng = np.random.default_rng(people)
    counts = rng.poisson(rng.gamma(2, 10, (people, 1)) * np.ones((1, 60))).astype(float)
    worked = rng.random((people, 60)) < 0.6
    worked[:, 20:24] = False  # nobody
    values = np.unique(counts)
    peers = Peers(people, 1, values)
    everybody, none = np.arange(people), np.zeros(people, dtype=np.intp)
    for day in np.flatnonzero(worked.any(axis=0)):
        there = np.flatnonzero(worked[:, day])
        peers.take(int(day), there, none[there], np.searchsorted(values, counts[there, day]))
    begin = int(day) - DAYS + 1
    for one, value in zip(everybody, peers.busiest(everybody, none), strict=True):
        others = counts[:, begin:][worked[:, begin:] & (everybody != one)[:, None]]
        busiest, middle = np.quantile(others, [0.9, 0.5], method="inverted_cdf")
        assert value == (min(busiest, OF_THE_MIDDLE * middle) if people - 1 < FEW else busiest)


def test_too_few_peers_have_no_busiest_tenth() -> None:
    peers = Peers(FEWEST + 1, 2, np.arange(5.0))
    people = np.arange(FEWEST + 1)
    peers.take(0, people, np.zeros_like(people), people % 5)
    assert not np.isnan(peers.busiest(people, np.zeros_like(people))).any()
    peers.take(DAYS, people[1:], np.zeros_like(people[1:]), people[1:] % 5)
    assert np.isnan(peers.busiest(people[1:], np.zeros_like(people[1:]))).all()
    assert np.isnan(peers.busiest(people, np.ones_like(people))).all()
