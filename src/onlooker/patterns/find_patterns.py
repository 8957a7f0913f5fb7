"""Who passes which pattern on which night; many of one queue at once are one hit that names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onlooker.engines.protocol import Engine
from onlooker.patterns.pattern import Passed, Pattern
from onlooker.patterns.people_days import PeopleDays, read_people_days

TOGETHER, TOGETHER_SHARE = 10, 0.1
"""At least this many people of a queue, and this share of it, share one alert: the cause lies in the work."""
EVERYBODY = "all people"
"""Where the log has neither queues nor sites."""
MONTH = 28
"""Days in which somebody worked who counts as one of the queue."""


@dataclass(frozen=True)
class Hit:
    """One pattern on one night, about one person or about many of one queue."""

    pattern: Pattern
    subject: str
    """The login; of many `queue x`, `site x` or `all people`."""
    day: int
    passed: tuple[Passed, ...]
    """The largest first."""
    logins: tuple[str, ...]
    """Whose days they are, in their order."""
    people: int = 1
    """How many people the queue has."""

    @property
    def together(self) -> bool:
        """Whether it is about many."""
        return len(self.passed) > 1

    @property
    def size(self) -> float:
        """The size of the largest."""
        return self.passed[0].size


def find_patterns(
    engine: Engine, wanted: Iterable[Pattern], since: int, until: int, past: str | None = None,
    off: Mapping[str, Collection[tuple[str, int]]] | None = None,
) -> list[Hit]:  # fmt: skip
    """All hits on the nights `since` to `until`, by night. `off`: pattern -> agents and days that it leaves out.

    AGENT_DAYS of these nights are on `engine`, and `past` is SQL that stands for those of earlier ones.
    """
    people = read_people_days(engine, until, past, since)
    found = [hit for pattern in wanted for hit in hits(pattern, people, since, (off or {}).get(pattern.name, ()))]
    return sorted(found, key=lambda hit: hit.day)


def hits(pattern: Pattern, people: PeopleDays, since: int, off: Collection[tuple[str, int]] = ()) -> Iterator[Hit]:
    """The hits of one pattern, without the agents and days of `off`."""
    by_place: dict[tuple[int, int], list[Passed]] = {}
    for one in pattern.judge(people, since):
        if (people.logins[people.login[one.row]], int(people.day[one.row])) in off:
            continue
        by_place.setdefault((int(people.day[one.row]), int(people.place[one.row])), []).append(one)
    for (day, place), passed in by_place.items():
        passed.sort(key=lambda one: (-one.size, one.row))
        logins = tuple(people.logins[people.login[one.row]] for one in passed)
        size = working(people, day, place) if len(passed) >= TOGETHER else 0
        if size and len(passed) >= TOGETHER_SHARE * size:
            yield Hit(pattern, people.places[place] or EVERYBODY, day, tuple(passed), logins, size)
        else:
            yield from singly(pattern, day, passed, logins)


def singly(pattern: Pattern, day: int, passed: Sequence[Passed], logins: Sequence[str]) -> Iterator[Hit]:
    """A hit for each of them."""
    for one, login in zip(passed, logins, strict=True):
        yield Hit(pattern, login, day, (one,), (login,))


def working(people: PeopleDays, day: int, place: int) -> int:
    """How many people worked in a queue in the 28 days to `day`."""
    lately = (people.day <= day) & (people.day > day - MONTH) & (people.place == place)
    return len(np.unique(people.person[lately]))
