"""Weights learned by rehearsal in the log's own past.

Each night every agent is planted on, on paper: some more visits of the kinds in paper_planting.py are added to the
counts, and it is noted how far each statistic moves. The weights are those of Fisher's linear discriminant with
independent statistics (1936): shift / (variance + ridge), where the variance is what the statistic showed without
planting. So a signal counts by how much misuse moves it in this organisation, relative to its own noise there. Weights
are never negative, are fitted on fixed days of the log's calendar from earlier days, and start equal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.evidence import HORIZONS, Horizon
from onlooker.scoring.baseline import stable
from onlooker.scoring.column_statistics import sums
from onlooker.scoring.shares import share_z

Floats = NDArray[np.float64]

SIZES = (0.4, 1.0)
"""Planted visits as parts of the agent's expected number."""
LOW, HIGH = -2.0, 3.0
RIDGE = 0.3
PRIOR_NIGHTS = 1.0
PRIOR_SHIFT, PRIOR_VARIANCE = 0.7, 1.0
RATE, SHARE = 0, 1
IMPORTANCE: dict[Horizon, float] = {"day": 1.0, "week": 1.0, "month": 2.0, "level": 0.5}
"""What lasts tells more than what flares up."""


def shift_of_rates(counts: Floats, expected: Floats, dispersion: Floats, planted: Floats, usual: Floats) -> Floats:
    """Mean move of each signal's daily z under planting, (signals,); `usual` (agents, 1): the expected visits."""
    size = np.maximum(usual, 1.0) * planted
    root = np.sqrt(dispersion)
    scale, normal = 2.0 / root, stable(expected, root)

    def mean(planted: Floats) -> Floats:
        z = stable(planted, root)
        z -= normal
        z *= scale
        return mean_of_cut(z)

    before, *after = (mean(counts + part * size) for part in (0.0, *SIZES))
    return np.asarray(np.mean([moved - before for moved in after], axis=0))


def shift_of_shares(counts: Floats, visits: Floats, share: Floats, usual: Floats, planted: Floats) -> Floats:
    """Mean move of each signal's share z; `visits` (agents, 1) are the day's."""
    size = np.maximum(usual, 1.0)
    before, *after = (
        mean_of_cut(share_z(counts + part * size * planted, share * (visits + part * size))) for part in (0.0, *SIZES)
    )
    return np.asarray(np.mean([moved - before for moved in after], axis=0))


def mean_of_cut(z: Floats) -> Floats:
    """Mean of each column of `z`, which is cut in its place."""
    return sums(np.clip(z, LOW, HIGH, out=z)) / len(z)


def fitted(shift: Floats, variance: Floats, speaks: NDArray[np.bool_]) -> Floats:
    """Weights of shape (signals, 2, horizons) from shifts (signals, 2) and variances of the weights' shape.

    Each horizon's weighted sum is brought to unit variance, correlations aside, times its importance. `speaks` is
    False where a statistic does not exist.
    """
    weight = np.where(speaks, np.maximum(shift, 0.0)[:, :, None] / (variance + RIDGE), 0.0)
    scale = np.sqrt((weight**2 * variance).sum(axis=(0, 1)))
    return np.asarray(weight / np.maximum(scale, 1e-9) * np.array([IMPORTANCE[name] for name in HORIZONS]))
