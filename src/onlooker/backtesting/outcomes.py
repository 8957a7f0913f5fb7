"""What became of each try: the night on which each budget would have known, and the place that each ranker gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.alerts.pattern_alerts import choose
from onlooker.backtesting import rankers
from onlooker.backtesting.rankers import Models
from onlooker.backtesting.recount import Recounted
from onlooker.backtesting.replay import BUDGETS, Base, Judged, alerts, judge_copy
from onlooker.schema.days import BEFORE_ALL

Floats = NDArray[np.float64]
OURS = "onlooker"


@dataclass(frozen=True)
class Planned:
    """One try of a copy, as its judge knows it. Days are days since 1970."""

    kind: str
    strength: float
    agents: tuple[int, ...]
    """Numbers of the insiders."""
    logins: tuple[str, ...]
    """All ids of the insiders."""
    views: Mapping[int, int]
    """Records looked at by day."""

    @property
    def begun(self) -> int:
        """First day with a look."""
        return min(self.views)


@dataclass(frozen=True)
class TryOutcome:
    """One try, judged."""

    kind: str
    strength: float
    agents: tuple[int, ...]
    begun: int
    days: int
    """Days with a look."""
    records: int
    """Records looked at in all."""
    followed: int
    """Nights from the first look to the last night that was judged."""
    nights: Mapping[int, int | None]
    """Budget -> on which night it is known, 1 for the first; None if never."""
    gone: Mapping[int, int]
    """Budget -> records looked at by then."""
    anyway: Mapping[int, int | None]
    """Budget -> the night on which the same agents are alerted on in the log as it is: that is no merit."""
    patterns: Mapping[str, int]
    """Pattern -> the night on which it names an insider, whatever the budget."""
    precision: Mapping[str, float]
    """Ranker -> average precision: 1 over the place among the honest agents, by the worst day."""
    ranked: Mapping[str, int | None]
    """Ranker -> night on which it is above the bar that gives as many alerts as the default budget."""


@dataclass(frozen=True)
class Comparison:
    """The honest log as rankers see it: what a copy is held against."""

    agent: NDArray[np.intp]
    """Rows sorted by agent, then day; so are the next three."""
    day: NDArray[np.int64]
    facts: Floats
    scores: Floats
    """Of all rankers, ours last."""
    models: Models
    bars: Floats
    """Of each ranker: at or above it there are as many alerts as the default budget gave on the honest log."""

    @property
    def names(self) -> tuple[str, ...]:
        """The rankers by the columns of `scores`."""
        return (*rankers.RANKERS, OURS)


def judge_tries(base: Base, against: Comparison | None, copy: Recounted, tries: Sequence[Planned]) -> list[TryOutcome]:
    """Judge a copy and say what became of each of its tries, as if it were the only one."""
    rows = judge_copy(base, copy)
    ids = {name: place for place, name in enumerate((*base.names.agents, *copy.newcomers))}
    insiders = [sorted({*one.agents, *(ids[name] for name in one.logins if name in ids)}) for one in tries]
    found = []
    for one, mine in zip(tries, insiders, strict=True):
        others = {agent for other in insiders if other is not mine for agent in other} - set(mine)
        alone = rows.rows(~np.isin(rows.agent, list(others)))
        named = pattern_days(base, copy, set(one.logins), {name for name, place in ids.items() if place in others})
        found.append(_outcome(base, against, copy, one, mine, alone, named))
    return found


def pattern_days(base: Base, copy: Recounted, logins: set[str], others: set[str]) -> dict[str, list[int]]:
    """Pattern -> days on which it raises an alert that names one of `logins`, as if `others` were not there."""
    hits = [hit for hit in copy.hits if hit.together or not others.intersection(hit.logins)]
    days: dict[str, list[int]] = {}
    for several in choose(hits, base.patterns_told.get(copy.since, {}), base.policy.quiet_days).raised:
        for hit in several:
            if logins.intersection(hit.logins):
                days.setdefault(hit.pattern.name, []).append(hit.day)
    return days


def _outcome(
    base: Base, against: Comparison | None, copy: Recounted, one: Planned, mine: Sequence[int], rows: Judged,
    named: Mapping[str, Sequence[int]],
) -> TryOutcome:  # fmt: skip
    nights: dict[int, int | None] = {}
    gone: dict[int, int] = {}
    anyway: dict[int, int | None] = {}
    total = sum(one.views.values())
    by_pattern = [day for days in named.values() for day in days if day >= one.begun]
    for budget in BUDGETS:
        told = base.told.get(copy.since, {}).get(budget, {})
        raised = alerts(rows, copy.fired, base.policy_of(budget), base, told)
        days = [last.day for row, last in raised if int(rows.agent[row]) in mine and last.day >= one.begun]
        known = min([*days, *by_pattern], default=None)
        nights[budget] = None if known is None else known - one.begun + 1
        honest = [
            day for agent in one.agents for day in base.raised[budget].get(agent, ()) if one.begun <= day <= copy.until
        ]
        anyway[budget] = min(honest) - one.begun + 1 if honest else None
        gone[budget] = total if known is None else sum(n for day, n in one.views.items() if day <= known)
    patterns = {
        name: min(late) - one.begun + 1
        for name, days in named.items() if (late := [day for day in days if day >= one.begun])
    }  # fmt: skip
    precision, ranked = _places(against, copy, one, mine, rows) if against else ({}, {})
    return TryOutcome(
        one.kind, one.strength, one.agents, one.begun, len(one.views), total, copy.until - one.begun + 1, nights, gone,
        anyway, patterns, precision, ranked,
    )  # fmt: skip


def _places(
    against: Comparison, copy: Recounted, one: Planned, mine: Sequence[int], rows: Judged
) -> tuple[dict[str, float], dict[str, int | None]]:
    """What each ranker makes of the insiders, beside the honest agents of the same days."""
    own = np.isin(rows.agent, mine)
    order = np.lexsort((rows.day[own], rows.agent[own]))
    agent, day, facts, score = (part[own][order] for part in (rows.agent, rows.day, rows.facts, rows.score))
    before = np.isin(against.agent, mine) & (against.day < copy.since)
    agents, days = np.concatenate([against.agent[before], agent]), np.concatenate([against.day[before], day])
    whole = np.lexsort((days, agents))
    all_scores = rankers.scores(
        against.models, agents[whole], days[whole], np.concatenate([against.facts[before], facts])[whole]
    )
    now = days[whole] >= one.begun
    generic, when = all_scores[now], days[whole][now]
    ours = score[day >= one.begun]
    inside = (against.day >= one.begun) & (against.day <= copy.until) & ~np.isin(against.agent, mine)
    worst = worst_days(against.agent[inside], against.scores[inside])
    precision: dict[str, float] = {}
    ranked: dict[str, int | None] = {}
    for place, name in enumerate(against.names):
        mine_now, at = (ours, day[day >= one.begun]) if name == OURS else (generic[:, place], when)
        if not len(mine_now):
            precision[name], ranked[name] = 0.0, None
            continue
        above, same = (worst[:, place] > mine_now.max()).sum(), (worst[:, place] == mine_now.max()).sum()
        precision[name] = float(1.0 / (1.0 + above + same / 2.0))
        over = at[mine_now >= against.bars[place]]
        ranked[name] = int(over.min()) - one.begun + 1 if len(over) else None
    return precision, ranked


def worst_days(agent: NDArray[np.intp], scores: Floats) -> Floats:
    """The highest score of each agent, shape (agents, rankers)."""
    present, place = np.unique(agent, return_inverse=True)
    worst = np.full((len(present), scores.shape[1]), -np.inf)
    np.maximum.at(worst, place, scores)
    return worst


def compare_with(base: Base, honest: Judged, since: int, tickets: bool, wanted: int) -> Comparison:
    """Fit the rankers on the days before `since`, and set their bars at `wanted` alerts from then on."""
    order = np.lexsort((honest.day, honest.agent))
    agent, day, facts = honest.agent[order], honest.day[order], honest.facts[order]
    models = rankers.fit(agent, day, facts, since, tickets)
    scores = np.column_stack([rankers.scores(models, agent, day, facts), honest.score[order]])
    late = day >= since
    bars = np.array([bar(agent[late], day[late], column[late], wanted, base.policy.quiet_days) for column in scores.T])
    return Comparison(agent, day, facts, scores, models, bars)


def bar(agent: NDArray[np.intp], day: NDArray[np.int64], score: Floats, wanted: int, quiet: int) -> float:
    """The lowest score from which on there are at most `wanted` alerts, after each `quiet` days without one."""
    levels = np.unique(score)[::-1]
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        few = with_quiet(agent, day, score >= levels[middle], quiet) <= max(wanted, 1)
        low, high = (middle, high) if few else (low, middle - 1)
    return float(levels[low]) if len(levels) else float("inf")


def with_quiet(agent: NDArray[np.intp], day: NDArray[np.int64], high: NDArray[np.bool_], quiet: int) -> int:
    """How many alerts the `high` rows are; rows sorted by agent, then day."""
    alerts_seen, last = 0, (-1, BEFORE_ALL)
    for who, when in zip(agent[high].tolist(), day[high].tolist(), strict=True):
        if who != last[0] or when - last[1] >= quiet:
            alerts_seen, last = alerts_seen + 1, (who, when)
    return alerts_seen
