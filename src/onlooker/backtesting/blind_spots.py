"""Blind spots: how many records a day stay unseen, by group and by the way of looking, and what would mend it.

It is a manual for thieves: it is written into a store, or into a folder that its owner alone may open.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from onlooker.backtesting.groups import Grouping, groupings
from onlooker.backtesting.honest_log import HonestLog, engine_for, read_honest_log
from onlooker.backtesting.mends import Mend, wanted
from onlooker.backtesting.monotone_fit import Half, halves
from onlooker.backtesting.outcomes import TryOutcome
from onlooker.backtesting.replay import BUDGETS
from onlooker.backtesting.run_backtest import honest_base, judged_tries
from onlooker.backtesting.surroundings import Records, read_records
from onlooker.backtesting.tries import JITTER, STARTS, Staff, Try, copies, must_be_able, staff_of
from onlooker.config import Settings
from onlooker.scanning.job import Progress
from onlooker.schema.days import iso
from onlooker.simulation.arrays import Ints
from onlooker.simulation.campaigns import Counts, Days, Kind, Taste

WITHIN = 14
"""Days within which an alert must come for a try to count as found."""
COARSE = (2.0, 8.0, 32.0, 128.0)
"""Daily numbers of the first tries of each pattern."""
FINE = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8)
"""Those of the second ones, as parts of what the first say is found in half."""
EACH_COARSE, EACH_FINE, EACH_MENDED = 6, 8, 4
FEWEST_TRIES = 8
"""Of a group with fewer tries nothing is told."""
LARGER_BUDGET = max(BUDGETS)

PATTERNS: dict[str, tuple[str, dict[str, Any]]] = {
    "looks": ("looks at any customers, without a ticket", {"taste": Taste(0.5, 0.5, 0.0, glance=0.5)}),
    "in_work": (
        "looks at customers whom colleagues are working on, without a ticket",
        {"taste": Taste(0.0, 0.0, 1.0, glance=0.5)},
    ),
    "under_tickets": (
        "looks under tickets that the agent has for other customers",
        {"taste": Taste(0.5, 0.5, 0.0, glance=0.5, borrowed=1.0)},
    ),
    "off_hours": (
        "looks at hours at which the agent hardly ever works",
        {"taste": Taste(0.5, 0.5, 0.0, glance=0.5), "off_hours": True},
    ),
}


@dataclass(frozen=True)
class Spot:
    """What one group could do in one way."""

    by: str
    group: str
    agents: int
    pattern: str
    half: Half


@dataclass(frozen=True)
class Mended:
    """The same number for everybody if something were there that is not."""

    pattern: str
    mend: str
    now: Half
    then: Half


@dataclass(frozen=True)
class BlindSpots:
    """All blind spots of a log."""

    first_date: str
    last_date: str
    budget: int
    patterns: dict[str, str]
    spots: tuple[Spot, ...]
    mended: tuple[Mended, ...]
    notes: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"format": 1, **asdict(self)}


def find_blind_spots(
    logs: Sequence[str | os.PathLike[str]], settings: Settings, *, seed: int = 0, mend: bool = True,
    progress: Progress = lambda _what, _share: None, stdin: BinaryIO | None = None,
) -> BlindSpots:  # fmt: skip
    """Measure the blind spots of `logs` at the budget of the settings. Raises as `run_backtest` does."""
    paths, budget = [os.fspath(one) for one in logs], nearest_budget(settings)
    with engine_for(settings) as engine:
        trial = Trial(read_honest_log(engine, paths, settings, progress, stdin), seed, progress)
        found = {pattern: trial.measured(pattern) for pattern in trial.patterns}
        log, parted = trial.log, groupings(trial.log, trial.staff.person)
        missing = wanted(log.reading) if mend else []
    spots = tuple(
        spot for pattern, tries in found.items() for way in parted for spot in spots_of(way, pattern, tries, budget)
    )
    whole = {spot.pattern: spot.half for spot in spots if spot.by == "all"}
    mended = [
        Mended(pattern, f"a budget of {LARGER_BUDGET}", whole[pattern], half_of(tries, LARGER_BUDGET))
        for pattern, tries in found.items()
    ]
    if not stdin:
        mended += [one for what in missing for one in tried(what, paths, settings, seed, whole, progress)]
    names = {name: PATTERNS[name][0] for name in found}
    notes = tuple(f"{name} was not tried: the log has no tickets." for name in PATTERNS if name not in found)
    return BlindSpots(iso(log.first_day), iso(log.last_day), budget, names, spots, tuple(mended), notes)


@dataclass(frozen=True)
class NumberedTry:
    """A try, its daily number, and whether each budget knew it in time."""

    agent: int
    number: float
    found: dict[int, bool]


class Trial:
    """Tries of patterns on one log."""

    def __init__(self, log: HonestLog, seed: int, progress: Progress) -> None:
        self.log, self.seed, self.progress = log, seed, progress
        self.staff: Staff = staff_of(log)
        self.points = [int(share * log.days) for share in STARTS]
        must_be_able(log, self.staff, self.points)
        self.records: Records = read_records(log)
        self.base, _ = honest_base(log, [[one] for one in self._of("looks", [1.0], 3)], progress)

    @property
    def patterns(self) -> list[str]:
        """Those that this log can show."""
        has_tickets = "ticket_id" in self.log.reading.offers
        return [name for name in PATTERNS if has_tickets or name != "under_tickets"]

    def measured(self, pattern: str) -> list[NumberedTry]:
        """Coarse tries of a pattern, and then fine ones around the number that they say is found in half."""
        tries = self.tries(pattern, COARSE, EACH_COARSE)
        around = half_of(tries, nearest_budget(self.log.settings)).number or max(COARSE)
        return tries + self.tries(pattern, [max(1.0, around * part) for part in FINE], EACH_FINE)

    def tries(self, pattern: str, numbers: Sequence[float], each: int) -> list[NumberedTry]:
        """Tries of a pattern at daily numbers."""
        planned = self._of(pattern, numbers, each)
        together = copies(planned, int(self.staff.person.sum()))
        judged = judged_tries(
            self.log, self.records, together, self.base, None, self.progress, f"blind spots: {pattern}"
        )
        return [in_time(one) for one in judged]

    def _of(self, pattern: str, numbers: Sequence[float], each: int) -> list[Try]:
        planned = []
        for number in numbers:
            for turn in range(each):
                rng = np.random.default_rng([self.seed, list(PATTERNS).index(pattern), round(number * 1000), turn])
                point = self.points[turn % len(self.points)]
                first = point + int(rng.integers(0, JITTER + 1))
                able = np.flatnonzero(self.staff.free(first) & self.staff.person)
                if len(able):
                    kind = kind_of(pattern, number)
                    planned.append(
                        Try(
                            kind, (int(rng.choice(able)),), first, min(first + WITHIN, self.log.days), point,
                            int(rng.integers(0, 2**62)), number,
                        )
                    )  # fmt: skip
        return planned


def kind_of(pattern: str, number: float) -> Kind:
    """A campaign of a fixed number of records on every day worked."""
    story, how = PATTERNS[pattern]
    return Kind(pattern, story, counts_of(number), **how)


def counts_of(number: float) -> Counts:
    """Poisson numbers, whatever the strength of the try."""

    def counts(days: Days, rng: np.random.Generator) -> Ints:
        return rng.poisson(number, len(days))

    return counts


def in_time(one: TryOutcome) -> NumberedTry:
    """Whether each budget knew a try within the days that count."""
    return NumberedTry(
        one.agents[0], one.strength,
        {budget: night is not None and night <= WITHIN for budget, night in one.nights.items()},
    )  # fmt: skip


def nearest_budget(settings: Settings) -> int:
    """The budget that is tried and is nearest to the one in force."""
    return min(BUDGETS, key=lambda budget: (abs(budget - settings.budget), budget))


def half_of(tries: Sequence[NumberedTry], budget: int) -> Half:
    """The number of everybody."""
    return _halves(tries, budget, np.zeros(len(tries), dtype=np.intp), 1)[0]


def _halves(tries: Sequence[NumberedTry], budget: int, group: NDArray[np.intp], groups: int) -> list[Half]:
    number = np.array([one.number for one in tries])
    return halves(number, np.array([one.found[budget] for one in tries]), group, groups)


def spots_of(way: Grouping, pattern: str, tries: Sequence[NumberedTry], budget: int) -> list[Spot]:
    """The numbers of the groups of one grouping that have enough tries."""
    inside = [one for one in tries if way.group[one.agent] >= 0]
    if not inside:
        return []
    group = np.array([way.group[one.agent] for one in inside], dtype=np.intp)
    people = np.bincount(way.group[way.group >= 0], minlength=len(way.names))
    found = _halves(inside, budget, group, len(way.names))
    return [
        Spot(way.by, name, int(people[place]), pattern, half)
        for place, (name, half) in enumerate(zip(way.names, found, strict=True))
        if half.tries >= FEWEST_TRIES
    ]


def tried(
    mend: Mend, paths: Sequence[str], settings: Settings, seed: int, whole: dict[str, Half], progress: Progress
) -> list[Mended]:
    """The numbers of the patterns that something would mend, if it were there."""
    found = []
    with engine_for(settings) as engine:
        trial = Trial(read_honest_log(engine, paths, settings, progress, None, mend.change), seed, progress)
        for pattern in (name for name in mend.patterns if name in whole):
            around = whole[pattern].number or max(COARSE)
            tries = trial.tries(pattern, [max(1.0, around * part) for part in (0.12, 0.25, 0.5, 1.0, 2.0)], EACH_MENDED)
            found.append(Mended(pattern, mend.name, whole[pattern], half_of(tries, nearest_budget(settings))))
    return found
