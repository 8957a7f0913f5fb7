"""Deciding: which agent-nights an analyst should check tonight. Scoring is over by then; deciding never changes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.findings import Confidence, Severity

SHORT_LOG = 45
"""Days of log below which confidence is low."""

YOUNG_DAYS, GROWN_DAYS = 42, 56
"""Days of a log during which alerts ask for as much as on nights in doubt: four weeks of the agents' own, after two of
warm-up, are little to be surprised by, and the list of a first scan begins with them. From then on they ask for less by
the day until the log has grown up; at once, a week would bring what six weeks had held back."""

MEDIUM_DAY, HIGH_DAY = 15, 50
"""Visits without an explanation in a day."""
MEDIUM_MONTH, HIGH_MONTH = 75, 300
"""The same in 28 days, beyond what was expected."""
SURE, VERY_SURE = 0.35, 0.1
"""q-values: shares of ordinary days in a list that ends here."""


@dataclass(frozen=True)
class Policy:
    """How many alerts, and how often about the same agent."""

    budget: int
    """Most alerts per night that the scores may raise; those of hard rules and of cases that go on are not counted."""
    q_limit: float
    """Largest q-value of an alert: the share of ordinary days that a list down to there may hold."""
    quiet_days: int
    """An agent alerted on stays quiet for so long, unless something new is seen."""
    p_limit: float = 0.05
    """Largest p-value of an alert: among the few agents of a quiet night a q-value alone lets ordinary days through."""
    in_doubt: float = 0.2
    """Both limits are so much lower on a night of which something is missing, for what nobody logged explains nothing;
    on one with far more work than ever, which is not shared out evenly; and in a young log."""


@dataclass(frozen=True)
class Nights:
    """What deciding reads; one entry per agent-day, sorted by day."""

    day: NDArray[np.int64]
    agent: NDArray[np.intp]
    p_value: NDArray[np.float64]
    q_value: NDArray[np.float64]
    unexplained: NDArray[np.int64]
    """Visits without an explanation, that day."""
    in_doubt: frozenset[int] = frozenset()
    """Days on which the log was not whole, or had far more than ever."""
    first_day: int | None = None
    """Of the log; None if it is known to be old."""


@dataclass(frozen=True)
class Decision:
    """One alert to raise."""

    row: int
    rules: tuple[int, ...]
    """Indices of the firings behind it; empty when it comes from the score."""
    kinds: frozenset[str]
    """Families of signals that speak for it, and hard rules."""


@dataclass(frozen=True)
class Told:
    """The last alert about an agent."""

    day: int
    kinds: frozenset[str]
    """Families of signals that spoke for it, and hard rules."""
    unexplained: int


def strictness(nights: Nights, in_doubt: float) -> NDArray[np.float64]:
    """By how much the limits are lower on each row: `in_doubt` on nights in doubt and in a young log, 1 at most."""
    strict = np.where(np.isin(nights.day, list(nights.in_doubt)), in_doubt, 1.0)
    if nights.first_day is None:
        return strict
    grown = np.clip((nights.day - nights.first_day - YOUNG_DAYS) / (GROWN_DAYS - YOUNG_DAYS), 0.0, 1.0)
    return np.minimum(strict, in_doubt ** (1.0 - grown))


def decide(
    nights: Nights,
    policy: Policy,
    kinds: Callable[[int], frozenset[str]],
    fired: Mapping[int, Sequence[int]],
    told_before: Mapping[int, Told] | None = None,
    with_case: Collection[int] = (),
    several: Callable[[int], bool] = lambda _row: True,
) -> list[Decision]:
    """Go through the nights in order and choose.

    `kinds` names what speaks for an alert on a row (families of signals, and hard rules); `fired` gives the hard rules
    that fired, by row; `told_before` the last alert about each agent from nights before these. Agents `with_case` have
    a case that goes on, as has who is alerted on here: their next alerts wait for the quiet period, not for the budget.
    `several` says whether an agent-day is about more than a single look; no other is alerted on but by a hard rule.
    """
    told, known = dict(told_before or {}), set(with_case)
    decisions = []
    strict = strictness(nights, policy.in_doubt)
    candidates = np.flatnonzero(
        (nights.q_value <= policy.q_limit * strict) & (nights.p_value <= policy.p_limit * strict)
    )
    rows = np.union1d(candidates, np.fromiter(fired, dtype=np.int64, count=len(fired))).astype(np.intp)
    order = rows[np.lexsort((nights.agent[rows], nights.p_value[rows], nights.day[rows]))]
    night, left = None, 0
    for row in map(int, order):
        if nights.day[row] != night:
            night, left = nights.day[row], policy.budget
        by_rule, agent = row in fired, int(nights.agent[row])
        outside = by_rule or agent in known
        if (left == 0 and not outside) or not (by_rule or several(row)):
            continue
        seen = kinds(row) | ({"rule"} if by_rule else set())
        if _is_quiet(told.get(agent), nights, row, seen, policy):
            continue
        left -= not outside
        known.add(agent)
        told[agent] = Told(int(nights.day[row]), frozenset(seen), int(nights.unexplained[row]))
        decisions.append(Decision(row, tuple(fired.get(row, ())), frozenset(seen)))
    return decisions


def _is_quiet(last: Told | None, nights: Nights, row: int, kinds: frozenset[str], policy: Policy) -> bool:
    if last is None or nights.day[row] - last.day >= policy.quiet_days:
        return False
    doubled = nights.unexplained[row] >= 2 * max(last.unexplained, 5)
    return kinds <= last.kinds and not doubled


def severity(day: float, month: float) -> Severity:
    """How many customers it is about, if it is real: those without an explanation on the day, and in the 28 days to it
    those beyond what was expected.

    A busy day under tickets is not severe, however busy; volume has a pattern, whose size says how severe it is.
    """
    if day >= HIGH_DAY or month >= HIGH_MONTH:
        return "high"
    return "medium" if day >= MEDIUM_DAY or month >= MEDIUM_MONTH else "low"


def confidence(q_value: float, own_days: int, log_days: int, families: int) -> Confidence:
    """How sure it is: what share of such a list would be ordinary, the history, and how many kinds of signals agree."""
    if log_days < SHORT_LOG or own_days < 10 or q_value > SURE:
        return "low"
    return "high" if q_value <= VERY_SURE and own_days >= 28 and families >= 2 else "medium"
