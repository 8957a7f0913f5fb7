"""From a campaign's story to one insider's visits, in the simulator and in any other log alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from onlooker.simulation.arrays import Floats, Ints
from onlooker.simulation.campaigns.story import Days, Kind, Pool, Reason, Taste

DAY = 24 * 3600
SECONDS_A_VISIT = 75
"""Nobody opens records faster than this over a whole shift, own work included."""
TASTES: tuple[Pool, ...] = ("anybody", "seen", "in_work")


class House(Protocol):
    """What one insider finds around: customers, tickets, and the own habits. Customers and tickets are numbers."""

    def customers(self, pool: Pool, day: int, size: int, rng: np.random.Generator) -> Ints:
        """Draw customers as they are on a day of the log; with repetition, but for a sequence."""
        ...

    def tickets(self, reason: Reason, day: Ints, customer: Ints, rng: np.random.Generator) -> Ints:
        """Return a ticket for each visit; -1 where there is none of this kind."""
        ...

    def depth(self, size: int, rng: np.random.Generator) -> Ints:
        """Draw log lines per visit as the insider's own work leaves them."""
        ...

    def sittings(self, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw times within the insider's shifts: seconds on the own wall since the midnight before day 0."""
        ...

    def nights(self, day: Ints, rng: np.random.Generator) -> Ints:
        """Draw times far from the insider's usual hours, as `sittings` does."""
        ...


@dataclass(frozen=True)
class Looks:
    """The visits of one insider; one entry per visit in every array."""

    day: Ints  # day of the log on which the shift began
    second: Ints  # on the insider's wall, since the midnight before day 0
    customer: Ints
    ticket: Ints  # -1: none
    lines: Ints  # log lines that it leaves

    def __len__(self) -> int:
        return len(self.day)


def look(kind: Kind, taste: Taste, days: Days, house: House, rng: np.random.Generator, strength: float = 1.0) -> Looks:
    """Return what one insider of this kind and taste does on these days; `strength` multiplies the visits.

    What is common to all visits of a kind (searches, logins, lateness, work left undone) is said by the kind alone.
    """
    counts = within_the_day(kind, np.round(kind.counts(days, rng) * strength).astype(np.int64), days)
    day = np.repeat(days.day, counts)
    customer = _whom(kind, taste, days.day, counts, house, rng)
    if kind.victims and len(day):
        customer = customer[rng.integers(0, min(kind.victims, len(customer)), len(day))]
    second = _when(kind, day, house, rng)
    lines = np.where(rng.random(len(day)) < taste.glance, 1, house.depth(len(day), rng))
    claims = rng.random(len(day)) < taste.borrowed
    ticket = np.where(claims, house.tickets(kind.reason, day, customer, rng), -1)
    looks = Looks(day, second, customer, ticket, lines)
    return _again(looks, rng) if kind.twice else looks


def within_the_day(kind: Kind, counts: Ints, days: Days) -> Ints:
    """Cut the visits to what a shift has time for beside the own work; a program's account has all day."""
    if kind.who == "assistant":
        return counts
    room = (days.hours * 3600 / SECONDS_A_VISIT).astype(np.int64) - days.today
    return np.clip(counts, 0, np.maximum(room, 0) // (2 if kind.twice else 1))


def _when(kind: Kind, day: Ints, house: House, rng: np.random.Generator) -> Ints:
    if kind.off_hours:
        return house.nights(day, rng)
    if kind.who == "assistant":  # the account works round the clock, the person behind it does not
        return day * DAY + rng.integers(9 * 3600, 17 * 3600, len(day))
    return house.sittings(day, rng)


def _whom(kind: Kind, taste: Taste, days: Ints, counts: Ints, house: House, rng: np.random.Generator) -> Ints:
    """Customers for the days, day by day: this many of each pool."""
    pools, weights = (
        (TASTES, [taste.anybody, taste.seen, taste.in_work]) if kind.pool is None else ((kind.pool,), [1.0])
    )
    shares: Floats = np.array(weights, float) / sum(weights)
    found = [np.zeros(0, np.int64)]
    for day, mix in zip(days, rng.multinomial(counts, shares), strict=True):
        found += [house.customers(pool, int(day), int(size), rng) for pool, size in zip(pools, mix, strict=True)]
    return np.concatenate(found)


def _again(looks: Looks, rng: np.random.Generator) -> Looks:
    """Open every record a second time, two to ten minutes later."""
    two = np.arange(len(looks)).repeat(2)
    later = np.tile([0, 1], len(looks)) * rng.integers(120, 600, len(two))
    return Looks(looks.day[two], looks.second[two] + later, looks.customer[two], looks.ticket[two], looks.lines[two])
