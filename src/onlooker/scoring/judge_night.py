"""Judging one night: from counts to p-values, by what was known the evening before. Nothing is changed by it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.actors import is_person
from onlooker.schema.evidence import DAY, HORIZONS, MONTH
from onlooker.scoring.active_agents import Active, Level
from onlooker.scoring.agent_kinds import usual_of_kind
from onlooker.scoring.attendance import ACTORS
from onlooker.scoring.column_statistics import quantile, rows_where, sorted_columns
from onlooker.scoring.combine import contribution, q_values, ranks
from onlooker.scoring.day_effect import log_effect, log_ratio
from onlooker.scoring.evidence_details import details_of
from onlooker.scoring.expected_levels import level_of
from onlooker.scoring.horizons import statistics
from onlooker.scoring.judged_night import Lessons, Medians, Night
from onlooker.scoring.night_spread import FEWEST, evidence_scale, what_moved_everybody
from onlooker.scoring.scoring_history import History
from onlooker.scoring.tonight import Tonight
from onlooker.scoring.weights.discriminant import RATE

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


class Limits(NamedTuple):
    """Largest p and q of agent-days that may become alerts, and so keep their details."""

    p: float = 0.2
    q: float = 1.0


def judge(history: History, active: Active, wanted: Bools, limits: Limits) -> Night:
    """Judge the night that `history` is open for; `take_in` takes it into the history afterwards.

    Details are kept of the agents that are `wanted`, and of those within the `limits`.
    """
    there, tonight = history.attendance().meet(active.agent, active.actor, active.role), Tonight(active.agent)
    learning = there.came_within(history.method.learning_days, active.agent, history.method.warm_up_days)
    level = level_of(history.own, active, there, learning)
    effect, medians = day_effect(history, active, level)
    level = Level(level.expected * effect, level.dispersion, level.doubt, level.peers, level.known)
    note_counts(history, active, tonight, level)
    values, spreads = statistics(history, active, there, tonight, level, effect, learning)
    contributions = contribution(values)
    weights = history.learning.in_force.transpose(1, 2, 0)[:, :, None]
    evidence = weighted(contributions, weights)
    scale, evidence_spread = night_scale(history, active, evidence.sum(axis=1))
    evidence /= scale
    unusual, vectors = combination(history, values)
    comparable, stratum = there.comparable(), there.stratum[active.agent]
    says = level.known & history.warm(history.day)
    z = values[RATE].transpose(1, 2, 0).reshape(len(says), -1)
    judged = comparable_agents(history, says, stratum, comparable)
    total = evidence.sum(axis=1) + unusual
    before = weeks_before(history, active, tonight, np.where(judged, total, 0.0))
    usual, kinds = usual_of_kind(history, active, there, level, total + before, judged)
    own = total + before - usual
    own -= what_moved_everybody(own[judged & is_person(active.actor)])
    p_value = final_p(history, active, own, stratum, comparable, judged)
    q_value = q_values(p_value)
    chosen = np.flatnonzero((p_value <= limits.p) & (q_value <= limits.q) | wanted)
    p = calibrated(history, active, z, says, chosen, stratum, comparable)
    parts = contributions[:, :, chosen] * weights / scale
    return Night(
        history.day, level, effect, judged, evidence, unusual, before, p_value, q_value, ranks(-np.log10(p_value)),
        details_of(history, active, there, tonight, level, effect, parts, chosen, p),
        Lessons(
            active, level, there, tonight, contributions, z, says, own, judged, kinds, medians, spreads,
            evidence_spread, vectors,
        ),
    )  # fmt: skip


def comparable_agents(history: History, says: Bools, stratum: Ints, comparable: Bools) -> Bools:
    """Who has colleagues to be compared with in anything that can be said of them."""
    strata, place = np.unique(stratum, return_inverse=True)
    known = history.reference.known(strata, comparable).reshape(len(strata), -1, len(HORIZONS))
    return np.asarray((says & np.asarray(known.any(axis=2))[place]).any(axis=1))


def weighted(contributions: Floats, weights: Floats) -> Floats:
    """Evidence (agents, signals): the sum over rates, shares and horizons, plane by plane, which stay in the cache."""
    evidence = np.zeros(contributions.shape[2:])
    for place in np.ndindex(contributions.shape[:2]):
        evidence += contributions[place] * weights[place]
    return evidence


def night_scale(history: History, active: Active, evidence: Floats) -> tuple[float, tuple[float, int] | None]:
    """What to divide the evidence of a night by: the spread between its people, who set the norm for all.

    Also the spread of those who teach, and how many they are, if they are enough.
    """
    people = is_person(active.actor)
    usual = history.learning.usual_evidence_spread(faded=bool(active.teaches.any()))
    if people.sum() < FEWEST:
        return usual or 1.0, None
    scale, _ = evidence_scale(evidence[people], usual)
    taught = people & active.teaches
    if taught.sum() < FEWEST:
        return scale, None
    return scale, (evidence_scale(evidence[taught], usual)[1], int(taught.sum()))


def combination(history: History, values: Floats) -> tuple[Floats, Floats | None]:
    """Weighted score of the detector on the statistics of the day and of 28 days, rates and shares; and what it saw."""
    agents = values.shape[2]
    if history.combinations is None:
        return np.zeros(agents), None
    vectors = values[:, [DAY, MONTH]].transpose(2, 3, 0, 1).reshape(agents, -1)
    return history.method.combination_weight * history.combinations.scores(vectors), vectors


def weeks_before(history: History, active: Active, tonight: Tonight, evidence: Floats) -> Floats:
    """What the agent's own earlier evidence adds to that of the night; `tonight` gets the night's.

    Evidence moves slowly: of its deviation on one day 0.7 is still there a fortnight later, for whatever reasons honest
    work has. A theft begins on a day. So part of what was there before is taken off (prewhitening: Box and Jenkins
    1970): of the mean of 7 to 27 days ago, but no more than of that of 28 to 179 days ago. What began some weeks ago is
    in the first only, and stays visible.
    """
    agent, method = active.agent, history.method
    evidences = (history.week_evidence, history.month_evidence, history.past_evidence)
    actives = (history.week_active, history.month_active, history.past_active)
    total, worked = (np.diff([ring.total[agent, 0] for ring in rings], axis=0) for rings in (evidences, actives))
    lately, longer = total / (worked + method.before_prior)
    taught = np.where(active.teaches, evidence, 0.0)[:, None]
    for ring in evidences:
        tonight.note(ring, taught)
    most = np.where(worked[1] >= method.before_prior, np.maximum(longer, 0.0), np.inf)
    return np.asarray(-method.before_part * np.minimum(lately, most))


def day_effect(history: History, active: Active, level: Level) -> tuple[Floats, Medians | None]:
    """Factor of the day for each agent and signal, from the queue or site, else from all of the actor type.

    Also the medians that it is made of: they are remembered, since only what is unusual is an effect.
    """
    effect, method = np.zeros_like(level.expected), history.method
    ratio, told = log_ratio(active.counts, level.expected), level.known & active.teaches[:, None]
    groups, place, size = np.unique(active.group, return_inverse=True, return_counts=True)
    in_group = size[place] >= method.effect_agents
    # Who has a group takes its effect; those of the actor type are for the others.
    members = [(int(actor), active.actor == actor, ~in_group) for actor in np.unique(active.actor)]
    members += [(ACTORS + int(group), place == i, in_group) for i, group in enumerate(groups)]
    seen: list[tuple[int, Floats, Bools]] = []
    for number, mine, takes in members:
        rows = rows_where(mine)
        ordered = sorted_columns(ratio[rows])
        if len(ordered) >= method.effect_agents:
            usual = history.medians.total[number] / (history.median_nights.total[number] + method.usual_prior)
            if (wanted := np.flatnonzero(mine & takes)).size:
                effect[wanted] = log_effect(ratio[wanted], ordered, usual, method.effect_shrink, method.effect_cap)
            seen.append((number, quantile(ordered, 0.5), np.asarray(told[rows].any(axis=0))))
    medians = Medians(*(np.array(one) for one in zip(*seen, strict=True))) if seen else None
    return np.exp(np.where(level.known, effect, 0.0)), medians


def note_counts(history: History, active: Active, tonight: Tonight, level: Level) -> None:
    """Set apart what the sliding sums take in of the night's counts; what teaches the baseline is cut first."""
    variance = level.expected + level.dispersion * level.expected**2
    # The added 1 lets a signal that was never seen before be learned at all.
    most = level.expected + history.method.winsor_sigma * np.sqrt(variance + 1.0)
    taught = np.where(level.known, np.minimum(active.counts, most), active.counts)
    teaching = (history.warm(history.day) & active.teaches[:, None] & active.known).astype(float)
    tonight.note(history.taught, taught)
    tonight.note(history.teaching, teaching)
    tonight.note(history.month_active, np.ones((len(active.agent), 1)))
    tonight.note(history.past_active, np.ones((len(active.agent), 1)))
    tonight.note(history.month_taught, taught)
    tonight.note(history.week_counts, np.where(level.known, active.counts, 0.0))
    tonight.note(history.week_expected, np.where(level.known, level.expected, 0.0))
    tonight.note(history.week_variance, np.where(level.known, variance, 0.0))


