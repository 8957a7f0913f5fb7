"""A judged night: what it says of its agents, and what the history takes in of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.scoring.active_agents import Active, Bools, Floats, Ints, Level
from onlooker.scoring.attendance import Attendance
from onlooker.scoring.evidence_details import NightDetails
from onlooker.scoring.tonight import Tonight


@dataclass(frozen=True)
class KindLessons:
    """What the night says of the kinds of agents (agent_kinds.py)."""

    kind: Ints
    """Kind of each active agent."""
    of_own: Floats
    """Agent-days and sum of evidence of each active agent since it is of that kind, the night's included."""
    of_kind: Floats
    """The night's agent-days and sum of evidence by kind, shape (kinds, 2)."""


@dataclass(frozen=True)
class Medians:
    """The middle of some groups' deviations that night; one entry per group."""

    number: Ints
    """Place of the group in the history: actor types first, then queues or sites."""
    median: Floats
    """Shape (groups, signals)."""
    says: Bools
    """Shape (groups, signals): where the median teaches."""


@dataclass(frozen=True)
class Spreads:
    """Upper spread of the daily z of the night; arrays of shape (2, signals) and (signals,)."""

    spread: Floats
    known: Bools


@dataclass(frozen=True)
class Lessons:
    """What the history takes in of a judged night; rows are its active agents."""

    active: Active
    level: Level
    attendance: Attendance
    tonight: Tonight
    """What the sliding sums take in."""
    contributions: Floats
    """What each statistic speaks for, before weights, shape (2, horizons, agents, signals)."""
    z: Floats
    """The rates that calibrate later ones, shape (agents, signals * horizons)."""
    says: Bools
    """Shape (agents, signals): where a rate may."""
    evidence: Floats
    """The evidence that calibrates later nights' evidence, one number per agent."""
    judged: Bools
    kinds: KindLessons
    medians: Medians | None
    """None where no group was large enough, as for the two that follow."""
    spreads: Spreads | None
    evidence_spread: tuple[float, int] | None
    """Upper spread of the evidence of people, and of how many it is."""
    vectors: Floats | None
    """What the detector of unusual combinations sees of each agent; None where it is left out."""


@dataclass(frozen=True)
class Night:
    """One judged night; rows are its active agents."""

    day: int
    level: Level
    """Expected counts with the day effect in them."""
    effect: Floats
    """Factor of the day, shape (agents, signals)."""
    judged: Bools
    """Whether the agent could be compared with anybody."""
    evidence: Floats
    """Weighted contributions, shape (agents, signals)."""
    unusual: Floats
    """What the detector of unusual combinations adds to the evidence, one number per agent."""
    before: Floats
    """What the evidence of the agent's weeks before adds, one number per agent: negative where it was high."""
    p_value: Floats
    q_value: Floats
    rank: NDArray[np.int64]
    details: NightDetails
    """Of the agents that may become alerts."""
    lessons: Lessons
