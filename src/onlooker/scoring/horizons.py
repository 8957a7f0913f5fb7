"""The statistics of a night: rates and shares, over the day, the week, 28 days, and the level against peers."""

from __future__ import annotations

import numpy as np

from onlooker.scoring.active import Active, Bools, Floats, Level
from onlooker.scoring.baseline import stabilised
from onlooker.scoring.combine import contribution
from onlooker.scoring.history import History
from onlooker.scoring.levels import has_own_kind, level_of
from onlooker.scoring.planting import profile
from onlooker.scoring.rehearsal import shift_of_rates, shift_of_shares
from onlooker.scoring.shares import expected_share, night_factor, share_z
from onlooker.scoring.spread import FEWEST, night_spread, steadied

WEEK_LOW, WEEK_HIGH = -3.0, 6.0
"""A day counts for the week at most so much: more than towards persistence, since a week is meant to see bursts."""
LEVEL_SCALE = 2.0
"""Brings the logarithm of a level to about the scale of a z-value."""


def statistics(history: History, day: int, active: Active, level: Level, effect: Floats) -> Floats:
    """All statistics, shape (agents, signals, 2, horizons): rate and share; 0 where nothing can be said."""
    agent, counts = active.agent, active.counts
    own = np.where(level.known, stabilised(counts, level.expected, level.dispersion), 0.0)
    before = level_of(history, history.earlier, active)
    lagged = np.where(before.known, stabilised(counts, before.expected * effect, before.dispersion), own)
    own, lagged = steadied_both(history, own, lagged, level.known)
    share = np.where(history.has_share & history.warm(day), shares(history, active), 0.0)
    history.week_active.write(day, agent, np.ones((len(agent), 1)))
    history.week_rate.write(day, agent, np.clip(lagged, WEEK_LOW, WEEK_HIGH))
    history.week_share.write(day, agent, np.clip(share, WEEK_LOW, WEEK_HIGH))
    clip = history.method.persistence_clip
    history.month_clipped_z.write(day, agent, np.clip(lagged, -clip, clip))
    history.month_share.write(day, agent, np.clip(share, -clip, clip))
    expected = np.where(before.known, before.expected * effect, level.expected)
    history.month_above.write(day, agent, np.where(level.known, counts > expected, 0.0))
    history.month_counts.write(day, agent, np.where(level.known, counts, 0.0))
    history.month_expected.write(day, agent, expected)
    week, month = (np.sqrt(np.maximum(ring.total[agent], 1.0)) for ring in (history.week_active, history.month_active))
    rates = own, history.week_rate.total[agent] / week, history.month_clipped_z.total[agent] / month
    parts = share, history.week_share.total[agent] / week, history.month_share.total[agent] / month
    standing = LEVEL_SCALE * level_against_peers(history, active, level)
    values = np.stack([np.stack([*rates, standing], axis=2), np.stack([*parts, np.zeros_like(share)], axis=2)], axis=2)
    return np.where(level.known[:, :, None, None], values, 0.0)


def steadied_both(history: History, own: Floats, lagged: Floats, known: Bools) -> tuple[Floats, Floats]:
    """Both daily z-values, narrowed on a night on which everybody is further from the expected than usual."""
    if len(own) < FEWEST:
        return own, lagged
    nights = [night_spread(own), night_spread(lagged)]
    usual = history.learning.usual_spread()
    history.learning.note_spread(np.stack([spread for _, spread in nights]), np.asarray(known.any(axis=0)))
    return steadied(own, *nights[0], usual[0]), steadied(lagged, *nights[1], usual[1])


def shares(history: History, active: Active) -> Floats:
    """z of each count given the day's visits, against the composition of 28 days earlier and before."""
    result = np.zeros_like(active.counts)
    visits = active.counts[:, [history.visits]]
    for actor in np.unique(active.actor):
        mine = np.flatnonzero(active.actor == actor)
        members = np.flatnonzero(history.actor == actor)
        peers = history.own.total[members].sum(axis=0), history.own.visits[members].sum(axis=0)
        expected = expected_share(history.earlier, active.agent[mine], *peers) * visits[mine]
        expected = expected * night_factor(active.counts[mine], expected)
        result[mine] = share_z(active.counts[mine], expected)
    return result


def level_against_peers(history: History, active: Active, level: Level) -> Floats:
    """Logarithm of the level of the last 28 days over that of the peers, both with two days of the peers added."""
    days, counts = history.month_active.total[active.agent], history.month_taught.total[active.agent]
    above = np.log((counts + 2.0 * level.peers + 0.5) / ((days + 2.0) * level.peers + 0.5))
    return np.where(has_own_kind(history, active)[:, None], above, 0.0)


def learn(history: History, day: int, active: Active, level: Level, values: Floats) -> None:
    """Take in what the night says about noise, and what planting on it would have done; people only."""
    learning = history.learning
    learning.fade()
    known = level.known & history.warm(day) & (active.actor == 0)[:, None]
    learning.note_values(contribution(values), known)
    people = np.flatnonzero(active.actor == 0)
    pools = history.meet_customers(active.returning) if active.returning is not None else None
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
