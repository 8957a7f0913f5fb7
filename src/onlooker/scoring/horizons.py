"""The statistics of a night: rates and shares, over the day, the week, 28 days, and the level against peers."""

from __future__ import annotations

import numpy as np

from onlooker.schema.evidence import DAY, HORIZONS, LEVEL, MONTH, WEEK
from onlooker.scoring.active_agents import Active, Bools, Floats, Level
from onlooker.scoring.attendance import Attendance
from onlooker.scoring.baseline import stabilised
from onlooker.scoring.column_statistics import rows_where
from onlooker.scoring.expected_levels import has_own_kind, level_of, own_share
from onlooker.scoring.judged_night import Spreads
from onlooker.scoring.night_spread import FEWEST, night_spread, steadied
from onlooker.scoring.scoring_history import History
from onlooker.scoring.shares import night_factor, share_z
from onlooker.scoring.tonight import Tonight
from onlooker.scoring.weights.discriminant import RATE, SHARE

WEEK_LOW, WEEK_HIGH = -3.0, 6.0
"""A day counts for the week at most so much: more than towards persistence, since a week is meant to see bursts."""
LEVEL_SCALE = 2.0
"""Brings the logarithm of a level to about the scale of a z-value."""


def statistics(
    history: History, active: Active, attendance: Attendance, tonight: Tonight, level: Level, effect: Floats,
    learning: Bools,
) -> tuple[Floats, Spreads | None]:  # fmt: skip
    """All statistics, shape (2, horizons, agents, signals): rate and share; 0 where nothing can be said.

    Also how far apart the agents were. `tonight` gets what the sums over days take in.
    """
    counts = active.counts
    own = np.where(level.known, stabilised(counts, level.expected, level.dispersion), 0.0)
    before = level_of(history.earlier, active, attendance, learning, past=True)
    lagged = np.where(before.known, stabilised(counts, before.expected * effect, before.dispersion), own)
    own, lagged, spreads = steadied_both(history, active, own, lagged, level.known)
    # A share of what was never counted would be a guess, and would stay in the sums for weeks.
    known = level.known | ~history.late
    says = history.has_share & history.warm(history.day) & known
    share = np.where(says, shares(history, active, attendance), 0.0)
    expected = np.where(before.known, before.expected * effect, level.expected)
    if active.counted is not None:
        expected = np.where(active.counted, expected, 0.0)
    note_sums(history, tonight, lagged, share)
    tonight.note(history.month_above, np.where(level.known, counts > expected, 0.0))
    tonight.note(history.month_counts, np.where(level.known, counts, 0.0))
    tonight.note(history.month_expected, expected)
    alike, total = together(before, expected), tonight.total
    rings = history.week_active, history.month_active
    week, month = (np.maximum(history.active_days(ring, tonight), 1.0) for ring in rings)
    values = np.zeros((2, len(HORIZONS), *counts.shape))
    values[RATE, DAY], values[SHARE, DAY] = own, share
    values[RATE, WEEK] = total(history.week_rate) / np.sqrt(week * (1.0 + (week - 1.0) * alike))
    values[SHARE, WEEK] = total(history.week_share) / np.sqrt(week)
    values[RATE, MONTH] = total(history.month_clipped_z) / np.sqrt(month * (1.0 + (month - 1.0) * alike))
    values[SHARE, MONTH] = total(history.month_share) / np.sqrt(month)
    values[RATE, LEVEL] = LEVEL_SCALE * level_against_peers(history, active, attendance, tonight, level)
    return values if level.known.all() else np.where(level.known, values, 0.0), spreads


def note_sums(history: History, tonight: Tonight, lagged: Floats, share: Floats) -> None:
    """Set apart the daily z-values that add up over the week and 28 days, cut so that no day decides alone."""
    clip = history.method.persistence_clip
    tonight.note(history.week_active, np.ones((len(lagged), 1)))
    tonight.note(history.week_rate, np.clip(lagged, WEEK_LOW, WEEK_HIGH))
    tonight.note(history.week_share, np.clip(share, WEEK_LOW, WEEK_HIGH))
    tonight.note(history.month_clipped_z, np.clip(lagged, -clip, clip))
    tonight.note(history.month_share, np.clip(share, -clip, clip))


def together(level: Level, expected: Floats) -> Floats:
    """Part of the variance of a daily z that all days of a sum share: what the expected level is off by.

    A sum of n daily values of which each pair has this correlation has the variance n (1 + (n - 1) correlation), the
    design effect of Kish (1965). It is small for whoever has been there for long.
    """
    return np.asarray(level.doubt * expected / (1.0 + level.dispersion * expected))


def steadied_both(
    history: History, active: Active, own: Floats, lagged: Floats, known: Bools
) -> tuple[Floats, Floats, Spreads | None]:
    """Both daily z-values, narrowed on a night on which everybody is further from the expected than usual.

    Also how far apart those were who teach, if they are enough.
    """
    if len(own) < FEWEST:
        return own, lagged, None
    nights = [night_spread(own), night_spread(lagged)]
    usual, taught, found = history.learning.usual_spread(), active.teaches, None
    if taught.sum() >= FEWEST:
        spreads = nights if taught.all() else [night_spread(own[taught]), night_spread(lagged[taught])]
        found = Spreads(np.stack([spread for _, spread in spreads]), np.asarray(known[taught].any(axis=0)))
    return steadied(own, *nights[0], usual[0]), steadied(lagged, *nights[1], usual[1]), found


def shares(history: History, active: Active, attendance: Attendance) -> Floats:
    """z of each count given the day's visits, against the composition of 28 days earlier and before."""
    result = np.zeros_like(active.counts)
    expected = own_share(history, attendance, active.agent) * active.counts[:, [history.visits]]
    for actor in np.unique(active.actor):
        mine = rows_where(active.actor == actor)
        tonight = expected[mine] * night_factor(active.counts[mine], expected[mine])
        result[mine] = share_z(active.counts[mine], tonight)
    return result


def level_against_peers(
    history: History, active: Active, attendance: Attendance, tonight: Tonight, level: Level
) -> Floats:
    """Logarithm of the level of the last 28 days over that of the peers, both with two days of the peers added."""
    days, counts = history.active_days(history.month_active, tonight), tonight.total(history.month_taught)
    above = np.log((counts + 2.0 * level.peers + 0.5) / ((days + 2.0) * level.peers + 0.5))
    return np.where(has_own_kind(active, attendance)[:, None], above, 0.0)
