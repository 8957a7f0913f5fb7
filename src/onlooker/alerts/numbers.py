"""Numbers as an analyst says them: one text for the page and the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from onlooker.schema.findings import SEVERITIES, Alert, GroupRate, Run
from onlooker.schema.tables import RECENT_DAYS


def count(value: float) -> str:
    """`12,345`; one decimal below 10 where there is one; a dash for what isn't a number."""
    if not math.isfinite(value):
        return "–"
    whole = abs(value) >= 10 or float(value).is_integer()
    return f"{value:,.0f}" if whole else f"{value:,.1f}"


def plural(number: int, noun: str) -> str:
    """`1 alert`, `3 alerts`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def in_words(number: int) -> str:
    """`no`, `one` to `ten`, then `11`."""
    return _WORDS[number] if number < len(_WORDS) else f"{number:,}"


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def rarity(p: float, among: str = "agent-days", worth: int = 0) -> str:
    """A p-value in words, no rarer than one of `worth`; 0 where it is not known how many it is compared with."""
    if not 0 < p <= 1:
        return "no p-value"
    rarest = min(worth or _RAREST, _RAREST)
    if p > 0.2:
        return f"not unusual among {among}"
    fewer = f"fewer than 1 of {_one_of(1 / rarest)}" if p * rarest < 1 else f"1 of {_one_of(p)}"
    return f"as extreme in {fewer} {among}"


def subjects(newest: Iterable[Alert]) -> str:
    """`3 agents`, `2 agents and 1 team`, by one alert of each."""
    kinds = [alert.kind for alert in newest]
    teams = kinds.count("ring")
    agents = plural(len(kinds) - teams, "agent")
    return f"{agents} and {plural(teams, 'team')}" if teams else agents


def by_chance(q: float, worth: int | None = None) -> str:
    """A q-value in words: how often a night on which all is ordinary brings an alert like this (Simes).

    A night with few agents has small q-values easily, and as a share of a list they would promise too much. No night is
    called rarer than one of `worth`, the independent nights that it was compared with; None where they are not known.
    """
    if not 0 <= q <= 1:
        return "no q-value"
    rarest = _MOST_NIGHTS if worth is None else min(worth, _MOST_NIGHTS)
    nights = _one_of(max(q, 1 / max(rarest, 1)))
    if nights == "1":
        too_short = "the log is too short to say how many ordinary nights bring one like this"
        return "most ordinary nights bring one like this" if _one_of(max(q, 1 / _MOST_NIGHTS)) == "1" else too_short
    few = "fewer than" if q * rarest < 1 else "about"
    return f"{few} one ordinary night in {nights} brings one like this"


def percent(part: float, whole: float) -> str:
    """`31 %`; a dash where there is no whole."""
    if not (math.isfinite(part) and math.isfinite(whole)) or whole <= 0:
        return "–"
    share = 100 * part / whole
    return "under 1 %" if 0 < share < 1 else f"{share:.0f} %"


def size(number: int) -> str:
    """Bytes in binary units."""
    value = float(number)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
        value /= 1024
    return f"{value:,.1f} TiB"


def weekday(iso: str) -> str:
    """`Fri 2026-11-20`; what isn't a date stays as it is."""
    day = as_date(iso)
    return f"{_DAYS[day.weekday()]} {iso}" if day else iso


def as_date(iso: str) -> date | None:
    """The date that `iso` begins with, or None."""
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        return None


def severities(alerts: Sequence[Alert]) -> str:
    """`1 critical, 3 high`."""
    found = [(name, sum(a.severity == name for a in alerts)) for name in reversed(SEVERITIES)]
    return ", ".join(f"{number} {name}" for name, number in found if number)


def doubts(run: Run) -> list[str]:
    """What is missing from the log, the newest at the end; of a long list its end, and how much longer it is."""
    shown = list(run.doubts[-_DOUBTS:])
    rest = len(run.doubts) - len(shown)
    return [*shown, f"{rest:,} earlier gaps like these; run.json has them all."] if rest > 0 else shown


