"""The patterns' own alerts: at most one a pattern and night; who must wait for another night is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from onlooker.alerts.decide import SHORT_LOG
from onlooker.alerts.numbers import by_chance
from onlooker.alerts.sentences import in_order
from onlooker.alerts.short_reasons import in_short
from onlooker.alerts.visits_to_check import AgentDay, Seen, seen
from onlooker.alerts.write_alerts import alert_id, context
from onlooker.engines.protocol import Engine
from onlooker.patterns import Hit
from onlooker.schema.days import iso
from onlooker.schema.findings import Alert, Reason
from onlooker.schema.same_person import folded
from onlooker.scoring.reference_worth import worth_nights

WINDOW = 14
"""Days that a pattern looks at."""
NAMED = 5
"""People held back who are named one by one."""
Told = Mapping[tuple[str, str], int]
"""Subject and pattern -> day of the last alert."""


@dataclass(frozen=True)
class Scored:
    """What the sum of all signals says of an agent-day."""

    score: float = 0.0
    p_value: float = 1.0
    q_value: float = 1.0
    rank: int = 1
    evidence: float = 0.0
    expected: float | None = None
    unexplained: int = 0


@dataclass(frozen=True)
class Chosen:
    """Hits to raise, and hits of the last night that wait."""

    raised: Sequence[Sequence[Hit]]
    """The hits of each alert: one subject and night."""
    waiting: Sequence[Hit]
    nights: Mapping[str, int]
    """Pattern -> nights on which somebody was held back."""
    beside: Sequence[Hit] = ()
    """Hits that raise nothing, and are reasons more in alerts of their night that something else raised."""


def choose(
    hits: Iterable[Hit], told: Told, quiet_days: int, with_case: Collection[tuple[str, str]] = ()
) -> Chosen:  # fmt: skip
    """Of each night's hits the largest of each pattern; a subject told of a pattern stays quiet for `quiet_days`,
    by whatever spelling of the id.

    Subjects and patterns `with_case` have a case that goes on, as have those raised here: they don't wait for others.
    """
    known = {(folded(subject), name) for subject, name in with_case}
    last: dict[tuple[str, str], int] = {}
    for (subject, name), day in told.items():
        last[folded(subject), name] = max(day, last.get((folded(subject), name), day))
    alerts: dict[tuple[int, str], list[Hit]] = {}
    waiting: list[Hit] = []
    nights: dict[str, int] = {}
    by_night: dict[tuple[int, str], list[Hit]] = {}
    several_hits = list(hits)
    beside = [hit for hit in several_hits if not hit.pattern.alone and not hit.together]
    for hit in (one for one in several_hits if one.pattern.alone):
        by_night.setdefault((hit.day, hit.pattern.name), []).append(hit)
    newest = max((day for day, _ in by_night), default=0)
    for (day, name), several in by_night.items():
        fresh = [hit for hit in several if day - last.get((folded(hit.subject), name), day - quiet_days) >= quiet_days]
        fresh.sort(key=lambda hit: (not hit.together, -hit.size, hit.subject))
        again = [hit for hit in fresh if (folded(hit.subject), name) in known]
        others = [hit for hit in fresh if (folded(hit.subject), name) not in known]
        for hit in (*again, *others[:1]):
            last[folded(hit.subject), name] = day
            known.add((folded(hit.subject), name))
            alerts.setdefault((day, hit.subject), []).append(hit)
        if len(others) > 1:
            nights[name] = nights.get(name, 0) + 1
            waiting += others[1:] if day == newest else []
    for hit in beside:
        if (hit.day, hit.subject) in alerts:
            alerts[hit.day, hit.subject].append(hit)
    others = [hit for hit in beside if (hit.day, hit.subject) not in alerts]
    return Chosen(list(alerts.values()), waiting, nights, others)


def held_back(chosen: Chosen) -> Iterator[str]:
    """What must be said of those who had to wait."""
    by_name: dict[str, list[Hit]] = {}
    for hit in chosen.waiting:
        by_name.setdefault(hit.pattern.name, []).append(hit)
    for name, several in by_name.items():
        more = f" and {len(several) - NAMED} more" if len(several) > NAMED else ""
        who = ", ".join(hit.subject for hit in several[:NAMED])
        yield (
            f"Held back on {iso(several[0].day)}, since the pattern {name} raises one alert a night, the largest: "
            f"{who}{more}. They come up on the next nights as long as the pattern holds."
        )


def pattern_alerts(
    engine: Engine, raised: Sequence[Sequence[Hit]], scored: Mapping[AgentDay, Scored], first_day: int
) -> tuple[Alert, ...]:
    """The alerts in words, oldest first; VISITS and `actor_days` of their nights are on `engine`.

    `scored` has the largest of each alert, by login and day.
    """
    wanted = [(hit.logins[0], hit.day) for (hit, *_) in raised]
    found, people = seen(engine, wanted), context(engine, wanted)
    return tuple(
        _alert(hits, scored.get(key, Scored()), found.get(key, Seen()), people[key], hits[0].day - first_day + 1)
        for hits, key in zip(raised, wanted, strict=True)
    )


def with_reasons(alerts: Iterable[Alert], beside: Iterable[Hit]) -> tuple[Alert, ...]:
    """The alerts, those about the subject and night of a hit with one reason more."""
    by_day: dict[tuple[str, str], list[Hit]] = {}
    for hit in beside:
        by_day.setdefault((hit.subject, iso(hit.day)), []).append(hit)
    return tuple(
        replace(alert, reasons=(*alert.reasons, *(reason for hit in several for reason in _reasons(hit))))
        if alert.kind == "score" and (several := by_day.get((alert.agent_id, alert.date)))
        else alert
        for alert in alerts
    )


def _alert(hits: Sequence[Hit], sum_: Scored, saw: Seen, who: Mapping[str, Any], log_days: int) -> Alert:
    first, date = hits[0], iso(hits[0].day)
    reasons = tuple(reason for hit in hits for reason in _reasons(hit))
    return Alert(
        id=alert_id(first.subject, date, "pattern"),
        kind="pattern",
        agent_id=first.subject,
        date=date,
        severity="high" if any(hit.size >= hit.pattern.high for hit in hits) else "medium",
        confidence="low" if log_days < SHORT_LOG else "medium",
        headline=headline(first),
        reasons=reasons,
        kinds=tuple(sorted({"pattern", *(hit.pattern.name for hit in hits)})),
        against=tuple(against(first, sum_, saw, date, log_days)),
        visits=saw.first,
        score=sum_.score,
        p_value=sum_.p_value,
        q_value=sum_.q_value,
        rank=sum_.rank,
        actor_type="human",
        team=who["team"],
        site=who["site"],
        evidence=sum_.evidence,
        customers=int(who["customers"]),
        expected=sum_.expected,
        unexplained=sum_.unexplained,
        pattern=first.pattern.name,
        pattern_size=round(first.size, 1),
        reason=row_of(first),
        worth_nights=worth_nights(log_days),
    )


def row_of(hit: Hit) -> str:
    """What the row of a list says."""
    people = f"{len(hit.passed)} of {hit.people} people at once; the largest, " if hit.together else ""
    largest = hit.passed[0]
    return people + in_short(hit.pattern.label, largest.observed, largest.usual, WINDOW)


def headline(hit: Hit) -> str:
    """What was seen, in one sentence; of many people how many they are."""
    if not hit.together:
        return hit.passed[0].text
    return f"{len(hit.passed)} of the {hit.people} people of {hit.subject} at once. The largest: {hit.passed[0].text}"


def _reasons(hit: Hit) -> Iterator[Reason]:
    for one, login in zip(hit.passed, hit.logins, strict=True):
        text = f"{login}: {one.text}" if hit.together else one.text
        whose = login if hit.together else ""
        yield Reason(hit.pattern.name, text, WINDOW, one.observed, one.usual, None, 0.0, whose)


def against(hit: Hit, sum_: Scored, saw: Seen, date: str, log_days: int) -> Iterator[str]:
    """What speaks against it."""
    if hit.together:
        yield "A campaign, a new tool or an instruction changes the work of a whole queue at once."
    else:
        yield from in_order(date, saw.explained, saw.interested)
        if sum_.p_value > 0.2:
            yield "By all signals together the day is ordinary."
        elif sum_.p_value < 1:
            yield f"By all signals together, {by_chance(sum_.q_value, worth_nights(log_days))}."
    if log_days < SHORT_LOG:
        yield f"The log was {log_days} days old: little history to compare with."
