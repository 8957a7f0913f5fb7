"""The statistics behind the evidence of agent-days that may become alerts, kept as arrays until one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.evidence import HORIZONS, Evidence, Statistic
from onlooker.scoring.active_agents import Active, Level
from onlooker.scoring.attendance import Attendance
from onlooker.scoring.expected_levels import own_share
from onlooker.scoring.scoring_history import History
from onlooker.scoring.tonight import Tonight
from onlooker.scoring.weights.discriminant import SHARE

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class NightDetails:
    """Of the chosen agents of one night; arrays of shape (chosen, signals, horizons) where nothing else is said."""

    chosen: Ints
    """Rows of the night, ascending."""
    observed: Floats
    expected: Floats
    p: Floats
    evidence: Floats
    """What rate and share of each statistic add to the evidence."""
    of_share: Floats
    """What the share alone adds."""
    visits: Floats
    """All visits in the horizon, shape (chosen, horizons)."""
    usual_share: Floats
    """Share of the visits that each signal usually has, shape (chosen, signals)."""
    peers: Floats
    """Shape (chosen, signals), as the three that follow."""
    effect: Floats
    above: Floats
    worked: Floats
    """Days worked of the last 28 on which the signal was counted."""
    own_days: Floats
    """Shape (chosen,)."""


def details_of(
    history: History, active: Active, attendance: Attendance, tonight: Tonight, level: Level, effect: Floats,
    parts: Floats, chosen: Ints, p: Floats,
) -> NightDetails:  # fmt: skip
    """Details of the `chosen` rows of a night.

    `parts` (2, horizons, chosen, signals) is their evidence; `p` (chosen, signals, horizons) is of the rates.
    """
    agent = active.agent[chosen]
    counts, worked = active.counts[chosen], history.active_days(history.month_active, tonight)[chosen]
    of_day = counts, tonight.total(history.week_counts, chosen), tonight.total(history.month_counts, chosen)
    per_day = tonight.total(history.month_taught, chosen) / np.maximum(worked, 1.0)
    of_spans = tonight.total(history.week_expected, chosen), tonight.total(history.month_expected, chosen)
    expected = level.expected[chosen], *of_spans
    by_agent = parts.transpose(0, 2, 3, 1)
    return NightDetails(
        chosen=chosen,
        observed=np.stack([*of_day, per_day], axis=2),
        expected=np.stack([*expected, level.peers[chosen]], axis=2),
        p=p,
        evidence=by_agent.sum(axis=0),
        of_share=by_agent[SHARE],
        visits=np.stack([seen[:, history.visits] for seen in (*of_day, per_day)], axis=1),
        usual_share=own_share(history, attendance, agent),
        peers=level.peers[chosen],
        effect=effect[chosen],
        above=tonight.total(history.month_above, chosen),
        worked=np.broadcast_to(worked, counts.shape),
        own_days=history.own.days[agent].max(axis=1),
    )


class Details(Mapping[int, Evidence]):
    """Evidence by row of the panel, put together when it is asked for."""

    def __init__(self, signals: tuple[str, ...]) -> None:
        self.signals = signals
        self._place: dict[int, tuple[NightDetails, int]] = {}

    def add(self, night: NightDetails, start: int) -> None:
        """Take in a night whose first row is the panel's row `start`."""
        self._place.update({start + row: (night, i) for i, row in enumerate(night.chosen.tolist())})

    def __getitem__(self, row: int) -> Evidence:
        night, i = self._place[row]
        # Plain numbers at once: taken out of the arrays one by one they cost ten times as much.
        numbers = zip(
            *(one[i].tolist() for one in (night.observed, night.expected, night.p, night.evidence, night.of_share)),
            *(one[i].tolist() for one in (night.peers, night.effect, night.above, night.worked, night.usual_share)),
            strict=True,
        )
        visits = night.visits[i].tolist()
        statistics = tuple(
            Statistic(
                signal=signal,
                horizon=horizon,
                observed=observed[h],
                expected=expected[h],
                peers=peers,
                effect=effect,
                above=round(above),
                worked=round(worked),
                p=p[h],
                evidence=evidence[h],
                of_share=of_share[h],
                visits=visits[h],
                usual_share=usual_share,
            )
            for signal, (
                observed, expected, p, evidence, of_share, peers, effect, above, worked, usual_share,
            ) in zip(self.signals, numbers, strict=True)
            for h, horizon in enumerate(HORIZONS)
        )  # fmt: skip
        return Evidence(statistics, float(night.evidence[i].sum()), int(night.own_days[i]))

    def __iter__(self) -> Iterator[int]:
        return iter(self._place)

    def __len__(self) -> int:
        return len(self._place)
