"""Judging one night: from counts to p-values, by what was known the evening before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.evidence import DAY, HORIZONS, MONTH
from onlooker.scoring.active_agents import Active, Level
from onlooker.scoring.agent_kinds import usual_of_kind
from onlooker.scoring.column_statistics import quantile, rows_where, sorted_columns
from onlooker.scoring.combine import contribution, q_values, ranks
from onlooker.scoring.day_effect import log_effect, log_ratio
from onlooker.scoring.evidence_details import NightDetails, details_of
from onlooker.scoring.expected_levels import level_of
from onlooker.scoring.horizons import learn, statistics
from onlooker.scoring.night_spread import FEWEST, evidence_scale, what_moved_everybody
from onlooker.scoring.scoring_history import ACTORS, History
from onlooker.scoring.weights.discriminant import RATE

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


class Limits(NamedTuple):
    """Largest p and q of agent-days that may become alerts, and so keep their details."""

    p: float = 0.2
    q: float = 1.0


@dataclass(frozen=True)
class Night:
    """One judged night; rows are its active agents."""

    level: Level
    """Expected counts with the day effect in them."""
    effect: Floats
    """Factor of the day, shape (agents, signals)."""
    judged: Bools
    """Whether the agent could be compared with anybody."""
    evidence: Floats
    """Weighted contributions, shape (agents, signals)."""
    unusual: Floats
    """What the detector of unusual combinations adds to the evidence, one number per agent."""
    before: Floats
    """What the evidence of the agent's weeks before adds, one number per agent: negative where it was high."""
    p_value: Floats
    q_value: Floats
    rank: NDArray[np.int64]
    details: NightDetails
    """Of the agents that may become alerts."""


def judge(history: History, day: int, active: Active, wanted: Bools, limits: Limits) -> Night:
    """Judge the night of `day` and take it into `history`. Days come in order.

    Details are kept of the agents that are `wanted`, and of those within the `limits`.
    """
    history.roll_to(day)
    history.note_counted(day, np.asarray(active.known.any(axis=0)))
    history.learning.refit(day, history.has_share, history.heard())
    stratum = history.meet(day, active.agent, active.actor, active.role)
    learning = history.came_within(history.method.learning_days, day, active.agent, history.method.warm_up_days)
    level = level_of(history, history.own, active, learning)
    effect = day_effect(history, day, active, level)
    level = Level(level.expected * effect, level.dispersion, level.doubt, level.peers, level.known)
    variance = level.expected + level.dispersion * level.expected**2
    remember(history, day, active, level, variance)
    values = statistics(history, day, active, level, effect, learning)
    contributions = contribution(values)
    weights = history.learning.weights.transpose(1, 2, 0)[:, :, None]
    learn(history, day, active, level, contributions)
    evidence = weighted(contributions, weights)
    scale = night_scale(history, active, evidence.sum(axis=1))
    evidence /= scale
    unusual = combination(history, day, active, values)
    comparable = history.comparable(day)
    says = level.known & history.warm(day)
    z = values[RATE].transpose(1, 2, 0).reshape(len(says), -1)
    strata, place = np.unique(stratum, return_inverse=True)
    known = history.reference.known(strata, comparable).reshape(len(strata), -1, len(HORIZONS))
    judged = np.asarray((says & np.asarray(known.any(axis=2))[place]).any(axis=1))
    total = evidence.sum(axis=1) + unusual
    before = weeks_before(history, day, active, np.where(judged, total, 0.0))
    usual = usual_of_kind(history, day, active, level, total + before, judged)
    own = total + before - usual
    own -= what_moved_everybody(own[judged & (active.actor == 0)])
    p_value = final_p(history, day, active, own, stratum, comparable, judged)
    q_value = q_values(p_value)
    chosen = np.flatnonzero((p_value <= limits.p) & (q_value <= limits.q) | wanted)
    p = calibrated(history, active, z, says, chosen, stratum, comparable)
    return Night(
        level, effect, judged, evidence, unusual, before, p_value, q_value, ranks(-np.log10(p_value)),
        details_of(history, active, level, effect, contributions[:, :, chosen] * weights / scale, chosen, p),
    )  # fmt: skip


def weighted(contributions: Floats, weights: Floats) -> Floats:
    """Evidence (agents, signals): the sum over rates, shares and horizons, plane by plane, which stay in the cache."""
    evidence = np.zeros(contributions.shape[2:])
    for place in np.ndindex(contributions.shape[:2]):
        evidence += contributions[place] * weights[place]
    return evidence


def night_scale(history: History, active: Active, evidence: Floats) -> float:
    """What to divide the evidence of a night by: the spread between its people, who set the norm for all."""
    learning, people = history.learning, active.actor == 0
    usual = learning.usual_evidence_spread()
    if people.sum() < FEWEST:
        return usual or 1.0
    scale, _ = evidence_scale(evidence[people], usual)
    taught = people & active.teaches
    if taught.sum() >= FEWEST:
        learning.note_evidence_spread(evidence_scale(evidence[taught], usual)[1], int(taught.sum()))
    return scale


