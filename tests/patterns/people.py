"""Made-up days of people, for the tests of patterns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from onlooker.patterns.pattern import Given, Passed, Pattern
from onlooker.patterns.people_days import COUNTS, PeopleDays, people_days

FIRST = 20_000
ALL = Given(frozenset({"action", "rows", "customer_id"}))


def days_of(counts: Mapping[str, NDArray[np.float64]], places: int = 1, logins: list[str] | None = None) -> PeopleDays:
    """From arrays of shape (people, days); `customers` is NaN where somebody does not work. People go round places."""
    people, days = counts["customers"].shape
    day, agent = np.meshgrid(np.arange(FIRST, FIRST + days), np.arange(people), indexing="ij")
    worked = ~np.isnan(counts["customers"].T)
    flat = {name: counts[name].T[worked] if name in counts else np.zeros(worked.sum()) for name in COUNTS}
    place = agent[worked] % places
    names = logins or [f"agent {i:03}" for i in range(people)]
    return people_days(
        day[worked], agent[worked], place, np.zeros_like(place), flat, names, [f"queue {i}" for i in range(places)]
    )


def honest(people: int, days: int, seed: int = 0, mean: float = 30.0) -> NDArray[np.float64]:
    """Customers a day: everybody's own pace, own scatter, five days in seven, a busy day now and then."""
    rng = np.random.default_rng(seed)
    pace = mean * np.exp(rng.normal(0, 0.25, (people, 1)))
    busy = np.where(rng.random((1, days)) < 0.03, 2.2, 1.0)
    counts = rng.poisson(pace * busy * rng.gamma(12, 1 / 12, (people, days))).astype(float)
    counts[rng.random((people, days)) > 5 / 7] = np.nan
    return counts


def scattered(
    people: int, days: int, seed: int = 0, mean: float = 30.0, dispersion: float = 0.6
) -> NDArray[np.float64]:
    """Customers a day whose variance is mean + dispersion * mean^2, in the middle that of a bank's loan desk (BPI
    Challenge 2012); some people's days differ twice as much, others' half as much."""
    rng = np.random.default_rng(seed)
    pace = mean * np.exp(rng.normal(0, 0.35, (people, 1)))
    own = dispersion * np.exp(rng.normal(0, 0.7, (people, 1)))
    counts = rng.poisson(pace * rng.gamma(1 / own, own, (people, days))).astype(float)
    counts[rng.random((people, days)) > 5 / 7] = np.nan
    return counts


def found(pattern: Pattern, people: PeopleDays, since: int = 0) -> list[tuple[str, int, float, str]]:
    """Login, day, size and sentence of all who pass."""
    return [told(people, one) for one in pattern.judge(people, since)]


def told(people: PeopleDays, one: Passed) -> tuple[str, int, float, str]:
    return people.logins[people.login[one.row]], int(people.day[one.row]) - FIRST, one.size, one.text
