"""Short names for the array types that the simulator passes about, and named streams of random numbers."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def stream(seed: int, *names: object) -> np.random.Generator:
    """Return a generator of its own for one part of the simulation.

    Parts draw from streams named after them, so a campaign more or less leaves the ordinary work as it was.
    """
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])


def narrow(values: npt.NDArray[Any], kind: type[np.signedinteger[Any]]) -> Ints:
    """Return whole numbers in a type that takes less room; to the type checker they are as all others."""
    fewer: Any = values.astype(kind)
    return fewer  # type: ignore[no-any-return]


def rank_within(groups: Ints) -> Ints:
    """Number the members of each group 0, 1, 2 ... in the order in which they stand."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(groups) else np.zeros(0, np.int64)
    sizes = np.diff(np.r_[first, len(groups)])
    rank = np.empty(len(groups), np.int64)
    rank[order] = np.arange(len(groups)) - np.repeat(first, sizes)
    return rank