def calibrated(
    history: History, active: Active, z: Floats, says: Bools, chosen: Ints, stratum: Ints, comparable: Bools
) -> Floats:
    """p of each z (agents, signals times horizons) against the last 90 days of comparable agents; 1 where unknown.

    Only of the `chosen` agents, shape (chosen, signals, horizons): the rest are counted into the reference, but nobody
    asks for theirs.
    """
    p = np.ones((len(chosen), z.shape[1]))
    if len(chosen):
        found, known = history.reference.p_values(z[chosen], active.agent[chosen], stratum[chosen], comparable)
        p = np.where(np.repeat(says[chosen], len(HORIZONS), axis=1) & known, found, 1.0)
    return p.reshape(len(chosen), z.shape[1] // len(HORIZONS), len(HORIZONS))


def final_p(
    history: History, active: Active, evidence: Floats, stratum: Ints, comparable: Bools, judged: Bools
) -> Floats:
    """p of the evidence itself, calibrated the same way."""
    p, reference = history.evidence_reference.p_values(
        evidence[:, None], active.agent, stratum, comparable, conservative=True
    )
    # A young log promises too much: its reference is short, and its agents' own levels are hardly known.
    trust = min(1.0, (history.day - history.first_day + 1) / history.method.short_log_days)
    return np.where(judged & reference[:, 0], p[:, 0] ** trust, 1.0)