def combination(history: History, day: int, active: Active, values: Floats) -> Floats:
    """Weighted score of the detector on the statistics of the day and of 28 days, rates and shares."""
    if history.combinations is None:
        return np.zeros(len(active.agent))
    detector = history.combinations
    vectors = values[:, [DAY, MONTH]].transpose(2, 3, 0, 1).reshape(len(active.agent), -1)
    detector.refit(day - history.first_day)
    unusual = history.method.combination_weight * detector.scores(vectors)
    if history.settled(day):
        detector.take(vectors[rows_where(active.teaches)])
    return unusual


def weeks_before(history: History, day: int, active: Active, evidence: Floats) -> Floats:
    """What the agent's own evidence of 7 to 27 days ago adds to that of the night, which is taken in.

    Evidence moves slowly: of its deviation on one day 0.7 is still there a fortnight later, for whatever reasons honest
    work has. A theft begins on a day. So part of what was there before is taken off (prewhitening: Box and Jenkins
    1970).
    """
    agent, method = active.agent, history.method
    days = (history.month_active.total[agent] - history.week_active.total[agent])[:, 0]
    total = (history.month_evidence.total[agent] - history.week_evidence.total[agent])[:, 0]
    taught = np.where(active.teaches, evidence, 0.0)[:, None]
    history.month_evidence.write(day, agent, taught)
    history.week_evidence.write(day, agent, taught)
    return np.asarray(-method.before_part * total / (days + method.before_prior))


def day_effect(history: History, day: int, active: Active, level: Level) -> Floats:
    """Factor of the day for each agent and signal, from the queue or site, else from all of the actor type."""
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
    if seen:  # the medians are remembered, since only what is unusual is an effect
        numbers, medians, says = (np.array(one) for one in zip(*seen, strict=True))
        history.medians.write(day, numbers, np.where(says, medians, 0.0))
        history.median_nights.write(day, numbers, says.astype(float))
    return np.exp(np.where(level.known, effect, 0.0))


def remember(history: History, day: int, active: Active, level: Level, variance: Floats) -> None:
    """Take the night's counts into the sliding sums; what teaches the baseline is cut first."""
    method, agent = history.method, active.agent
    # The added 1 lets a signal that was never seen before be learned at all.
    most = level.expected + method.winsor_sigma * np.sqrt(variance + 1.0)
    taught = np.where(level.known, np.minimum(active.counts, most), active.counts)
    teaching = (history.warm(day) & active.teaches[:, None] & active.known).astype(float)
    history.taught.write(day, agent, taught)
    history.teaching.write(day, agent, teaching)
    history.month_active.write(day, agent, np.ones((len(agent), 1)))
    history.month_taught.write(day, agent, taught)
    history.week_counts.write(day, agent, np.where(level.known, active.counts, 0.0))
    history.week_expected.write(day, agent, np.where(level.known, level.expected, 0.0))
    history.week_variance.write(day, agent, np.where(level.known, variance, 0.0))


def calibrated(
    history: History, active: Active, z: Floats, says: Bools, chosen: Ints, stratum: Ints, comparable: Bools
) -> Floats:
    """p of each z (agents, signals times horizons) against the last 90 days of comparable agents; 1 where unknown.

    Only of the `chosen` agents, shape (chosen, signals, horizons): the rest are counted into the reference, but nobody
    asks for theirs.
    """
    says = np.repeat(says, len(HORIZONS), axis=1)
    p = np.ones((len(chosen), z.shape[1]))
    if len(chosen):
        found, known = history.reference.p_values(z[chosen], active.agent[chosen], stratum[chosen], comparable)
        p = np.where(says[chosen] & known, found, 1.0)
    history.reference.add(z, active.agent, stratum, says & active.teaches[:, None])
    return p.reshape(len(chosen), z.shape[1] // len(HORIZONS), len(HORIZONS))


def final_p(
    history: History, day: int, active: Active, evidence: Floats, stratum: Ints, comparable: Bools, judged: Bools
) -> Floats:
    """p of the evidence itself, calibrated the same way."""
    age, method = day - history.first_day, history.method
    if age < method.unsettled_days:
        history.unsettled_nights += 1
    elif age >= method.settled_days and history.unsettled_nights:
        history.evidence_reference.forget(int(history.unsettled_nights))
        history.unsettled_nights[...] = 0
    p, reference = history.evidence_reference.p_values(
        evidence[:, None], active.agent, stratum, comparable, conservative=True
    )
    # Evidence of the first days lacks the signals that look back: it is no measure for that of later ones.
    teaches = judged & active.teaches & history.settled(day)
    history.evidence_reference.add(evidence[:, None], active.agent, stratum, teaches[:, None])
    # A young log promises too much: its reference is short, and its agents' own levels are hardly known.
    trust = min(1.0, (day - history.first_day + 1) / history.method.short_log_days)
    return np.where(judged & reference[:, 0], p[:, 0] ** trust, 1.0)
