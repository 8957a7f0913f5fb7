"""The expected level of each active agent, and the share of the visits that each signal usually has."""

from __future__ import annotations

import numpy as np

from onlooker.scoring.active_agents import Active, Bools, Floats, Ints, Level
from onlooker.scoring.attendance import ACTORS, ROLES, TENURES, Attendance
from onlooker.scoring.baseline import Habits, Window, expect, peers_of
from onlooker.scoring.column_statistics import rows_where, sums
from onlooker.scoring.scoring_history import History
from onlooker.scoring.shares import expected_share

UNLIKE = 0.25
"""What the peers' level counts for where the role is one that few others have: a reviewer is not a slow agent."""


def has_own_kind(active: Active, attendance: Attendance) -> Bools:
    """Whether enough agents of the same actor type share each agent's role; those without a named role always do."""
    seen = attendance.stratum[attendance.stratum >= 0]
    kinds = np.bincount(seen // (ROLES * TENURES) * ROLES + seen % ROLES, minlength=ACTORS * ROLES)
    role = np.minimum(active.role, ROLES - 1)
    return np.asarray((role == 0) | (kinds[active.actor * ROLES + role] >= attendance.method.effect_agents))


def level_of(window: Window, active: Active, attendance: Attendance, learning: Bools, past: bool = False) -> Level:
    """Expected level of each agent from `window`, shrunk to the agents of the same actor type.

    For those who are `learning` the work the colleagues are the norm, unless they are faster already. If the window is
    `past`, it says nothing about the pace that they have got to: the doubt is all of the spread between colleagues.
    """
    shape = active.counts.shape
    expected, dispersion, doubt, norm = np.zeros(shape), np.ones(shape), np.zeros(shape), np.zeros(shape)
    known = np.zeros(shape, dtype=bool)
    likeness, habits = np.where(has_own_kind(active, attendance), 1.0, UNLIKE), Habits.of(window)
    for actor in np.unique(active.actor):
        mine = rows_where(active.actor == actor)
        peers = peers_of(habits, rows_where(attendance.actor == actor))
        if peers is not None:
            prior = attendance.method.dispersion_prior
            found = expect(habits, active.agent[mine], peers, prior, likeness[mine, None])
            expected[mine], dispersion[mine], doubt[mine] = found
            new = np.flatnonzero(learning & (active.actor == actor))
            expected[new] = np.maximum(expected[new], peers.level)
            if past:
                doubt[new] = peers.spread
            norm[mine], known[mine] = peers.level, peers.known
    dispersion += doubt
    return Level(expected, dispersion, doubt, norm, known & active.known)


def own_share(history: History, attendance: Attendance, agents: Ints) -> Floats:
    """Share of the visits that each signal usually has, of `agents`."""
    result, actor = np.zeros((len(agents), len(history.looks_back))), attendance.actor[agents]
    for one in np.unique(actor):
        mine, members = rows_where(actor == one), rows_where(attendance.actor == one)
        peers = sums(history.own.total[members]), sums(history.own.visits[members])
        result[mine] = expected_share(history.earlier, agents[mine], *peers)
    return result
