"""What a night's reader must hear of its days, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from onlooker.cases import Precision, RaisedAgain
from onlooker.engines.protocol import Engine
from onlooker.scanning.span import Span
from onlooker.schema.days import iso
from onlooker.store import KeptAlert

MOST = 10
"""Dates and cases named one by one."""


def about_days(
    engine: Engine, span: Span, known: int, events: int, rescore_days: int, consent: bool = True
) -> Iterator[str]:
    """About the days judged, judged again, too late and waiting. `known` of `events` were in the store already.

    Without `consent` to another scoring days wait for that, and not to be over.
    """
    if known:
        yield f"{known:,} of {events:,} events were in the store already and changed nothing."
    if span.late:
        yield f"Late data for {dates(span.late)}: these nights were judged again."
    if span.too_late:
        yield (
            f"Data for {dates(span.too_late)} came too late to be judged again (only the last {rescore_days} nights "
            "are); it counts as past from now on."
        )
    ((waiting, first, last),) = engine.rows(
        f"SELECT count(*), min(day), max(day) FROM arrived WHERE day >= {span.waiting_from}"
    )
    if span.empty:
        if waiting and events > known and consent:
            yield "No day is over yet: the events wait in the store. --closed says that the logs are complete."
    elif waiting:
        those = (
            f"{iso(first)} to {iso(last)} wait until those days are"
            if first < last
            else f"{iso(last)} wait until it is"
        )
        yield f"{waiting:,} events of {those} over."


def about_cases(again: Sequence[RaisedAgain]) -> Iterator[str]:
    """About cases that are raised again and stand in no list, since their alerts are no longer kept."""
    latest = {one.case_id: one for one in again}
    for one in list(latest.values())[:MOST]:
        yield f"Raised again: {one.case_id} ({one.agent_id}): {one.why}."
    if len(latest) > MOST:
        yield f"Raised again: {len(latest) - MOST} more cases; `onlooker cases list` shows them."


def about_precision(overall: Precision, signals: Mapping[str, Precision]) -> Iterator[str]:
    """About how often alerts were right so far, once there are verdicts: overall and by the signals judged most."""
    if overall.share is not None:
        most = sorted(signals, key=lambda name: (-signals[name].confirmed - signals[name].benign, name))[:MOST]
        by_signal = [
            f"{name} {one.confirmed} of {one.confirmed + one.benign}" for name in most if (one := signals[name])
        ]
        yield f"Precision so far: {overall.in_words()}. By signal: {', '.join(by_signal)}."


def about_suppressed(alerts: Sequence[KeptAlert]) -> Iterator[str]:
    """About alerts that were held back."""
    if alerts:
        one = "1 alert was" if len(alerts) == 1 else f"{len(alerts):,} alerts were"
        yield f"{one} suppressed, and counted: " + "; ".join(sorted({alert.because for alert in alerts})[:MOST]) + "."


def held_back(alert: KeptAlert) -> str:
    """A suppressed alert in a sentence."""
    record = alert.record
    return f"{record['date']}, {record['agent_id']}: {record['headline']} Held back by {alert.because}."


def dates(days: Sequence[int]) -> str:
    """The first ten days as dates."""
    more = f" and {len(days) - MOST} more days" if len(days) > MOST else ""
    return ", ".join(map(iso, days[:MOST])) + more
