"""One agent, one night: what the store knows of it, alert or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from onlooker.alerts import sentences as wording
from onlooker.alerts.decide import Policy
from onlooker.alerts.visits_to_check import Seen, seen
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.errors import UsageError
from onlooker.features import COUNTS
from onlooker.investigate.near_names import did_you_mean
from onlooker.investigate.sessions import Looks
from onlooker.investigate.sessions import story as tell_sessions
from onlooker.investigate.source_lines import Found, SourceLine, source_lines
from onlooker.investigate.why_no_alert import Deciding
from onlooker.schema.actors import ACTOR, with_recognised
from onlooker.schema.days import AFTER_ALL, BEFORE_ALL, day_of, iso
from onlooker.schema.findings import VisitToSee
from onlooker.schema.local_clock import offset_us, zone_in_words
from onlooker.schema.tables import MEMORY_DAYS
from onlooker.scoring.reference_worth import worth_nights
from onlooker.store import Store, as_date, as_day
from onlooker.store.layout import as_local_date

MONTH = 28
NIGHTS = 14
"""Nights worked up to the one that is explained that are told one by one."""
MOST_NIGHTS = 60
"""Most nights up to today."""
ALONGSIDE = "coalesce(queue, site, '')"
"""Whose colleagues those of the day are: of the queue, else of the site."""
WHO = ("team", "queue", "site", "role", "actor_type")

NIGHT = """
SELECT *, (SELECT count(*) FROM {scores}) AS agents FROM {scores} WHERE agent_id = {agent}
"""
COLLEAGUES = """
SELECT {means} FROM (SELECT *, {alongside} AS place, {actor} AS actor FROM {days} WHERE day = {day}) d
JOIN (SELECT {alongside} AS place, {actor} AS actor FROM {days}
      WHERE day = {day} AND agent_id = {agent}) mine
  ON mine.place = d.place AND mine.actor = d.actor
WHERE d.agent_id <> {agent}
"""


@dataclass(frozen=True)
class SignalPart:
    """What one signal gives to the night's evidence, and the counts of it."""

    signal: str
    """Its name, and its heading in docs/signals.md."""
    evidence: float
    """Part of the evidence over all horizons; negative where it speaks against."""
    observed: int
    """Count of the day."""
    month: float
    """Mean count per day worked in the 28 days up to this one."""
    before: float | None
    """The same of the 56 days before these; None if none was worked."""
    colleagues: float | None
    """Mean count that day among the others of the queue (else site) and of the same actor type; None without any."""
    text: str
    """The day's count in words, and what it is compared with."""

    @property
    def documented(self) -> str:
        """Where it is explained."""
        return f"docs/signals.md#{self.signal}"


