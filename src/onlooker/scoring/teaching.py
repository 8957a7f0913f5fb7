"""Days that must not teach: confirmed cases and days that are not whole leave baselines and calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onlooker.scoring.calibrate import Reference
    from onlooker.scoring.panel import Panel
    from onlooker.scoring.scoring_history import History

Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Untaught:
    """Agent-days that teach nothing. They are judged as all others are."""

    days: frozenset[int] = frozenset()
    """Days of everybody: the log was not whole."""
    agents: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    """Agent -> spans of days, first and last, of confirmed cases."""
    nights: tuple[int, ...] = ()
    """Nights judged before, in order: the calibration's places go by them."""

    def and_also(self, days: frozenset[int], agents: Mapping[str, Sequence[tuple[int, int]]]) -> Untaught:
        """These agent-days, and those of more days and agents."""
        names = {*self.agents, *agents}
        spans = {name: (*self.agents.get(name, ()), *agents.get(name, ())) for name in names}
        return Untaught(self.days | days, spans, self.nights)

    def take_back(self, history: History, number: Mapping[str, int]) -> None:
        """Take out of `history` what earlier nights had taught it. Doing it twice changes nothing."""
        for agent, spans in self.agents.items():
            if agent in number:
                for day in (day for first, last in spans for day in self.nights if first <= day <= last):
                    forget(history, day, np.array([number[agent]], dtype=np.intp), sum(n > day for n in self.nights))

    def teaches(self, panel: Panel, number: Mapping[str, int]) -> NDArray[np.bool_]:
        """Which rows of `panel` may teach; `number` gives the agents' numbers."""
        agents = len(number)
        excluded = [
            np.arange(first, last + 1, dtype=np.int64) * agents + number[agent]
            for agent, spans in self.agents.items() if agent in number
            for first, last in spans
        ]  # fmt: skip
        result = ~np.isin(panel.day, list(self.days))
        if excluded:
            result &= ~np.isin(panel.day * agents + panel.agent, np.concatenate(excluded))
        return result


def forget(history: History, day: int, agents: Ints, nights_since: int) -> None:
    """Take the agents' counts of `day` out of the baselines, and their values out of the references.

    `nights_since` is how many nights were judged after `day`.
    """
    method, taught, teaching = history.method, history.taught, history.teaching
    if 0 <= history.day - day < taught.length:
        slot = day % taught.length
        counts, counted = (ring.values[slot][agents].astype(np.float64) for ring in (taught, teaching))
        for window, lag in ((history.own, 0), (history.earlier, method.lag(history.day - history.first_day))):
            newest = history.day - 1 - lag
            if newest - method.baseline_days < day <= newest and day >= history.first_day:
                window.days[agents] -= counted
                window.total[agents] -= counts * counted
                window.squares[agents] -= counts**2 * counted
                window.visits[agents] -= counts[:, [history.visits]] * counted
        for ring in (taught, teaching):
            ring.total[agents] -= ring.values[slot][agents]
            ring.values[slot][agents] = 0.0
    for reference in (history.reference, history.evidence_reference):
        forget_values(reference, agents, nights_since)


def forget_values(reference: Reference, agents: Ints, nights_since: int) -> None:
    """Take the agents' values of one night out of a calibration's reference."""
    if nights_since >= min(reference.days, reference.nights):
        return
    slot = (reference.nights - 1 - nights_since) % reference.days
    bins, strata = reference.ring[slot][agents], reference.stratum_ring[slot][agents].astype(np.intp)
    agent, channel = np.nonzero(bins >= 0)
    np.subtract.at(reference.histogram, (strata[agent], channel, bins[agent, channel]), 1)
    reference.ring[slot, agents] = -1
