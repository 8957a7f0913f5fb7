"""How many members of a team stand high among all people over 28 days, and how surprising that is.

No norm is made per team: everybody's p-values come from everybody. A team is compared with as many people drawn from
the whole log, which is what a permutation of the team labels would give, in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

WINDOW = 28
"""Days of an agent's p-values that are looked at."""
LEAST_DAYS = 5
"""Judged days that somebody needs in the window."""
LOWEST_P = 1e-3
"""A day counts at most as one with this p-value: one odd day is no habit."""
HIGH = 0.2
"""Only those among the highest fifth of the people move."""
LEAST_MEMBERS = 3
"""So many members have to move."""
LARGEST_SHARE = 0.5
"""A team with more of the people than this has nobody to be compared with."""
NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class Days:
    """Agent-days of people with a score, sorted by day; one entry per row."""

    day: NDArray[np.int64]
    agent: Ints
    """Number of the agent."""
    team: Ints
    """Number of the team that day; -1 for none."""
    p_value: Floats
    agents: int
    teams: int


@dataclass(frozen=True)
class Standing:
    """How the people and the teams stood at the end of one day."""

    day: int
    agent: Ints
    """People with enough days, in the order of their numbers; so are the next five."""
    team: Ints
    """Team of each, by the last day seen."""
    level: Floats
    """Mean of -log10 p over the days of the window."""
    worked: Ints
    """Days that the mean is over."""
    present: NDArray[np.bool_]
    """Whether they were seen that day."""
    rank: Ints
    """From 1 for the highest; of those who tie, each has the rank of the last."""
    tested: Ints
    """Teams that were tested; so are the next two."""
    p_value: Floats
    moving: Ints
    """How many of the highest members of each give that p-value."""

    def members(self, team: int) -> Ints:
        """Places of the team's people, the highest first."""
        mine = np.flatnonzero(self.team == team)
        return mine[np.lexsort((self.agent[mine], self.rank[mine]))]


def standings(days: Days, since: int) -> list[Standing]:
    """The nights from `since` on that have activity; `days` holds the window before as well."""
    score = -np.log10(np.maximum(days.p_value, LOWEST_P))
    total, worked = np.zeros(days.agents), np.zeros(days.agents, dtype=np.intp)
    team = np.full(days.agents, -1, dtype=np.intp)
    found, leaving = [], 0
    present, starts = np.unique(days.day, return_index=True)
    ends = np.append(starts[1:], len(days.day))[: len(present)]
    for day, start, end in zip(present, starts, ends, strict=True):
        np.add.at(total, days.agent[start:end], score[start:end])
        np.add.at(worked, days.agent[start:end], 1)
        team[days.agent[start:end]] = days.team[start:end]
        gone = int(np.searchsorted(days.day, day - WINDOW, side="right"))
        np.subtract.at(total, days.agent[leaving:gone], score[leaving:gone])
        np.subtract.at(worked, days.agent[leaving:gone], 1)
        leaving = gone
        if day >= since:
            found.append(standing(int(day), total, worked, team, days.agent[start:end]))
    return found


def standing(day: int, total: Floats, worked: Ints, team: Ints, present: Ints) -> Standing:
    """Rank the people, and test each team by the ranks of its members; `present` were seen that day."""
    agent = np.flatnonzero(worked >= LEAST_DAYS)
    # Sums that slide carry rounding errors, which must not decide between two who tie.
    level = np.round(total[agent] / worked[agent], 9)
    people = len(agent)
    rank = people - np.searchsorted(np.sort(level), level, side="left")
    mine = team[agent]
    tested, p_value, moving = surprises(rank, mine, people)
    seen = np.isin(agent, present)
    return Standing(day, agent, mine, level, worked[agent], seen, rank, tested, p_value, moving)


def surprises(rank: Ints, team: Ints, people: int) -> tuple[Ints, Floats, Ints]:
    """Teams, p of each, and how many of its highest members that p is of.

    For every k of at least 3: how likely k of as many people, drawn from all, would stand as high as the team's kth.
    The least counts, times the number of k that could be tried (Bonferroni).
    """
    size = np.bincount(team[team >= 0], minlength=1)
    tested = np.flatnonzero((size >= LEAST_MEMBERS) & (size <= LARGEST_SHARE * people))
    p_value, moving = np.ones(len(size)), np.zeros(len(size), dtype=np.intp)
    high = np.flatnonzero((team >= 0) & (rank <= HIGH * people))
    high = high[np.lexsort((rank[high], team[high]))]
    first = np.searchsorted(team[high], team[high], side="left")
    k = np.arange(len(high)) - first + 1
    high, k = high[k >= LEAST_MEMBERS], k[k >= LEAST_MEMBERS]
    chance = at_least(k, size[team[high]], rank[high], people) * (size[team[high]] - LEAST_MEMBERS + 1)
    falling = np.lexsort((-k, -chance))  # the least comes last and stays
    p_value[team[high[falling]]], moving[team[high[falling]]] = np.minimum(chance[falling], 1.0), k[falling]
    return tested, p_value[tested], moving[tested]


def at_least(k: Ints, drawn: Ints, highest: Ints, people: int) -> Floats:
    """Chance that of `drawn` out of `people` at least `k` are among the highest `highest` (hypergeometric).

    `drawn` and `highest` together are fewer than `people`.
    """
    term = np.exp(
        choices(drawn, k) + choices(people - drawn, highest - k) - choices(np.full(len(k), people), highest)
    )  # fmt: skip
    chance, j = term.copy(), k.astype(float)
    while (term > NEGLIGIBLE * chance).any():
        left = (drawn - j) * (highest - j)
        term = np.where(left > 0, term * left / ((j + 1.0) * (people - drawn - highest + j + 1.0)), 0.0)
        chance += term
        j += 1.0
    return np.asarray(chance)


def choices(n: Ints, k: Ints) -> Floats:
    """Logarithm of the number of ways to choose k of n; minus infinity where there is none."""
    from scipy.special import gammaln

    possible = (k >= 0) & (k <= n)
    inside = np.where(possible, k, 0)
    return np.where(possible, gammaln(n + 1.0) - gammaln(inside + 1.0) - gammaln(n - inside + 1.0), -np.inf)
