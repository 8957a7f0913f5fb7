"""Which families of signals tell planted days from ordinary ones: a logistic regression that begins at equal weights.

Each family's evidence is one variable, under the weights that the log itself gave its statistics. Its coefficient is
never negative, and is pulled towards that of all families alike (ridge regression, Hoerl and Kennard 1970), by less the
more people were planted on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LOW, HIGH = 0.8, 2.0
"""Bounds of a family's factor. A ring that was always there makes its own signals look ordinary: it takes no more than
a fifth from any family."""
PULL = 1.0
"""Strength of the pull towards equal weights, in planted people."""
TOP = 0.02
"""Of ordinary days the highest of each family are left out: misuse that nobody knows of lies there."""


def without_highest(ordinary: Floats) -> Bools:
    """Which ordinary days, shape (days, families), are none of the highest of any family."""
    cut = np.quantile(ordinary, 1.0 - TOP, axis=0)
    return np.asarray(~(ordinary > np.maximum(cut, 1e-6)).any(axis=1))


def factors(evidence: Floats, planted: Bools, weight: Floats) -> Floats:
    """Factor of each family, from the evidence of days, shape (days, families).

    `weight` is what each day counts for: a planted person's days sum to 1, and ordinary ones to as many.
    """
    from scipy.optimize import minimize

    sign = np.where(planted, 1.0, -1.0)

    def loss(start: float, slopes: Floats) -> tuple[float, Floats]:
        """Weighted log loss, and its gradient by the margin."""
        margin = sign * (evidence @ slopes + start)
        return float((weight * np.logaddexp(0.0, -margin)).sum()), -weight * sign / (
            1.0 + np.exp(np.minimum(margin, 500))
        )

    def alike(u: Floats) -> tuple[float, Floats]:
        value, by_margin = loss(u[0], np.full(evidence.shape[1], u[1]))
        return value, np.array([by_margin.sum(), (evidence.sum(axis=1) * by_margin).sum()])

    start, slope = minimize(alike, [0.0, 0.1], jac=True, method="L-BFGS-B", bounds=[(None, None), (1e-3, None)]).x

    def apart(u: Floats) -> tuple[float, Floats]:
        value, by_margin = loss(u[0], u[1:] * slope)
        away = u[1:] - 1.0
        gradient = np.concatenate([[by_margin.sum()], slope * (evidence.T @ by_margin) + 2.0 * PULL * away])
        return value + PULL * float((away**2).sum()), gradient

    begin = np.concatenate([[start], np.ones(evidence.shape[1])])
    bounds = [(None, None)] + [(LOW, HIGH)] * evidence.shape[1]
    found = minimize(apart, begin, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}).x
    return np.asarray(found[1:], dtype=np.float64)
