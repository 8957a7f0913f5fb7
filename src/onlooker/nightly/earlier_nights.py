"""What the nights before a span left in the store, for judging the nights of the span."""

from __future__ import annotations

from collections import defaultdict

from onlooker.alerts.decide import Told
from onlooker.alerts.rings import Before
from onlooker.alerts.rings.ring_statistic import WINDOW
from onlooker.cases import CaseDesk
from onlooker.checks.completeness import WEEKS
from onlooker.nightly.cases_going_on import cases_going_on
from onlooker.patterns.people_days import LOOK_BACK_DAYS
from onlooker.scanning.past import Earlier
from onlooker.scanning.span import Span
from onlooker.scoring.state_arrays import Arrays
from onlooker.store import Store

SOON = 7
"""Days after the last judged one that may have alerts already: days that are not over, in any zone."""
LEAN = "600MB"
"""What the SQL engine keeps in memory while nights are scored: the state and the panel need room too."""


def earlier_nights(store: Store, span: Span, state: Arrays | None, quiet_days: int) -> Earlier:
    """What is known before the first day of `span`; `state` is that of scoring, after the night before."""
    first, before = span.first, span.first - 1
    nights = store.nights(until=before)
    past = store.select("agent_days", first - LOOK_BACK_DAYS, before)
    scores = store.select("scores", first - WINDOW, before)
    going_on = cases_going_on(store, first)
    return Earlier(
        state=state,
        agent_days=past,
        visits=store.select("visits", first - LOOK_BACK_DAYS, before),
        weeks_of_days=store.select("agent_days", first - 7 * WEEKS, before),
        weeks_of_hours=store.select("agent_hours", first - 7 * WEEKS, before),
        scored=Before(scores, past, first) if scores and past else None,
        told=going_on.quiet(last_told(store, first, quiet_days)),
        raised_early=going_on.quiet(last_told(store, span.last + SOON, quiet_days)),
        excluded=excluded(store),
        nights=tuple(night.day for night in nights),
        broken=frozenset(name for night in nights[-1:] for name in night.record.get("broken_rules", ())),
        lean=LEAN,
        patterns_told={
            (subject, pattern): day
            for (subject, pattern), day in patterns_told(store, first, quiet_days).items()
            if going_on.is_news(subject, day)
        },
        with_case=going_on.with_case,
        patterns_with_case=going_on.patterns_with_case,
    )


def last_told(store: Store, before: int, quiet_days: int) -> dict[str, Told]:
    """The last alert about each agent in the quiet period before a day."""
    kept = store.alerts(before - max(quiet_days, WINDOW), before - 1)
    return {
        alert.agent_id: Told(alert.day, frozenset(alert.record["kinds"]), alert.record["unexplained"])
        for alert in sorted(kept, key=lambda alert: alert.day)
        if alert.state == "raised" and alert.record["kind"] != "pattern"
    }


def patterns_told(store: Store, before: int, quiet_days: int) -> dict[tuple[str, str], int]:
    """The last alert of each pattern about each subject in the quiet period before a day, suppressed ones included."""
    return {
        (alert.agent_id, reason["signal"]): alert.day
        for alert in sorted(store.alerts(before - quiet_days, before - 1), key=lambda alert: alert.day)
        if alert.record["kind"] == "pattern"
        for reason in alert.record["reasons"]
    }


def excluded(store: Store) -> dict[str, list[tuple[int, int]]]:
    """Agents -> spans of days of confirmed cases."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for one in CaseDesk(store).excluded_days():
        spans[one.agent_id].append((one.first, one.last))
    return dict(spans)
