"""Sums over the last days of an agent's quantities, kept with the days themselves, so that they can be taken out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


class Ring:
    """The last `length` days of a quantity (agents, signals), with its running total. Days nobody wrote are zero."""

    def __init__(self, length: int, agents: int, signals: int) -> None:
        self.length = length
        self.values = np.zeros((length, agents, signals), dtype=np.float32)
        self.total = np.zeros((agents, signals))

    def open(self, day: int) -> None:
        """Make room for `day`, forgetting the day `length` earlier."""
        slot = self.values[day % self.length]
        if slot.any():
            self.total -= slot
            slot[:] = 0.0

    def write(self, day: int, agents: Ints, values: NDArray[np.floating[Any]]) -> None:
        """Write values of a day, once after it was opened; each agent once."""
        slot = self.values[day % self.length]
        slot[agents] = values.astype(slot.dtype, copy=False)
        # Who wasn't written is zero: adding all along memory is quicker than picking out those who were.
        self.total += slot

    def at(self, day: int) -> Floats:
        """The values of a day that is still held."""
        return np.asarray(self.values[day % self.length], dtype=np.float64)
