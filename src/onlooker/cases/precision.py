"""How often alerts were right so far, by the verdicts, with how little is known yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from onlooker.cases.case_records import Case, Record

Z95 = 1.959963984540054
"""95 % of a normal distribution lie within this number of standard deviations."""


@dataclass(frozen=True)
class Precision(Record):
    """Closed cases with a verdict. Unsure ones are counted, and in neither part of the share."""

    confirmed: int
    benign: int
    unsure: int
    share: float | None
    """confirmed / (confirmed + benign + false alarms); None without any."""
    low: float
    """Wilson's 95 % interval of the share."""
    high: float
    false_alarms: int = 0

    def in_words(self) -> str:
        """`3 of 5 confirmed (60 %, 95 % interval 23 to 88 %), 1 unsure`."""
        parts = []
        if self.share is not None:
            share, low, high = (f"{100 * value:.0f}" for value in (self.share, self.low, self.high))
            judged = self.confirmed + self.benign + self.false_alarms
            parts.append(f"{self.confirmed} of {judged} confirmed ({share} %, 95 % interval {low} to {high} %)")
        if self.false_alarms:
            parts.append(f"{self.false_alarms} of them {'a false alarm' if self.false_alarms == 1 else 'false alarms'}")
        if self.unsure:
            parts.append(f"{self.unsure} unsure")
        return ", ".join(parts) or "no verdict yet"


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's score interval (1927) for a share of `hits` in `n`, 95 %; (0, 1) for n = 0."""
    if n == 0:
        return 0.0, 1.0
    share, square = hits / n, Z95**2 / n
    middle, half = share + square / 2, Z95 * sqrt(share * (1 - share) / n + square / (4 * n))
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))


def precision(verdicts: Iterable[str]) -> Precision:
    """Precision of cases with these verdicts."""
    counts = Counter(verdicts)
    hits, n = counts["confirmed"], counts["confirmed"] + counts["benign"] + counts["false alarm"]
    low, high = wilson(hits, n)
    share = hits / n if n else None
    return Precision(hits, counts["benign"], counts["unsure"], share, low, high, counts["false alarm"])


def by_signal(cases: Iterable[Case], signals: Mapping[str, Iterable[str]]) -> dict[str, Precision]:
    """Precision per signal; `signals` are those of each alert id. A case counts once for each signal its alerts had."""
    verdicts: dict[str, list[str]] = {}
    for case in cases:
        if case.verdict is not None:
            for signal in sorted({signal for alert in case.alerts for signal in signals.get(alert, ())}):
                verdicts.setdefault(signal, []).append(case.verdict.kind)
    return {signal: precision(kinds) for signal, kinds in sorted(verdicts.items())}


def in_words(overall: Precision, signals: Mapping[str, Precision]) -> Iterator[str]:
    """Precision so far, a line for all and one for each signal that judged cases had."""
    yield f"precision so far: {overall.in_words()}"
    width = max(map(len, signals), default=0)
    for signal, one in signals.items():
        yield f"  {signal:<{width}}  {one.in_words()}"
