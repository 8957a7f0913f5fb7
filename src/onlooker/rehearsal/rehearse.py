"""One rehearsal: plant in the past, score it as a log of its own, and weigh the families of signals by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from onlooker.engines.duck import DuckEngine
from onlooker.features import FAMILIES
from onlooker.rehearsal.fit_families import factors, without_highest
from onlooker.rehearsal.past_tables import MOST_AGENTS, ROUND_THE_CLOCK, PastTables
from onlooker.rehearsal.plant_past import with_planted
from onlooker.scoring.judge_night import Limits
from onlooker.scoring.method import Method
from onlooker.scoring.panel import Panel
from onlooker.scoring.read_panel import read_panel, recognise_actors
from onlooker.scoring.score_log import new_history, score_panel
from onlooker.scoring.state_arrays import Names
from onlooker.scoring.teaching import Untaught

Floats = NDArray[np.float64]

FEWEST_PEOPLE = 12
"""People with enough days below whom nothing is rehearsed."""
PLANTED_SHARE, MOST_PLANTED = 0.25, 24
"""How many of them are planted on at a time."""
ENOUGH, ROUNDS = 24, 3
"""The past is planted in anew until so many people were planted on, but no more often than this."""
ENOUGH_DAYS, ENOUGH_OF_ALL = 15, 0.4
"""Days worked that a planted person needs, or this share of the days of a short past."""
EARLY = 21
"""First days of the past that nothing is learned from."""
NO_DETAILS = Limits(-1.0, -1.0)


@dataclass(frozen=True)
class Rehearsed:
    """What a rehearsal found."""

    day: int
    """From this day on its factors are in force; nothing of it or later was looked at."""
    factors: Mapping[str, float] = field(default_factory=dict)
    """Family of signals -> what its evidence is multiplied by; empty where nothing could be rehearsed."""
    planted: int = 0
    """People planted on, each time counted."""
    people: int = 0
    """People whose days were scored."""

    def by_signal(self, signals: Sequence[str]) -> dict[str, float]:
        """The factor of each of `signals` whose family has one."""
        return {name: self.factors[FAMILIES[name]] for name in signals if FAMILIES[name] in self.factors}


def rehearse(
    past: PastTables, signals: Sequence[tuple[str, bool]], excluded: Mapping[str, Sequence[tuple[int, int]]]
) -> Rehearsed:
    """Rehearse on the evening before `past.day`. `excluded` are spans of days of confirmed cases."""
    people = past.people()
    least = min(ENOUGH_DAYS, ENOUGH_OF_ALL * (past.day - past.since))
    able = np.flatnonzero((people.days >= least) & (people.hours < ROUND_THE_CLOCK))
    able = np.array([i for i in able if people.agent[i] not in excluded], dtype=np.intp)
    if len(able) < FEWEST_PEOPLE:
        return Rehearsed(past.day)
    rng = np.random.default_rng([16, len(people.agent)])
    able = rng.permutation(able)
    number = min(MOST_PLANTED, max(2, round(PLANTED_SHARE * len(able))))
    rounds = min(ROUNDS, -(-ENOUGH // number), len(able) // number)
    chosen = [able[number * i : number * (i + 1)] for i in range(rounds)]
    others = rng.permutation(np.setdiff1d(np.arange(len(people.agent)), np.concatenate(chosen)))
    scored = np.concatenate([*chosen, others])[: max(MOST_AGENTS, number * rounds)]
    agents = [people.agent[i] for i in np.sort(scored)]
    with DuckEngine(memory="1GB", threads=1) as engine:
        panel, names = read_past(engine, past, agents, signals)
        days = [
            planted_days(engine, past, [people.agent[i] for i in group], panel, names, excluded, rng)
            for group in chosen
        ]
    return fitted(past.day, days, panel.signals, len(agents))


def read_past(
    engine: DuckEngine, past: PastTables, agents: Sequence[str], signals: Sequence[tuple[str, bool]]
) -> tuple[Panel, Names]:
    """The days of `agents` as a log of its own, on `engine`; also its table `seen`."""
    engine.take("agent_days", past.days_of(agents))
    engine.take("seen", past.seen())
    engine.view("visits", "SELECT * FROM seen")
    recognise_actors(engine)
    names = Names()
    return read_panel(engine, signals, past.since, names, past.day - 1), names


@dataclass(frozen=True)
class PlantedDays:
    """Scored days of one planting."""

    evidence: Floats
    """Shape (days, signals)."""
    insider: NDArray[np.intp]
    """Number of the person planted on, where misuse goes on that day; -1 for ordinary days."""


def planted_days(
    engine: DuckEngine, past: PastTables, insiders: Sequence[str], panel: Panel, names: Names,
    excluded: Mapping[str, Sequence[tuple[int, int]]], rng: np.random.Generator,
) -> PlantedDays:  # fmt: skip
    """Plant on `insiders`, and score the past with it."""
    planted = with_planted(engine, past, insiders, panel, names, rng)
    number = {name: place for place, name in enumerate(names.agents)}
    teaches = Untaught(agents=excluded).teaches(panel, number)
    history = new_history(panel, len(names.groups), Method())
    scores = score_panel(replace(panel, counts=planted.counts), history, teaches=teaches, limits=NO_DETAILS)
    usable = scores.judged & teaches & (panel.day >= past.since + EARLY)
    insider = np.full(len(panel.day), -1, dtype=np.intp)
    for place, name in enumerate(insiders):
        mine = panel.agent == number[name]
        begun = panel.day[mine & planted.touched]
        usable &= ~mine | ((panel.day >= begun.min(initial=past.day)) & (panel.day <= begun.max(initial=0)))
        insider[mine] = place
    return PlantedDays(scores.evidence[usable].astype(np.float64), insider[usable])


def fitted(day: int, days: Sequence[PlantedDays], signals: Sequence[str], people: int) -> Rehearsed:
    """Weigh the families."""
    families = list(dict.fromkeys(FAMILIES[name] for name in signals))
    member = np.array([[FAMILIES[name] == family for family in families] for name in signals], dtype=np.float64)
    evidence, planted, weight = [], [], []
    insiders = 0
    for one in days:
        of_families = one.evidence @ member
        ordinary = of_families[one.insider < 0]
        if not len(ordinary):
            continue
        ordinary = ordinary[without_highest(ordinary)]
        own, each = np.unique(one.insider[one.insider >= 0], return_counts=True)
        share = dict(zip(own.tolist(), 1.0 / each, strict=True))
        bad = one.insider >= 0
        evidence += [ordinary, of_families[bad]]
        planted += [np.zeros(len(ordinary), dtype=bool), np.ones(int(bad.sum()), dtype=bool)]
        weight += [
            np.full(len(ordinary), len(own) / max(len(ordinary), 1)),
            np.array([share[i] for i in one.insider[bad].tolist()]),
        ]
        insiders += len(own)
    if not insiders:
        return Rehearsed(day)
    found = factors(np.concatenate(evidence), np.concatenate(planted), np.concatenate(weight))
    return Rehearsed(day, dict(zip(families, found.tolist(), strict=True)), insiders, people)
