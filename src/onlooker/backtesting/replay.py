"""Judges a copy night by night from the state that the honest log had left, and decides as each budget would have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onlooker.alerts.decide import Decision, Nights, Policy, Told, decide
from onlooker.backtesting.honest_log import FACTS, HonestLog
from onlooker.backtesting.recount import Recounted
from onlooker.features import FAMILIES
from onlooker.scanning.decide_alerts import SPEAKS
from onlooker.scanning.rehearsals import Factors
from onlooker.scoring.combine import q_values
from onlooker.scoring.judge_night import Limits
from onlooker.scoring.method import Method
from onlooker.scoring.panel import Panel
from onlooker.scoring.score_log import Scores, new_history, score_panel
from onlooker.scoring.state_arrays import Arrays, Names, from_arrays, to_arrays
from onlooker.scoring.teaching import Untaught

BUDGETS = (1, 3, 5, 10)
NO_DETAILS = Limits(-1.0, -1.0)
UNEXPLAINED = FACTS.index("unexplained")
Firings = Sequence[tuple[int, int, str]]
"""Agent, day and name of each hard rule that fired."""


@dataclass(frozen=True)
class Judged:
    """Agent-days with their scores, sorted by day, then agent."""

    agent: NDArray[np.intp]
    day: NDArray[np.int64]
    p_value: NDArray[np.float64]
    score: NDArray[np.float64]
    families: NDArray[np.bool_]
    """Which families of signals speak for an alert, shape (rows, families)."""
    facts: NDArray[np.float64]

    def rows(self, which: NDArray[np.bool_]) -> Judged:
        """Only some rows."""
        return Judged(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


NAMES = tuple(dict.fromkeys(FAMILIES.values()))


@dataclass(frozen=True)
class Base:
    """What judging any copy needs; it can be handed to another process."""

    panel: Panel
    names: Names
    facts: NDArray[np.float64]
    untaught: Untaught
    in_doubt: frozenset[int]
    method: Method
    policy: Policy
    states: Mapping[int, Arrays]
    """Day -> the state on the evening before it; nothing for the first day of the log."""
    told: Mapping[int, Mapping[int, Mapping[int, Told]]]
    """Day -> budget -> agent -> the last alert before it."""
    raised: Mapping[int, Mapping[int, Sequence[int]]]
    """Budget -> agent -> days of the alerts in the log as it is; alerts about many at once have negative numbers."""
    patterns_told: Mapping[int, Mapping[tuple[str, str], int]]
    """Day -> subject and pattern -> day of the last alert before it."""
    factors: Factors = field(default_factory=dict)

    def policy_of(self, budget: int) -> Policy:
        """The settings in force with another budget."""
        return replace(self.policy, budget=budget)


def judged(panel: Panel, scores: Scores, facts: NDArray[np.float64]) -> Judged:
    """The scores of a panel as deciding and comparing read them."""
    families = np.zeros((len(panel.day), len(NAMES)), dtype=bool)
    for place, name in enumerate(panel.signals):
        families[:, NAMES.index(FAMILIES[name])] |= scores.evidence[:, place] >= SPEAKS
    return Judged(panel.agent, panel.day, scores.p_value, scores.score, families, facts)


def alerts(
    rows: Judged, fired: Firings, policy: Policy, base: Base, told: Mapping[int, Told]
) -> list[tuple[int, Told]]:
    """Decide night by night: the row of each alert, and what it leaves for the quiet period."""
    by_row = rows_of(rows, fired)
    nights = Nights(
        rows.day, rows.agent, rows.p_value, by_night(rows), rows.facts[:, UNEXPLAINED].astype(np.int64), base.in_doubt,
        base.panel.first_day,
    )  # fmt: skip

    def kinds(row: int) -> frozenset[str]:
        said = {NAMES[i] for i in np.flatnonzero(rows.families[row])}
        return frozenset(said | {fired[i][2] for i in by_row.get(row, ())})

    found: list[Decision] = decide(nights, policy, kinds, by_row, told)
    return [(one.row, Told(int(rows.day[one.row]), one.kinds, int(nights.unexplained[one.row]))) for one in found]


def by_night(rows: Judged) -> NDArray[np.float64]:
    """q of each row within its night."""
    q = np.ones(len(rows.day))
    _, starts = np.unique(rows.day, return_index=True)
    for start, end in zip(starts, np.append(starts[1:], len(rows.day)), strict=False):
        q[start:end] = q_values(rows.p_value[start:end])
    return q


def rows_of(rows: Judged, fired: Firings) -> dict[int, list[int]]:
    """Where the rules fired: row -> places in `fired`."""
    place = (
        {(int(a), int(d)): row for row, (a, d) in enumerate(zip(rows.agent, rows.day, strict=True))} if fired else {}
    )
    found: dict[int, list[int]] = {}
    for number, (agent, day, _) in enumerate(fired):
        if (agent, day) in place:
            found.setdefault(place[agent, day], []).append(number)
    return found


def judge_honest(log: HonestLog, points: Sequence[int], progress: object = None) -> tuple[Judged, dict[int, Arrays]]:
    """Judge the log as it is, and keep the state on the evening before each of `points`, days since 1970."""
    panel, names = log.panel, log.names
    history = new_history(panel, len(names.groups), log.method)
    nights = np.unique(panel.day)
    # The last night before each point; a point before all nights begins with nothing.
    last = {int(nights[nights < point].max()): point for point in points if (nights < point).any()}
    states: dict[int, Arrays] = {}

    def keep(day: int) -> None:
        if day in last:
            states[last[day]] = {name: np.array(one) for name, one in to_arrays(history, names, panel.signals).items()}

    number = {name: place for place, name in enumerate(names.agents)}
    scores = score_panel(
        panel, history, teaches=log.untaught.teaches(panel, number), limits=NO_DETAILS, after_night=keep,
        factors=log.factors, progress=progress if callable(progress) else lambda _share: None,
    )  # fmt: skip
    return judged(panel, scores, log.facts), states


def judge_copy(base: Base, copy: Recounted) -> Judged:
    """Judge the nights of a copy."""
    old, names = base.panel, base.names
    kept = (old.day >= copy.since) & (old.day <= copy.until) & ~np.isin(old.agent, list(copy.replaced))
    agent = np.concatenate([old.agent[kept], copy.agent])
    day = np.concatenate([old.day[kept], copy.day])
    order = np.lexsort((agent, day))
    everybody = Names([*names.agents, *copy.newcomers], list(names.groups), list(names.roles))

    def both(honest: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([honest[kept], new])[order]

    returning = {d: row for d, row in old.returning.items() if copy.since <= d <= copy.until}
    for d, change in copy.returning.items():
        returning[d] = returning.get(d, np.zeros_like(change)) + change
    panel = replace(
        old, agents=len(everybody.agents), agent=agent[order], day=day[order], counts=both(old.counts, copy.counts),
        group=both(old.group, copy.group), actor=both(old.actor, copy.actor), role=both(old.role, copy.role),
        returning=returning,
    )  # fmt: skip
    state = base.states.get(copy.since)
    history = (
        from_arrays(state, everybody, panel.signals, panel.looks_back, base.method)
        if state is not None
        else new_history(panel, len(everybody.groups), base.method)
    )
    number = {name: place for place, name in enumerate(everybody.agents)}
    scores = score_panel(
        panel, history, teaches=base.untaught.teaches(panel, number), limits=NO_DETAILS, factors=base.factors
    )
    return judged(panel, scores, both(base.facts, copy.facts))
