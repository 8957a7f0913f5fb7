"""Composition: a count beside the share of the day's visits that it usually has.

When work doubles, every count doubles and only the shares stay; a busy honest colleague is told from one who opens
other people's customers by what the visits consist of. A share can't see misuse that looks like ordinary work, which is
why it stands beside the rates and doesn't replace them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.scoring.baseline import Window, stabilised
from onlooker.scoring.column_statistics import Rows, sums

Floats = NDArray[np.float64]

PRIOR_VISITS = 3.0
"""Own visits that the peers' share counts for: shares differ much between agents, so little."""
DISPERSION = 0.1
NIGHT_PRIOR = 5.0
"""Visits without a night effect that are added to those of the other agents."""
NIGHT_CAP = 3.0


def expected_share(window: Window, agents: Rows, peers_count: Floats, peers_visits: Floats) -> Floats:
    """Own share of the visits, shrunk to that of the peers (sums, each (signals,)); shape (agents, signals)."""
    peers = (peers_count + 0.5) / (peers_visits + 1.0)
    own, visits = window.total[agents], window.visits[agents]
    return np.asarray(np.clip((own + PRIOR_VISITS * peers) / (visits + PRIOR_VISITS), 0.0, 1.0))


def night_factor(counts: Floats, expected: Floats) -> Floats:
    """What the night did to everybody's composition: others' observed over expected, shape as `counts`."""
    others = sums(counts) - counts, sums(expected) - expected
    return np.asarray(np.clip((others[0] + NIGHT_PRIOR) / (others[1] + NIGHT_PRIOR), 1.0 / NIGHT_CAP, NIGHT_CAP))


def share_z(counts: Floats, expected: Floats) -> Floats:
    """z of counts given the day's visits."""
    return stabilised(counts, expected, DISPERSION)
