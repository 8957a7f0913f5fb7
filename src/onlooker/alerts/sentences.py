"""Evidence -> sentences: every number comes from the tables, and no word speaks of guilt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from onlooker.schema.evidence import CUSTOMERS, DAYS, Evidence, Statistic
from onlooker.schema.explanations import BY_NAME, WITHOUT
from onlooker.schema.findings import Reason

MOST_REASONS = 5
MOST_OF_A_FAMILY = 2
FEWEST_LOOKS = 2
"""No reason is a single look."""
REMARKABLE = 0.2
"""A reason is rarer than this, unless there is none so rare."""
SPEAKS_AGAINST = -0.5
BUSY = 1.15
_ONE = re.compile(r"^(1 (?:\w+ )?(?:customer|visit|glance|look|export|reveal|search))e?s\b")


def number(value: float) -> str:
    """`1,234`; one decimal below 10 where there is one."""
    if value >= 10 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.1f}".removesuffix(".0") if value >= 0.05 else "under 0.1"


def counted(value: float, noun: str) -> str:
    """`3 single glances`, `1 single glance`."""
    return one(f"{number(value)} {noun}")


def one(text: str) -> str:
    """`1 visits on a day` as `1 visit on a day`; a sentence that begins otherwise stays as it is."""
    return _ONE.sub(r"\1", text)


def sentence(statistic: Statistic, noun: str, date: str, own_days: int) -> str:
    """One statistic in words: how many of what, when, how many are usual, and what usual is taken from."""
    s = statistic
    found, expected = counted(s.observed, noun), number(s.expected)
    if s.horizon == "week":
        return f"{found} in the 7 days to {date}; {expected} expected."
    if s.horizon == "month":
        days = f"{s.above} of {s.worked} day{'s' * (s.worked != 1)} worked"
        return f"{found} in the 28 days to {date}; {expected} expected from the time before. Above that on {days}."
    if s.horizon == "level":
        return f"{found} per day worked in the 28 days to {date}; {expected} among peers."
    if own_days >= 10:
        usual = f"{expected} expected from the last {own_days} days worked"
    else:
        usual = f"{expected} expected, mostly from what peers do, since there is little history"
    return f"{found} on {date}; {usual}. Peers: {number(s.peers)} a day."


def by_signal(evidence: Evidence) -> dict[str, tuple[float, Statistic]]:
    """Each signal's evidence over all horizons, and its strongest statistic."""
    result: dict[str, tuple[float, Statistic]] = {}
    for statistic in evidence.statistics:
        total, best = result.get(statistic.signal, (0.0, statistic))
        strongest = statistic if statistic.evidence > best.evidence else best
        result[statistic.signal] = (total + statistic.evidence, strongest)
    return result


def looks(statistic: Statistic) -> float:
    """How many looks a statistic is about; for the level those of all days worked."""
    return statistic.observed * (statistic.worked if statistic.horizon == "level" else 1)


def rests_on_several(evidence: Evidence) -> bool:
    """Whether something above the expected speaks for an alert that is more than a single look."""
    return any(s.evidence > 0 and s.observed > s.expected and looks(s) >= FEWEST_LOOKS for s in evidence.statistics)


def speaking(evidence: Evidence, families: Mapping[str, str]) -> list[tuple[float, Statistic]]:
    """What an alert's reasons are made from, strongest first: a signal's evidence, and its strongest horizon.

    At most two of a family; only what is above the expected and no single look; what is not rare only if nothing is.
    """
    totals = {signal: total for signal, (total, _) in by_signal(evidence).items() if total > 0}
    best: dict[str, Statistic] = {}
    for s in evidence.statistics:
        above = s.signal in totals and s.evidence > 0 and s.observed > s.expected and looks(s) >= FEWEST_LOOKS
        if above and (s.signal not in best or s.evidence > best[s.signal].evidence):
            best[s.signal] = s
    ranked = sorted(best.values(), key=lambda s: (-totals[s.signal], s.signal))
    used: dict[str, int] = {}
    chosen = []
    for s in [s for s in ranked if s.p <= REMARKABLE] or ranked[:1]:
        used[families[s.signal]] = used.get(families[s.signal], 0) + 1
        if used[families[s.signal]] <= MOST_OF_A_FAMILY:
            chosen.append((totals[s.signal], s))
    return chosen[:MOST_REASONS]


def reasons(evidence: Evidence, nouns: Mapping[str, str], families: Mapping[str, str], date: str) -> tuple[Reason, ...]:
    """What speaks for an alert, strongest first, in words and in the numbers that the words were made from."""
    return tuple(
        Reason(
            signal=s.signal,
            text=sentence(s, nouns[s.signal], date, evidence.own_days),
            horizon=DAYS[s.horizon],
            observed=s.observed,
            expected=s.expected,
            peers=s.peers,
            evidence=round(total, 6),
        )
        for total, s in speaking(evidence, families)
    )


def against(
    evidence: Evidence, nouns: Mapping[str, str], date: str, explained: Mapping[str, int],
    interested: Mapping[str, int], notes: Sequence[str],
) -> tuple[str, ...]:  # fmt: skip
    """What speaks against an alert: ordinary signals, a busy day, explained visits, and what could not be judged."""
    day_of = {s.signal: s for s in evidence.statistics if s.horizon == "day"}
    lowest = sorted(by_signal(evidence).items(), key=lambda item: (item[1][0], item[0]))
    ordinary = [day_of[signal] for signal, (total, _) in lowest if total < SPEAKS_AGAINST]
    lines = [
        f"Not above the ordinary on {date}: {counted(s.observed, nouns[s.signal])}; {number(s.expected)} expected."
        for s in [s for s in ordinary if s.expected >= 1 and s.observed <= s.expected][:2]
    ]
    effect = day_of[CUSTOMERS].effect if CUSTOMERS in day_of else 1.0
    if effect >= BUSY:
        lines.append(f"It was a busy day for the colleagues as well: {effect:.2f} times the usual.")
    return (*lines, *in_order(date, explained, interested), *notes)


def in_order(date: str, explained: Mapping[str, int], interested: Mapping[str, int]) -> Iterator[str]:
    """How many visits have which explanation, and how much of that stands on the word of somebody with an interest."""
    reasoned = {name: n for name, n in explained.items() if name not in WITHOUT and n}
    if reasoned:
        doubts = {name: f" ({n:,} of them {INTERESTED[name]})" for name, n in interested.items() if name in INTERESTED}
        told = ", ".join(
            f"{n:,} {BY_NAME[name].of_several}{doubts.get(name, '')}"
            for name, n in sorted(reasoned.items(), key=lambda i: (-i[1], i[0]))
        )
        visits = sum(explained.values())
        yield f"Of {visits:,} visits on {date}, {sum(reasoned.values()):,} have an explanation: {told}."
    if alone := sum(interested.get(name, 0) for name in WITHOUT):
        yield (
            f"A review sample or a project would cover {alone:,} of the visits without an explanation, but only the "
            "agent, or nobody, stands for it: asserted, not counted."
        )


INTERESTED = {
    "ticket": "opened by the agent",
    "sample": "asserted by the agent's own manager or team",
}


def headline(evidence: Evidence, nouns: Mapping[str, str], families: Mapping[str, str], date: str) -> str:
    """What a hurried reader needs: the most telling reason."""
    for _, s in speaking(evidence, families)[:1]:
        return sentence(s, nouns[s.signal], date, evidence.own_days)
    return "No single signal stands out; many small deviations add up."