@dataclass(frozen=True)
class AgentNight:
    """One judged night of one agent."""

    agent_id: str
    date: str
    """Local date, ISO."""
    who: Mapping[str, str | None]
    """team, queue, site, role and actor_type that day."""
    score: float
    p_value: float
    q_value: float
    rank: int
    agents: int
    """Agents of that night, among whom the rank counts."""
    customers: int
    expected: float
    """Expected distinct customers that day."""
    unexplained: int
    evidence: float
    combinations: float
    """Part of the evidence that no single signal gives: the detector of unusual combinations."""
    weeks_before: float
    """Part of the evidence that was there in the agent's weeks before already: negative where it is taken off."""
    signals: tuple[SignalPart, ...]
    """All that speak for or against, strongest first."""
    against: tuple[str, ...]
    visits: tuple[VisitToSee, ...]
    """At most five, to look at first."""
    alerts: tuple[Mapping[str, Any], ...]
    """Of that night, about the agent or a team that names the agent: the records as they were raised, with state,
    because, case_id and the lines that came later."""
    doubts: tuple[str, ...]
    """What was missing from the log that night."""
    surges: tuple[str, ...]
    """Whether there was far more in it than ever."""
    nights: tuple[Mapping[str, Any], ...]
    """The last nights worked up to today, newest first: date, p_value, customers, unexplained, alerted, and why the
    night raised no alert where it was unusual."""
    noted: bool = True
    """Whether the look is in the store's history."""
    no_alert: str = ""
    """Why the night raised no alert about the agent; empty where it did."""
    zone: str = "UTC"
    """Where the local times of that night are from UTC: `UTC+05:30`."""
    offset_us: int = 0
    """The same in microseconds, to be added to UTC."""
    source_lines: tuple[SourceLine, ...] = ()
    """The lines of the log behind it, where they were asked for and their inputs are still there."""
    lines_missing: tuple[str, ...] = ()
    """Inputs of that night that could not be read again, each with why."""
    story: tuple[str, ...] = ()
    """The sessions and pauses of the day in local times, of an agent with an open case."""
    worth_nights: int | None = None
    """Independent nights that this one was compared with: of rarer ones nothing is claimed. None where not known."""

    def record(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        signals = [asdict(part) | {"documented": part.documented} for part in self.signals]
        return asdict(self) | {"signals": signals}


def agent_night(
    engine: Engine, store: Store, agent: str, date: str | None = None, *, policy: Policy, open_case: str | None = None,
    lines: bool = False, tell_alerts: bool = True,
) -> AgentNight:  # fmt: skip
    """The night of `date` of `agent`; without a date the one that `open_case` names, else of the newest alert, or else
    the last one judged.

    `policy` decided the nights where the store's last run does not say; `open_case` is the night of an open case to
    begin with, and asks for the day's sessions; `lines` asks for the lines of the log. Without `tell_alerts` it
    is as if nothing had been raised about the agent. Raises UsageError where the store has no such night.
    """
    day = as_day(as_local_date(date)) if date else last_of_interest(engine, store, agent, open_case, tell_alerts)
    scores, counted = store.select("scores", day, day), store.select("agent_days", day - MEMORY_DAYS, day)
    rows = engine.arrow(NIGHT.format(scores=scores, agent=literal(agent))).to_pylist() if scores else []
    if not rows or counted is None:
        raise no_such_night(engine, store, agent, day)
    night = rows[0]
    that_day = f"({with_recognised(store.select('agent_days', day, day) or counted, counted, day)}) AS that_day"
    parts = signal_parts(engine, counted, that_day, agent, day, night)
    saw = what_was_seen(engine, store, agent, day)
    alerts = alerts_about(store, agent, day) if tell_alerts else ()
    record = next((one.record for one in store.nights(day, day)), {})
    date, deciding = iso(day), Deciding.read(store, agent, policy) if tell_alerts else None
    why_none = deciding.why_none({"day": day, **night}) if deciding else ""
    looks = Looks.read(engine, store, agent, day) if open_case else None
    offset = local_offset(engine, store, agent, day)
    source = source_lines(engine, store, agent, day, offset) if lines else Found((), ())
    return AgentNight(
        agent_id=agent, date=date, who=who_it_was(engine, that_day, agent, day),
        score=night["score"], p_value=night["p_value"], q_value=night["q_value"], rank=night["rank"],
        agents=night["agents"], customers=round(night["seen_customers"]),
        expected=round(night["expected_customers"], 1), unexplained=night["seen_unexplained"],
        evidence=night["evidence"], combinations=night.get("combinations") or 0.0,
        weeks_before=night.get("weeks_before") or 0.0,
        signals=parts, against=tuple(against(parts, alerts, saw, date)), visits=saw.first, alerts=alerts,
        doubts=tuple(record.get("doubts", ())), surges=tuple(record.get("surges", ())),
        nights=nights_worked(engine, store, agent, day, deciding), no_alert=why_none,
        zone=zone_in_words(offset), offset_us=offset,
        source_lines=source.lines, lines_missing=source.missing,
        story=tuple(tell_sessions(looks, offset)) if looks else (), worth_nights=nights_compared(store, day),
    )  # fmt: skip


def nights_compared(store: Store, day: int) -> int | None:
    """How many independent nights the one of `day` is compared with; None without a night."""
    first = next(iter(store.nights()), None)
    return worth_nights(day - first.day + 1) if first else None


def alerts_about(store: Store, agent: str, day: int) -> tuple[Mapping[str, Any], ...]:
    """The night's alerts about the agent, and those about a team that name the agent."""
    return tuple(
        {**kept.record, "state": kept.state, "because": kept.because, "case_id": kept.case_id, "later": kept.lines}
        for kept in store.alerts(day, day)
        if agent in (kept.agent_id, *(reason.get("agent_id") for reason in kept.record["reasons"]))
    )


def last_of_interest(
    engine: Engine, store: Store, agent: str, first: str | None = None, tell_alerts: bool = True
) -> int:
    """The night `first`, or that of the newest alert about `agent`, if it is judged; or else the last one that was."""
    days = {kept.day for kept in store.alerts(agent=agent) if tell_alerts}
    likely = [day_of(first)] if first else []
    for day in (*likely, *sorted(days, reverse=True)):
        if judged_days(engine, store, agent, day, day):
            return day
    last = store.last_night() or 0
    # Most agents have worked lately: a year of files is opened for the others only.
    for since in (last - MONTH, last - MEMORY_DAYS, BEFORE_ALL):
        if judged := judged_days(engine, store, agent, since):
            return max(judged)
    if any(kept.record["kind"] == "ring" for kept in store.alerts(agent=agent)):
        raise UsageError(f"{agent} has no nights of its own", "`onlooker cases show` names its members: explain these.")
    raise UsageError(
        f"the store {store.root} has no judged night of {agent}",
        f"{did_you_mean(engine, store, agent)}Is the id spelled as in the log, capitals included? A night is judged "
        "when its day is over.",
    )


def judged_days(engine: Engine, store: Store, agent: str, since: int, until: int = AFTER_ALL) -> list[int]:
    """The days of a span on which the store has a judged night of the agent."""
    scores = store.select("scores", since, until)
    rows = engine.rows(f"SELECT day FROM {scores} WHERE agent_id = {literal(agent)}") if scores else []
    return [int(day) for (day,) in rows]


def no_such_night(engine: Engine, store: Store, agent: str, day: int) -> UsageError:
    """What to say of a night that the store has not: that it is not over, or which one is nearest."""
    where = f"agent_id = {literal(agent)}"
    scores, waiting = store.select("scores"), store.select("events", day, day)
    near = f"SELECT day FROM {scores} WHERE {where} ORDER BY abs(day - {day}), day LIMIT 1"
    found = engine.rows(near) if scores else []
    if waiting and engine.rows(f"SELECT 1 FROM {waiting} WHERE {where} LIMIT 1"):
        hint = "That day is not over yet: it is judged when it is. `onlooker exposure` has what was seen."
    elif found:
        hint = f"The nearest judged night of this agent is {as_date(int(found[0][0]))}."
    else:
        hint = f"{did_you_mean(engine, store, agent)}Is the id spelled as in the log, capitals included?"
    return UsageError(f"the store {store.root} has no judged night of {agent} on {as_date(day)}", hint)


def signal_parts(
    engine: Engine, counted: str, that_day: str, agent: str, day: int, night: Mapping[str, Any]
) -> tuple[SignalPart, ...]:
    """What every signal that gave evidence counted, strongest first.

    `counted` is SQL of AGENT_DAYS of 84 days, `that_day` that of `day` with `recognised`.
    """
    nouns = {feature.name: feature.noun for feature in COUNTS if night.get(feature.name)}
    if not nouns:
        return ()
    columns = ", ".join(nouns)
    own = engine.arrays(f"SELECT day, {columns} FROM {counted} WHERE agent_id = {literal(agent)}")
    means = ", ".join(f"avg({name})" for name in nouns)
    if day not in own["day"]:  # the counts are no longer kept
        return ()
    (others,) = engine.rows(
        COLLEAGUES.format(means=means, days=that_day, actor=ACTOR, day=day, agent=literal(agent), alongside=ALONGSIDE)
    )
    parts = [
        signal_part(name, night[name], nouns[name], own["day"], own[name], day, colleagues)
        for name, colleagues in zip(nouns, others, strict=True)
    ]
    return tuple(sorted(parts, key=lambda part: (-part.evidence, part.signal)))


def signal_part(
    name: str, evidence: float, noun: str, days: np.ndarray[Any, Any], counts: np.ndarray[Any, Any], day: int,
    colleagues: float | None,
) -> SignalPart:  # fmt: skip
    """One signal's counts, and their words."""
    recent, before = counts[days > day - MONTH], counts[days <= day - MONTH]
    observed, month = int(counts[days == day].sum()), float(recent.mean())
    usual = float(before.mean()) if len(before) else None
    told = [f"{wording.number(month)} per day worked in the 28 days to then"]
    told += [f"{wording.number(usual)} in the 56 days before"] if usual is not None else []
    told += [f"{wording.number(colleagues)} among colleagues that day"] if colleagues is not None else []
    text = f"{wording.counted(observed, noun)}; {', '.join(told)}."
    return SignalPart(name, evidence, observed, month, usual, colleagues, text)


def against(
    parts: Sequence[SignalPart], alerts: Sequence[Mapping[str, Any]], saw: Seen, date: str
) -> Iterator[str]:  # fmt: skip
    """What speaks against it: of an alert as it was told; else signals below the ordinary, and visits with a reason."""
    own = [alert for alert in alerts if alert["kind"] != "ring"]
    if own:
        yield from dict.fromkeys(text for alert in own for text in alert["against"])
        return
    for part in sorted(parts, key=lambda part: part.evidence)[:2]:
        if part.evidence < 0:
            yield f"Below the ordinary: {part.text}"
    yield from wording.in_order(date, saw.explained, saw.interested)


def what_was_seen(engine: Engine, store: Store, agent: str, day: int) -> Seen:
    """The visits to look at first, and how many have which explanation."""
    visits = store.select("visits", day, day)
    if visits is None:
        return Seen()
    engine.table("visits", f"SELECT * FROM {visits} WHERE agent_id = {literal(agent)}")
    return seen(engine, [(agent, day)]).get((agent, day), Seen())


def local_offset(engine: Engine, store: Store, agent: str, day: int) -> int:
    """Where the agent's local times of a day are from UTC, in microseconds."""
    visits, where = store.select("visits", day, day), f"agent_id = {literal(agent)}"
    seen = engine.arrays(f"SELECT first_us, hour FROM {visits} WHERE {where}") if visits else {}
    return offset_us(seen["first_us"], seen["hour"]) if len(seen.get("hour", ())) else 0


def who_it_was(engine: Engine, counted: str, agent: str, day: int) -> Mapping[str, str | None]:
    """Team, queue, site, role and actor type that day."""
    where = f"day = {day} AND agent_id = {literal(agent)}"
    rows = engine.rows(f"SELECT {', '.join(WHO[:-1])}, {ACTOR} FROM {counted} WHERE {where}")
    return dict(zip(WHO, rows[0] if rows else [None] * len(WHO), strict=True))


def nights_worked(
    engine: Engine, store: Store, agent: str, day: int, deciding: Deciding | None
) -> tuple[Mapping[str, Any], ...]:
    """The agent's nights from the fortnight worked before `day` up to today, newest first, at most MOST_NIGHTS.

    Without `deciding` none of them was alerted on.
    """
    rows = engine.rows(
        f"""SELECT day, p_value, CAST(seen_customers AS BIGINT), seen_unexplained, alerted, q_value
        FROM {store.select("scores", day - MEMORY_DAYS)} WHERE agent_id = {literal(agent)} ORDER BY day DESC"""
    )
    later = sum(when > day for when, *_ in rows)
    rows = rows[: min(later + NIGHTS, MOST_NIGHTS)]
    names = ("p_value", "customers", "unexplained", "alerted")
    found = []
    for when, *rest, q_value in rows:
        told = {"date": iso(when), **dict(zip(names, rest, strict=True)), "no_alert": ""}
        if deciding is None:
            told["alerted"] = False
        elif told["p_value"] <= deciding.policy.p_limit and not told["alerted"]:
            told["no_alert"] = deciding.why_none({"day": when, "q_value": q_value, **told})
        found.append(told)
    return tuple(found)
