"""What goes wrong with the log itself: lines are missing, ticket ids are missing, lines are written twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onlooker.simulation.arrays import Bools, Ints, stream
from onlooker.simulation.lines import Lines
from onlooker.simulation.nuisances import Spell
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import Visits
from onlooker.simulation.zone_clock import DAY, epoch_second


def _hit(spell: Spell, lines: Lines, visits: Visits, plan: Plan) -> Bools:
    """The lines of the spell's days (in UTC) and site."""
    day = (lines.second - epoch_second(plan.start_date)) // DAY
    hit: Bools = (day >= spell.first) & (day < spell.last)
    if spell.nuisance.where:
        names = np.array([s.name for s in plan.sites])
        hit &= (names == spell.nuisance.where)[plan.staff.site[visits.agent[lines.visit]]]
    return hit


def _gap(hit: Bools, lines: Lines, strength: float) -> Lines:
    """Nine hours of each day are missing, or as many as the strength makes of it."""
    hour = lines.second % DAY / 3600
    lost = hit & (hour >= 6) & (hour < 6 + 9 * strength)
    return lines.take(np.flatnonzero(~lost))


def _twice(hit: Bools, lines: Lines, strength: float, rng: np.random.Generator) -> Lines:
    """30 % of the lines come a second time, with the same identity."""
    times = 1 + (hit & (rng.random(len(hit)) < 0.3 * strength)).astype(np.int64)
    return lines.take(np.repeat(np.arange(len(hit)), times))


def damage(spells: Sequence[Spell], lines: Lines, visits: Visits, plan: Plan, seed: int) -> tuple[Lines, Ints]:
    """Return the lines as the log has them, and the ticket that each shows."""
    shown = visits.ticket.copy()[lines.visit]
    by_number = np.full(len(lines.visit), -1, np.int64)
    by_number[lines.number] = shown
    for number, spell in enumerate(spells):
        hit = _hit(spell, lines, visits, plan)
        if spell.nuisance.kind == "logging_gap":
            lines = _gap(hit, lines, spell.nuisance.strength)
        elif spell.nuisance.kind == "broken_tickets":
            by_number[lines.number[hit]] = -1
        elif spell.nuisance.kind == "duplicates":
            lines = _twice(hit, lines, spell.nuisance.strength, stream(seed, "damage", number))
    return lines, by_number[lines.number]
