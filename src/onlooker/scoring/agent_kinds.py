"""What evidence is usual for agents of one kind: newcomers by the weeks since they came, others by their pace.

However a log is judged, some kinds of honest agents come to more evidence than others, and how much so depends on the
organisation: newcomers are slow and then grow, a quiet shift seldom exceeds anything. So before evidence becomes a
p-value, the mean of the agent's kind is taken off, as far as other agents have shown it: with n of their agent-days it
counts n / (n + prior), credibility as in baseline.py.
"""

from __future__ import annotations

import numpy as np

from onlooker.schema.actors import is_person
from onlooker.scoring.active_agents import Active, Bools, Floats, Ints, Level
from onlooker.scoring.attendance import Attendance
from onlooker.scoring.judged_night import KindLessons
from onlooker.scoring.scoring_history import History

LOW, HIGH = -4.0, 4.0
"""An agent-day counts at most so much towards its kind: nobody can make much usual."""


def kinds_of(history: History, active: Active, attendance: Attendance, level: Level) -> Ints:
    """The kind of each active agent."""
    agent, visits, method = active.agent, history.visits, history.method
    ages = method.newcomer_ages
    first = attendance.first_seen[agent]
    came = first >= history.first_day + method.warm_up_days
    since = np.searchsorted(ages, history.day - first, side="right")
    days, seen = history.earlier.days[agent, visits], history.earlier.total[agent, visits]
    usual = np.where(days > 0, seen / np.maximum(days, 1.0) / np.maximum(level.peers[:, visits], 1e-9), 1.0)
    pace = np.searchsorted(method.paces, usual)
    return np.asarray(np.where(came & (since < len(ages)), since, len(ages) + pace))


def usual_of_kind(
    history: History, active: Active, attendance: Attendance, level: Level, evidence: Floats, judged: Bools
) -> tuple[Floats, KindLessons]:
    """What is usual for each agent's kind, beside what is usual for all people; and what the night says of the kinds.

    Newcomers' own days are left out: they are few, and a bent one must not set its own norm. People only; 0 for others.
    """
    method, agent, kind = history.method, active.agent, kinds_of(history, active, attendance, level)
    of_own = np.where((history.kind[agent] == kind)[:, None], history.of_own[agent], 0.0)
    seen = history.of_kind.total
    own = np.where((kind < len(method.newcomer_ages))[:, None], of_own, 0.0)
    days, total = (seen[kind] - own).T
    mean = total / np.maximum(days, 1.0)
    of_all = seen[:, 1].sum() / max(seen[:, 0].sum(), 1.0)
    person = is_person(active.actor)
    counted = (person & judged & active.teaches & history.settled(history.day)).astype(float)
    tonight = np.stack([counted, np.clip(evidence, LOW, HIGH) * counted], axis=1)
    by_kind = [np.bincount(kind, column, method.kinds) for column in tonight.T]
    lessons = KindLessons(kind, of_own + tonight, np.stack(by_kind, axis=1))
    return np.where(person, days / (days + method.kind_prior) * (mean - of_all), 0.0), lessons
