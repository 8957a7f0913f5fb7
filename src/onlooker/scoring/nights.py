"""Judging one night: from counts to p-values, by what was known the evening before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.scoring.active import Active, Level
from onlooker.scoring.combine import contribution, q_values, ranks
from onlooker.scoring.day_effect import log_effect
from onlooker.scoring.history import ACTORS, HORIZONS, History
from onlooker.scoring.horizons import learn, statistics
from onlooker.scoring.levels import level_of
from onlooker.scoring.rehearsal import RATE
from onlooker.scoring.spread import FEWEST, evidence_scale

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Night:
    """One judged night; rows are its active agents."""

    level: Level
    """Expected counts with the day effect in them."""
    effect: Floats
    """Factor of the day, shape (agents, signals)."""
    deviation: Floats
    """Standard deviation of a day's count."""
    z: Floats
    """Shape (agents, signals, horizons)."""
    p: Floats
    """Calibrated, same shape; 1 where nothing can be said."""
    judged: Bools
    """Whether the agent could be compared with anybody."""
    evidence: Floats
    """Weighted contributions, shape (agents, signals)."""
    p_value: Floats
    q_value: Floats
    rank: NDArray[np.int64]
    parts: Floats
    """The evidence by horizon, shape (agents, signals, horizons)."""
    unusual: Floats
    """What the detector of unusual combinations adds to the evidence, one number per agent."""


def judge(history: History, day: int, active: Active, weights: Floats) -> Night:
    """Judge the night of `day` and take it into `history`.

    Days come in order; `weights` (signals, horizons) multiply those that are learned.
    """
    history.roll_to(day)
    history.learning.refit(day, history.has_share)
    stratum = history.meet(day, active.agent, active.actor, active.role)
    level = level_of(history, history.own, active)
    effect = day_effect(history, day, active, level)
    level = Level(level.expected * effect, level.dispersion, level.peers, level.known)
    variance = level.expected + level.dispersion * level.expected**2
    remember(history, day, active, level, variance)
    values = statistics(history, day, active, level, effect)
    z = values[:, :, RATE]
    comparable = history.comparable(day)
    p, judged = calibrated(history, day, active, level, z, stratum, comparable)
    parts = (contribution(values) * history.learning.weights).sum(axis=2) * weights
    learn(history, day, active, level, values)
    people = active.actor == 0
    if people.sum() >= FEWEST:
        scale, spread = evidence_scale(parts[people].sum(axis=(1, 2)), history.learning.usual_evidence_spread())
        history.learning.note_evidence_spread(spread, int(people.sum()))
        parts = parts / scale
    elif history.learning.usual_evidence_spread():
        parts = parts / history.learning.usual_evidence_spread()
    evidence = parts.sum(axis=2)
    unusual = combination(history, day, values)
    p_value = final_p(history, day, active, evidence.sum(axis=1) + unusual, stratum, comparable, judged)
    return Night(
        level, effect, np.sqrt(variance), z, p, judged, evidence, p_value, q_values(p_value), ranks(-np.log10(p_value)),
        parts, unusual,
    )  # fmt: skip


def combination(history: History, day: int, values: Floats) -> Floats:
    """Weighted score of the detector on the statistics of the day and of 28 days, rates and shares."""
    if history.combinations is None:
        return np.zeros(len(values))
    detector, vectors = history.combinations, values[:, :, :, ::2].reshape(len(values), -1)
    detector.refit(day - history.first_day)
    unusual = history.method.combination_weight * detector.scores(vectors)
    if history.warm(day).all():
        detector.take(vectors)
    return unusual


def day_effect(history: History, day: int, active: Active, level: Level) -> Floats:
    """Factor of the day for each agent and signal, from the queue or site, else from all of the actor type."""
    effect = np.zeros_like(level.expected)
    for number in (*np.unique(active.actor), *(ACTORS + np.unique(active.group))):
        mine = np.flatnonzero(active.actor == number if number < ACTORS else active.group == number - ACTORS)
        if len(mine) >= history.method.effect_agents:
            effect[mine] = group_effect(
                history, day, number, active.counts[mine], level.expected[mine], level.known[mine]
            )
    return np.exp(np.where(level.known, effect, 0.0))


def group_effect(history: History, day: int, number: int, counts: Floats, expected: Floats, known: Bools) -> Floats:
    """Logarithm of one group's effect; its raw median is remembered, since only what is unusual is an effect."""
    method = history.method
    nights = history.median_nights.total[number]
    usual = history.medians.total[number] / (nights + method.usual_prior)
    effect, median = log_effect(counts, expected, usual, method.effect_shrink, method.effect_cap)
    says = np.asarray(known.any(axis=0))
    history.medians.write(day, np.array([number]), np.where(says, median, 0.0)[None])
    history.median_nights.write(day, np.array([number]), says[None].astype(float))
    return effect


def remember(history: History, day: int, active: Active, level: Level, variance: Floats) -> None:
    """Take the night's counts into the sliding sums; what teaches the baseline is cut first."""
    method, agent = history.method, active.agent
    # The added 1 lets a signal that was never seen before be learned at all.
    most = level.expected + method.winsor_sigma * np.sqrt(variance + 1.0)
    taught = np.where(level.known, np.minimum(active.counts, most), active.counts)
    teaching = np.broadcast_to(history.warm(day), taught.shape).astype(float)
    history.taught.write(day, agent, taught)
    history.teaching.write(day, agent, teaching)
    history.month_active.write(day, agent, np.ones((len(agent), 1)))
    history.month_taught.write(day, agent, taught)
    history.week_counts.write(day, agent, np.where(level.known, active.counts, 0.0))
    history.week_expected.write(day, agent, np.where(level.known, level.expected, 0.0))
    history.week_variance.write(day, agent, np.where(level.known, variance, 0.0))


def calibrated(
    history: History, day: int, active: Active, level: Level, z: Floats, stratum: Ints, comparable: Bools
) -> tuple[Floats, Bools]:
    """p of each z against the last 90 days of comparable agents, and whether there was anybody to compare with."""
    flat = z.reshape(len(z), -1)
    says = np.repeat((level.known & history.warm(day))[:, :, None], len(HORIZONS), axis=2).reshape(flat.shape)
    p, reference = history.reference.p_values(flat, active.agent, stratum, comparable)
    history.reference.add(flat, active.agent, stratum, says)
    p = np.where(says & reference, p, 1.0)
    return p.reshape(z.shape), np.asarray((says & reference).any(axis=1))


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
    teaches = judged & bool(history.warm(day).all())
    history.evidence_reference.add(evidence[:, None], active.agent, stratum, teaches[:, None])
    # A young log promises too much: its reference is short, and its agents' own levels are hardly known.
    trust = min(1.0, (day - history.first_day + 1) / history.method.short_log_days)
    return np.where(judged & reference[:, 0], p[:, 0] ** trust, 1.0)
