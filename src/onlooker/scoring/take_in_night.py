"""Taking a judged night into the history: its sums, its references, and what is learned about the statistics."""

from __future__ import annotations

import numpy as np

from onlooker.schema.actors import is_person
from onlooker.schema.evidence import HORIZONS
from onlooker.scoring.active_agents import Active, Ints, Level
from onlooker.scoring.column_statistics import rows_where
from onlooker.scoring.judged_night import Lessons, Night
from onlooker.scoring.scoring_history import History
from onlooker.scoring.weights.discriminant import shift_of_rates, shift_of_shares
from onlooker.scoring.weights.paper_planting import Pools, profile


def take_in(history: History, night: Night) -> None:
    """Take `night` into the `history` that is open for it and that it was judged by; once."""
    lessons = night.lessons
    add_to_sums(history, lessons)
    remember_agents(history, lessons)
    learn(history, lessons)
    add_to_references(history, lessons)
    if history.combinations is not None and lessons.vectors is not None and history.settled(history.day):
        history.combinations.take(lessons.vectors[rows_where(lessons.active.teaches)])


def add_to_sums(history: History, lessons: Lessons) -> None:
    """Agents' sums over days, and those of groups and kinds."""
    day, kinds, medians = history.day, lessons.kinds, lessons.medians
    for ring, values in lessons.tonight.values.items():
        ring.write(day, lessons.active.agent, values)
    history.of_kind.write(day, np.arange(history.method.kinds), kinds.of_kind)
    if medians is not None:
        history.medians.write(day, medians.number, np.where(medians.says, medians.median, 0.0))
        history.median_nights.write(day, medians.number, medians.says.astype(float))


def remember_agents(history: History, lessons: Lessons) -> None:
    """Who was there, and of which kind."""
    met, agent, kinds = lessons.attendance, lessons.active.agent, lessons.kinds
    history.actor, history.stratum = met.actor, met.stratum
    history.first_seen, history.last_seen = met.first_seen, met.last_seen
    history.kind[agent], history.of_own[agent] = kinds.kind, kinds.of_own


def add_to_references(history: History, lessons: Lessons) -> None:
    """What later z-values and evidence are calibrated by; agents of whom the night teaches nothing are left out."""
    agent, teaches = lessons.active.agent, lessons.active.teaches
    stratum = lessons.attendance.stratum[agent]
    says = np.repeat(lessons.says, len(HORIZONS), axis=1)
    history.reference.add(lessons.z, agent, stratum, says & teaches[:, None])
    # Evidence of the first days lacks the signals that look back: it is no measure for that of later ones.
    measures = lessons.judged & teaches & history.settled(history.day)
    history.evidence_reference.add(lessons.evidence[:, None], agent, stratum, measures[:, None])


def learn(history: History, lessons: Lessons) -> None:
    """What the night says about noise, and what planting on it would have done; people only.

    Agents of whom the night teaches nothing are left out.
    """
    learning, active, level = history.learning, lessons.active, lessons.level
    pools = history.meet_customers(active.returning) if active.returning is not None else None
    if lessons.spreads is not None:
        learning.note_spread(lessons.spreads.spread, lessons.spreads.known)
    if not active.teaches.any():
        return
    learning.fade()
    people = np.flatnonzero(is_person(active.actor) & active.teaches)
    contributions = lessons.contributions
    of_people = contributions if len(people) == len(active.agent) else contributions[:, :, people]
    learning.note_values(of_people, level.known[people] & history.warm(history.day))
    if lessons.evidence_spread is not None:
        learning.note_evidence_spread(*lessons.evidence_spread)
    if len(people) and pools is not None and history.names:
        rehearse(history, active, level, people, pools)


def rehearse(history: History, active: Active, level: Level, people: Ints, pools: Pools) -> None:
    """Note how far planted visits would have moved each statistic of `people` (rows of the night)."""
    if history.day - history.first_day < history.method.warm_up_days:
        return
    counts, expected = active.counts[people], level.expected[people]
    visits = counts[:, [history.visits]]
    glances = counts[:, history.names.index("glances")].sum() if "glances" in history.names else 0.0
    planted = profile(history.names, pools, glances / max(visits.sum(), 1.0))
    usual = expected[:, [history.visits]]
    share = np.clip((expected + 0.02) / (usual + 0.05), 0.0, 1.0)
    history.learning.note_shift(
        shift_of_rates(counts, expected, level.dispersion[people], planted, usual),
        np.where(history.has_share, shift_of_shares(counts, visits, share, usual, planted), 0.0),
        np.asarray(level.known[people].any(axis=0)),
    )
