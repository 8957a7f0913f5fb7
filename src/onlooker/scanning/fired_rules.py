"""What the hard rules of a run depend on, and where in the panel they fired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from onlooker.config import Settings
from onlooker.rules import Firing, Given

if TYPE_CHECKING:
    from onlooker.scoring.panel import Panel


def given_by(settings: Settings, has_tickets: bool) -> Given:
    """What the settings and the log say to the rules."""
    return Given(settings.daily_cap, settings.may_export, has_tickets, settings.reveal_cap, settings.row_cap)


@dataclass(frozen=True)
class Fired:
    """Hard rules by row of the panel."""

    mask: np.ndarray[Any, np.dtype[np.bool_]]
    by_row: dict[int, list[int]]
    firings: Sequence[Firing]

    def names(self, row: int) -> frozenset[str]:
        """The rules that fired on a row: another one than before breaks the quiet period, as another family does."""
        return frozenset(self.firings[i].rule.name for i in self.by_row.get(row, ()))


def rows_of(panel: Panel, ids: Sequence[str], firings: Sequence[Firing]) -> Fired:
    """Where in the panel the rules fired."""
    by_row: dict[int, list[int]] = {}
    if firings:
        number = {name: i for i, name in enumerate(ids)}
        key = panel.day * len(ids) + panel.agent
        order = np.argsort(key)
        wanted = np.array([firing.day * len(ids) + number[firing.agent_id] for firing in firings])
        for index, row in enumerate(order[np.searchsorted(key[order], wanted)]):
            by_row.setdefault(int(row), []).append(index)
    mask = np.zeros(len(panel.day), dtype=bool)
    mask[list(by_row)] = True
    return Fired(mask, by_row, firings)
