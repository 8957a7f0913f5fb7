"""The busiest tenth of a person's peers: the 90 % point of their days of the last 28, the person's own left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.days import BEFORE_ALL

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

DAYS = 28
BUSIEST = 0.9
FEWEST = 8
"""With fewer peers there is no busiest tenth."""
FEW = 40
"""Among fewer peers two or three who do the same would set their own limit, so the middle has a say as well."""
OF_THE_MIDDLE = 1.75
"""With few peers, the busiest tenth counts as at most this multiple of their median."""


class Peers:
    """The days of all people in one division into groups (a queue, a role), rolled from day to day."""

    def __init__(self, people: int, groups: int, values: Floats) -> None:
        """`values` are the counts that occur, in order; days are given as places among them."""
        self._values = values
        self._number = np.zeros((groups, len(values)), dtype=np.int64)
        self._place = np.full((DAYS, people), -1, dtype=np.intp)
        self._group = np.full((DAYS, people), -1, dtype=np.intp)
        self._day = np.full(DAYS, BEFORE_ALL)
        self._days_in = np.zeros((groups, people), dtype=np.int8)
        """Days of each person in each group."""
        self._members = np.zeros(groups, dtype=np.int64)
        """People with a day in each group."""

    def take(self, day: int, person: Ints, group: Ints, place: Ints) -> None:
        """Add a day, and let go of those that lie 28 days back; people without a count that day are left out."""
        for gone in np.flatnonzero((self._day <= day - DAYS) & (self._day > BEFORE_ALL)).tolist():
            old = np.flatnonzero(self._group[gone] >= 0)
            np.subtract.at(self._number, (self._group[gone, old], self._place[gone, old]), 1)
            self._count_members(gone, old, -1)
            self._group[gone], self._place[gone], self._day[gone] = -1, -1, BEFORE_ALL
        slot = day % DAYS
        self._day[slot] = day
        self._group[slot, person], self._place[slot, person] = group, place
        np.add.at(self._number, (group, place), 1)
        self._count_members(slot, np.flatnonzero(self._group[slot] >= 0), 1)

    def _count_members(self, slot: int, person: Ints, days: int) -> None:
        """Add (1) or take away (-1) a day's people: who comes with a first day, or goes with the last one, counts."""
        group = self._group[slot, person]
        before = self._days_in[group, person]
        self._days_in[group, person] = before + days
        changed = group[np.minimum(before, before + days) == 0]
        self._members += days * np.bincount(changed, minlength=len(self._members))

    def busiest(self, person: Ints, group: Ints) -> Floats:
        """For each person the 90 % point of the peers in `group`; NaN where there are too few of them."""
        result = np.full(len(person), np.nan)
        for one in np.unique(group):
            mine = np.flatnonzero(group == one)
            result[mine] = self._of_group(person[mine], int(one))
        return result

    def members(self, group: int) -> int:
        """People with a day in the group."""
        return int(self._members[group])

    def _of_group(self, person: Ints, group: int) -> Floats:
        members = self.members(group)
        if members < FEWEST:
            return np.full(len(person), np.nan)
        inside = self._group[:, person] == group
        own = np.where(inside, self._place[:, person], len(self._values))
        peers = members - inside.any(axis=0)
        upto = np.cumsum(self._number[group])
        total = upto[-1] - inside.sum(axis=0)
        found = self._values[_place_of(BUSIEST, upto, own, total)]
        if (peers < FEW).any():
            middle = OF_THE_MIDDLE * self._values[_place_of(0.5, upto, own, total)]
            found = np.where((peers < FEW) & (middle > 0), np.minimum(found, middle), found)
        return np.where(peers >= FEWEST, found, np.nan)


def _place_of(share: float, upto: Ints, own: Ints, total: Ints) -> Ints:
    """Where in the values the quantile lies, for each person without the own days.

    The smallest value that enough days of the others do not exceed: each round counts the own days up to the value of
    the round before, so that the value only grows.
    """
    wanted = np.maximum(np.ceil(share * total), 1).astype(np.intp)
    place = np.searchsorted(upto, np.minimum(wanted, upto[-1]))
    while True:
        higher = np.searchsorted(upto, np.minimum(wanted + (own <= place).sum(axis=0), upto[-1]))
        if (higher == place).all():
            return np.asarray(place)
        place = higher
