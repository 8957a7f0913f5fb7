"""What goes wrong with the log itself: lines and ids are missing, lines come twice or late, clocks are wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from onlooker.simulation.arrays import Bools, Floats, Ints, stream
from onlooker.simulation.lines import Lines
from onlooker.simulation.nuisances import Spell
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import Visits
from onlooker.simulation.zone_clock import DAY, epoch_second

SKEW = 47 * 60
"""Seconds by which a clock is ahead."""


@dataclass
class Shown:
    """The lines as the log has them, the ticket that each shows, and whose agent's id is lost."""

    lines: Lines
    ticket: Ints
    nameless: Bools
    again: Bools  # written once more than it happened


def _hit(spell: Spell, lines: Lines, visits: Visits, plan: Plan) -> Bools:
    """The lines of the spell's days (in UTC) and site."""
    day = (lines.second - epoch_second(plan.start_date)) // DAY
    hit: Bools = (day >= spell.first) & (day < spell.last)
    if spell.nuisance.where:
        names = np.array([s.name for s in plan.sites])
        hit &= (names == spell.nuisance.where)[plan.staff.site[visits.agent[lines.visit]]]
    return hit


Damage = Callable[[Shown, Bools, float, np.random.Generator], Shown]


def _keep(shown: Shown, where: Ints) -> Shown:
    return Shown(shown.lines.take(where), shown.ticket[where], shown.nameless[where], shown.again[where])


def _gap(shown: Shown, hit: Bools, strength: float, rng: np.random.Generator) -> Shown:
    """Nine hours of each day are missing, or as many as the strength makes of it."""
    hour = shown.lines.second % DAY / 3600
    return _keep(shown, np.flatnonzero(~(hit & (hour >= 6) & (hour < 6 + 9 * strength))))


def _lost(shown: Shown, hit: Bools, strength: float, rng: np.random.Generator) -> Shown:
    """Whole days are missing."""
    return _keep(shown, np.flatnonzero(~hit))


def _twice(share: float) -> Damage:
    """Lines come a second time, with the same identity."""

    def damage(shown: Shown, hit: Bools, strength: float, rng: np.random.Generator) -> Shown:
        times = 1 + (hit & (rng.random(len(hit)) < share * strength)).astype(np.int64)
        two = _keep(shown, np.repeat(np.arange(len(hit)), times))
        two.again[1:] |= two.lines.number[1:] == two.lines.number[:-1]
        return two

    return damage


def _no_tickets(share: float) -> Damage:
    """The ticket is not shown."""

    def damage(shown: Shown, hit: Bools, strength: float, rng: np.random.Generator) -> Shown:
        lost = hit if share == 1 else hit & (_by_visit(shown, rng) < share * strength)
        shown.ticket = np.where(lost, -1, shown.ticket)
        return shown

    return damage


def _by_visit(shown: Shown, rng: np.random.Generator) -> Floats:
    """One draw for all lines of a visit."""
    visits, place = np.unique(shown.lines.visit, return_inverse=True)
    return rng.random(len(visits))[place]


def _no_names(shown: Shown, hit: Bools, strength: float, rng: np.random.Generator) -> Shown:
    """The agent's id is missing on 5 % of the lines."""
    shown.nameless |= hit & (rng.random(len(hit)) < 0.05 * strength)
    return shown


def _skew(shown: Shown, hit: Bools, strength: float, rng: np.random.Generator) -> Shown:
    """The clock is 47 minutes ahead."""
    shown.lines.second = shown.lines.second + hit * int(SKEW * strength / 60) * 60
    return shown


DAMAGES: dict[str, Damage] = {
    "logging_gap": _gap,
    "broken_tickets": _no_tickets(1),
    "late_tickets": _no_tickets(0.3),
    "lost_ids": _no_names,
    "duplicates": _twice(0.3),
    "file_doubled": _twice(1),
    "file_lost": _lost,
    "clock_skew": _skew,
}


def damage(spells: Sequence[Spell], lines: Lines, visits: Visits, plan: Plan, seed: int) -> Shown:
    """Return the lines as the log has them."""
    no = np.zeros(len(lines.visit), bool)
    shown = Shown(lines, visits.ticket[lines.visit], no, no.copy())
    for number, spell in enumerate(spells):
        change = DAMAGES.get(spell.nuisance.kind)
        if change is not None:
            hit = _hit(spell, shown.lines, visits, plan)
            shown = change(shown, hit, spell.nuisance.strength, stream(seed, "damage", number))
    return shown
