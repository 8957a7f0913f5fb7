"""The ring scan's own alerts: a team, the members who move, what each of them brings to it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from onlooker.alerts.decide import SHORT_LOG, Told, severity
from onlooker.alerts.rings.read_teams import Teams
from onlooker.alerts.rings.ring_statistic import LEAST_MEMBERS, WINDOW, Floats, Ints, Standing, standings
from onlooker.alerts.visits_to_check import SHOWN, listed, seen
from onlooker.engines.protocol import Engine
from onlooker.schema.days import iso
from onlooker.schema.explanations import UNEXPLAINED
from onlooker.schema.findings import SEVERITIES, Alert, Confidence, Reason

NAME = "ring"
"""The kind of these alerts, and their heading in docs/signals.md."""
MOST_P, MOST_Q = 1e-3, 0.05
"""Both bound how often a team without misuse is alerted on: about once in 100 months of a team."""
VERY_SURE = 1e-4
QUIET_DAYS = WINDOW
"""Until the window holds other days, a second alert would tell the same again."""

COUNTED = "SELECT agent_id, customers, unexplained FROM agent_days WHERE (agent_id, day) IN ({wanted})"


@dataclass(frozen=True)
class Moved:
    """One team on one night."""

    standing: Standing
    subject: str
    p_value: float
    q_value: float
    rank: int
    size: int
    moving: Ints
    """Places of the moving members in `standing`, the highest first."""

    def weights(self) -> Floats:
        """What each moving member brings: the logarithm of how rare a place as high is."""
        return np.asarray(np.log((len(self.standing.agent) + 1) / self.standing.rank[self.moving]))


def ring_alerts(
    engine: Engine, teams: Teams, first_day: int, since: int, told: Mapping[str, Told], quiet_days: int
) -> tuple[Alert, ...]:
    """Alerts about teams on the nights from `since` on, oldest first; VISITS of these nights are on `engine`.

    `told` has the last alert about each subject, as `Alert.agent_id` names it.
    """
    last = {subject: one.day for subject, one in told.items()}
    found = []
    for night in standings(teams.days, since):
        for moved in moves(night, teams):
            quiet = night.day - last.get(moved.subject, -WINDOW) < max(quiet_days, QUIET_DAYS)
            # It waits for a night on which one of them worked: before, there are no visits to look at.
            if not quiet and night.present[moved.moving].any():
                last[moved.subject] = night.day
                found.append(alert(engine, moved, teams, night.day - first_day + 1))
    return tuple(found)


def moves(night: Standing, teams: Teams) -> list[Moved]:
    """The teams that are alerted on, the most surprising first."""
    order = np.lexsort((night.tested, night.p_value))
    p = night.p_value[order]
    q = np.minimum.accumulate((p * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]
    found = []
    for i in np.flatnonzero((p <= MOST_P) & (q <= MOST_Q)):
        team, moving = int(night.tested[order[i]]), int(night.moving[order[i]])
        members = night.members(team)
        found.append(
            Moved(night, teams.names[team], float(p[i]), float(q[i]), int(i) + 1, len(members), members[:moving])
        )
    return found


def alert(engine: Engine, moved: Moved, teams: Teams, log_days: int) -> Alert:
    """One alert in words."""
    night, date = moved.standing, iso(moved.standing.day)
    ids = [teams.agents[agent] for agent in night.agent[moved.moving]]
    wanted = [(agent, night.day) for agent in ids]
    counted = engine.rows(COUNTED.format(wanted=listed(wanted)))
    customers, unexplained = (int(sum(row[i] for row in counted)) for i in (1, 2))
    visits = [
        replace(visit, why=f"{agent}: {visit.why}")
        for (agent, _), one in seen(engine, wanted).items() for visit in one.first
    ]  # fmt: skip
    worst = sorted(visits, key=lambda v: (v.explanation not in UNEXPLAINED, v.first_seen, v.customer_id))
    weights = moved.weights()
    kind, _, name = moved.subject.partition(" ")
    return Alert(
        id=hashlib.sha256(f"{moved.subject}\x1f{date}\x1f{NAME}".encode()).hexdigest()[:16],
        kind="ring",
        agent_id=moved.subject,
        date=date,
        severity=max(severity(float(unexplained), 0.0), "medium", key=SEVERITIES.index),
        confidence=confidence(moved, log_days),
        headline=headline(moved, date),
        reasons=tuple(
            Reason(
                NAME,
                member(moved, i, agent, weights),
                WINDOW,
                float(night.level[place]),
                None,
                None,
                float(weights[i]),
                agent,
            )
            for i, (agent, place) in enumerate(zip(ids, moved.moving, strict=True))
        ),
        kinds=(NAME,),
        against=against(moved, log_days),
        visits=tuple(worst[:SHOWN]),
        score=-float(np.log10(moved.p_value)),
        p_value=moved.p_value,
        q_value=moved.q_value,
        rank=moved.rank,
        actor_type="human",
        team=name if kind == "team" else None,
        site=name if kind == "site" else None,
        evidence=float(weights.sum()),
        customers=customers,
        expected=None,
        unexplained=unexplained,
        reason=f"{len(moved.moving)} of {moved.size} people stand high at once, {WINDOW} days",
    )


def headline(moved: Moved, date: str) -> str:
    """What was seen, in one sentence."""
    night, number = moved.standing, len(moved.moving)
    highest, people = int(night.rank[moved.moving].max()), len(night.agent)
    return (
        f"{number} of the {moved.size} people of {moved.subject} are among the {highest} highest scores of {people} "
        f"people in the {WINDOW} days to {date}; by chance {moved.size * highest / people:.1f} would be."
    )


def member(moved: Moved, i: int, agent: str, weights: Floats) -> str:
    """What one member brings to it."""
    night, place = moved.standing, moved.moving[i]
    return (
        f"{agent}: place {night.rank[place]} of {len(night.agent)} by the mean score of {night.worked[place]} days "
        f"worked ({night.level[place]:.2f}); {weights[i] / weights.sum():.0%} of the group's evidence."
    )


def confidence(moved: Moved, log_days: int) -> Confidence:
    """How sure it is."""
    if log_days < SHORT_LOG:
        return "low"
    return "high" if moved.p_value <= VERY_SURE and len(moved.moving) > LEAST_MEMBERS else "medium"


def against(moved: Moved, log_days: int) -> tuple[str, ...]:
    """What speaks against it."""
    notes = ["A new tool, a campaign or an instruction changes the work of a whole team, and raises all scores in it."]
    if others := moved.size - len(moved.moving):
        notes.append(f"{others} of the team {'have' if others > 1 else 'has'} no such scores.")
    if log_days < SHORT_LOG:
        notes.append(f"The log was {log_days} days old: little history to compare with.")
    return tuple(notes)