def unequal(rate: GroupRate) -> str:
    """A group that is alerted on, or surprising, more often than everybody else."""
    return (
        f"People of {rate.by} {rate.group} stand out: {count(rate.alerts_per_1000)} alerts and "
        f"{count(rate.surprising_per_1000)} surprising days per 1,000 agent-days, one of them at least twice that of "
        "everybody else, beyond chance. Is it what they do, or what their work is like?"
    )


def receipt(run: Run, period: str = "tonight") -> str:
    """What a silent night says: that it was silent because it was judged, not because nobody looked."""
    return too_early(run) or f"Nothing {period}. {judged(run)}{partly_early(run)}"


def partly_early(run: Run) -> str:
    """That some of the run's nights were the first of the log, where silence means little; empty if none was."""
    early, nights = run.counts.get("nights_too_early", 0), run.counts.get("nights", 0)
    if not early:
        return ""
    return (
        f" Of its {plural(nights, 'night')}, {early:,} are among the first {RECENT_DAYS} days of the log, which have "
        "nothing before them to compare with: hard rules and patterns alone looked at those."
    )


def too_early(run: Run) -> str:
    """What takes the place of a receipt while a log is too young for silence to mean anything; empty later."""
    days = run.counts.get("log_days", 0)
    early, nights = run.counts.get("nights_too_early", 0), run.counts.get("nights", 0)
    if not (0 < days <= RECENT_DAYS or 0 < nights <= early):
        return ""
    return (
        f"Too early to say: the log is {plural(days, 'day')} old, and its first {RECENT_DAYS} days have nothing before "
        "them to compare with. Hard rules and patterns looked at all agents, and found nothing."
    )


def last_night(run: Run) -> str:
    """Which night was the last, and how many of its agents could be judged."""
    night = f", {run.last_night}," if run.last_night else ""
    return judged(run) if run.counts.get("agents_seen") == 0 else f"On the last night{night} {judged(run)}"


def judged(run: Run) -> str:
    """How many agents (else agent-days) could be judged, and why the others couldn't."""
    counts = run.counts
    if counts.get("agents_seen") == 0:
        return "No night was judged."
    done = counts.get("agents_judged")
    if done is None:
        return f"{agent_days(counts):,} agent-days judged."
    total = counts.get("agents_seen", done + counts.get("agents_not_judged", 0))
    rest = counts.get("agents_not_judged", total - done)
    if rest <= 0:
        return f"{done:,} of {total:,} agents judged."
    return f"{done:,} of {total:,} agents judged; {rest:,} not, because {_because(run)}."


def agent_days(counts: Mapping[str, int]) -> int:
    """Agent-days that got a score; all agent-days where the run doesn't say."""
    return counts.get("agent_days_judged", counts.get("agent_days", 0))


def _because(run: Run) -> str:
    prefix = "not_judged_"
    told = [(key.removeprefix(prefix).replace("_", " "), n) for key, n in run.counts.items() if key.startswith(prefix)]
    if len(told) == 1:
        return told[0][0]
    if told:
        return ", ".join(f"{reason} ({number:,})" for reason, number in sorted(told, key=lambda t: -t[1]) if number)
    for note in run.notes:
        if "not judged" in note or "not be judged" in note:
            return f"of this: {note.rstrip('.')}"
    return "the run does not say why" if not run.notes else "of what the notes of the run say"


def _one_of(p: float) -> str:
    """1/p to two digits."""
    value = 1 / p
    digits = max(0, math.floor(math.log10(value)) - 1)
    return f"{int(round(value / 10**digits) * 10**digits):,}"


_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_RAREST = 1_000_000
"""No reference is long enough for a claim beyond this."""

_MOST_NIGHTS = 1000
"""No log is long enough to know of rarer nights."""

_DOUBTS = 5
"""Doubts shown."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
