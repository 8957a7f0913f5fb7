"""A night's values beside the sliding sums that they will enter: sums with the night in them, none of them changed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from onlooker.scoring.active_agents import Floats, Ints
from onlooker.scoring.sliding_sums import Ring


@dataclass(frozen=True)
class Tonight:
    """Values of the active agents `agents`, by the sum that they will enter."""

    agents: Ints
    values: dict[Ring, NDArray[np.float32]] = field(default_factory=dict)

    def note(self, ring: Ring, values: Floats) -> None:
        """Set apart what `ring`, which is open for the night, will take in."""
        self.values[ring] = values.astype(ring.values.dtype)

    def total(self, ring: Ring, rows: Ints | slice = slice(None)) -> Floats:
        """The sum of each active agent (or of `rows` of them) once the night is in it, shape (rows, signals)."""
        return np.asarray(ring.total[self.agents[rows]] + self.values[ring][rows])
