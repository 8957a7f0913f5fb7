"""The statistics of a night: rates and shares, over the day, the week, 28 days, and the level against peers."""

from __future__ import annotations

import numpy as np

from onlooker.schema.evidence import DAY, HORIZONS, LEVEL, MONTH, WEEK
from onlooker.scoring.active_agents import Active, Bools, Floats, Level
from onlooker.scoring.baseline import stabilised
from onlooker.scoring.column_statistics import rows_where
from onlooker.scoring.expected_levels import has_own_kind, level_of, own_share
from onlooker.scoring.night_spread import FEWEST, night_spread, steadied
from onlooker.scoring.scoring_history import History
from onlooker.scoring.shares import night_factor, share_z
from onlooker.scoring.weights.discriminant import RATE, SHARE, shift_of_rates, shift_of_shares
from onlooker.scoring.weights.paper_planting import profile

WEEK_LOW, WEEK_HIGH = -3.0, 6.0
"""A day counts for the week at most so much: more than towards persistence, since a week is meant to see bursts."""
LEVEL_SCALE = 2.0
"""Brings the logarithm of a level to about the scale of a z-value."""


def statistics(history: History, day: int, active: Active, level: Level, effect: Floats, learning: Bools) -> Floats:
    """All statistics, shape (2, horizons, agents, signals): rate and share; 0 where nothing can be said."""
    agent, counts = active.agent, active.counts
    own = np.where(level.known, stabilised(counts, level.expected, level.dispersion), 0.0)
    before = level_of(history, history.earlier, active, learning, past=True)
    lagged = np.where(before.known, stabilised(counts, before.expected * effect, before.dispersion), own)
    own, lagged = steadied_both(history, active, own, lagged, level.known)
    # A share of what was never counted would be a guess, and would stay in the sums for weeks.
    known = level.known | ~history.late
    share = np.where(history.has_share & history.warm(day) & known, shares(history, active), 0.0)
    history.week_active.write(day, agent, np.ones((len(agent), 1)))
    history.week_rate.write(day, agent, np.clip(lagged, WEEK_LOW, WEEK_HIGH))
    history.week_share.write(day, agent, np.clip(share, WEEK_LOW, WEEK_HIGH))
    clip = history.method.persistence_clip
    history.month_clipped_z.write(day, agent, np.clip(lagged, -clip, clip))
    history.month_share.write(day, agent, np.clip(share, -clip, clip))
    expected = np.where(before.known, before.expected * effect, level.expected)
    if active.counted is not None:
        expected = np.where(active.counted, expected, 0.0)
    history.month_above.write(day, agent, np.where(level.known, counts > expected, 0.0))
    history.month_counts.write(day, agent, np.where(level.known, counts, 0.0))
    history.month_expected.write(day, agent, expected)
    alike = together(before, expected)
    rings = history.week_active, history.month_active
    week, month = (np.maximum(history.active_days(ring)[agent], 1.0) for ring in rings)
    values = np.zeros((2, len(HORIZONS), *counts.shape))
    values[RATE, DAY], values[SHARE, DAY] = own, share
    values[RATE, WEEK] = history.week_rate.total[agent] / np.sqrt(week * (1.0 + (week - 1.0) * alike))
    values[SHARE, WEEK] = history.week_share.total[agent] / np.sqrt(week)
    values[RATE, MONTH] = history.month_clipped_z.total[agent] / np.sqrt(month * (1.0 + (month - 1.0) * alike))
    values[SHARE, MONTH] = history.month_share.total[agent] / np.sqrt(month)
    values[RATE, LEVEL] = LEVEL_SCALE * level_against_peers(history, active, level)
    return values if level.known.all() else np.where(level.known, values, 0.0)


def together(level: Level, expected: Floats) -> Floats:
    """Part of the variance of a daily z that all days of a sum share: what the expected level is off by.

    A sum of n daily values of which each pair has this correlation has the variance n (1 + (n - 1) correlation), the
    design effect of Kish (1965). It is small for whoever has been there for long.
    """
    return np.asarray(level.doubt * expected / (1.0 + level.dispersion * expected))


def steadied_both(history: History, active: Active, own: Floats, lagged: Floats, known: Bools) -> tuple[Floats, Floats]:
    """Both daily z-values, narrowed on a night on which everybody is further from the expected than usual."""
    if len(own) < FEWEST:
        return own, lagged
    nights = [night_spread(own), night_spread(lagged)]
    usual, taught = history.learning.usual_spread(), active.teaches
    if taught.sum() >= FEWEST:
        spreads = nights if taught.all() else [night_spread(own[taught]), night_spread(lagged[taught])]
        history.learning.note_spread(np.stack([spread for _, spread in spreads]), np.asarray(known[taught].any(axis=0)))
    return steadied(own, *nights[0], usual[0]), steadied(lagged, *nights[1], usual[1])


def shares(history: History, active: Active) -> Floats:
    """z of each count given the day's visits, against the composition of 28 days earlier and before."""
    result = np.zeros_like(active.counts)
    expected = own_share(history, active.actor, active.agent) * active.counts[:, [history.visits]]
    for actor in np.unique(active.actor):
        mine = rows_where(active.actor == actor)
        tonight = expected[mine] * night_factor(active.counts[mine], expected[mine])
        result[mine] = share_z(active.counts[mine], tonight)
    return result


def level_against_peers(history: History, active: Active, level: Level) -> Floats:
    """Logarithm of the level of the last 28 days over that of the peers, both with two days of the peers added."""
    days = history.active_days(history.month_active)[active.agent]
    counts = history.month_taught.total[active.agent]
    above = np.log((counts + 2.0 * level.peers + 0.5) / ((days + 2.0) * level.peers + 0.5))
    return np.where(has_own_kind(history, active)[:, None], above, 0.0)


def learn(history: History, day: int, active: Active, level: Level, contributions: Floats) -> None:
    """Take in what the night says about noise, and what planting on it would have done; people only.

    `contributions` are those of `statistics`. Agents of whom the night teaches nothing are left out.
    """
    learning, warm = history.learning, history.warm(day)
    pools = history.meet_customers(active.returning) if active.returning is not None else None
    people = np.flatnonzero((active.actor == 0) & active.teaches)
    if not active.teaches.any():
        return
    learning.fade()
    of_people = contributions if len(people) == len(active.agent) else contributions[:, :, people]
    learning.note_values(of_people, level.known[people] & warm)
    if not len(people) or pools is None or not history.names or day - history.first_day < history.method.warm_up_days:
        return
    counts, expected = active.counts[people], level.expected[people]
    visits = counts[:, [history.visits]]
    glances = counts[:, history.names.index("glances")].sum() if "glances" in history.names else 0.0
    planted = profile(history.names, pools, glances / max(visits.sum(), 1.0))
    usual = expected[:, [history.visits]]
    share = np.clip((expected + 0.02) / (usual + 0.05), 0.0, 1.0)
    learning.note_shift(
        shift_of_rates(counts, expected, level.dispersion[people], planted, usual),
        np.where(history.has_share, shift_of_shares(counts, visits, share, usual, planted), 0.0),
        np.asarray(level.known[people].any(axis=0)),
    )
