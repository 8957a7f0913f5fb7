"""What the row of a list says of an alert: what, how many were seen, how many are usual, over how long."""

from __future__ import annotations

from collections.abc import Mapping

from onlooker.alerts.sentences import number, speaking
from onlooker.features import COUNTS
from onlooker.schema.evidence import DAYS, Evidence, Statistic

LABELS = {feature.name: feature.label for feature in COUNTS}


def in_short(label: str, observed: float, usual: float | None, days: int) -> str:
    """`no reason: 111, usual 8, 28 days`."""
    compared = f", usual {number(usual)}" if usual is not None else ""
    return f"{label}: {number(observed)}{compared}, {days} day{'s' * (days != 1)}"


def statistic_in_short(statistic: Statistic) -> str:
    """The same of a signal over one horizon; for the level counts are per day worked, and peers give what is usual."""
    s, label = statistic, LABELS[statistic.signal]
    if s.horizon == "level":
        return f"{label}: {number(s.observed)} a day, peers {number(s.expected)}, {DAYS['level']} days"
    return in_short(label, s.observed, s.expected, DAYS[s.horizon])


def row_of(evidence: Evidence, families: Mapping[str, str]) -> str:
    """The most telling reason of an agent-day, or that there is no single one."""
    for _, statistic in speaking(evidence, families)[:1]:
        return statistic_in_short(statistic)
    return "many small deviations"


def name_in_words(name: str) -> str:
    """`daily_cap` as `daily cap`."""
    return name.replace("_", " ")
