"""What `onlooker review` shows of a case: enough to decide, on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from onlooker.alerts.numbers import plural

if TYPE_CHECKING:
    from onlooker.cases import Case
    from onlooker.schema.findings import Alert
    from onlooker.store import KeptAlert

REASONS, AGAINST, OTHERS, NOTES, CHECKS = 4, 2, 4, 3, 3
"""The most lines shown of each."""


def screen(case: Case, kept: Sequence[KeptAlert]) -> Iterator[str]:
    """The case, its most telling alert, the others in a line each, what was done, what to check."""
    from onlooker.alerts.listed_cases import most_telling_first
    from onlooker.schema.findings import Alert

    owner = f"{case.assignee} has it" if case.assignee else "nobody has it"
    verdict = f" after the verdict {case.verdict.kind}" if case.verdict else ""
    yield f"{case.agent_id}  ({case.id}, {case.standing}{verdict}, {owner})"
    unexplained = sum(case.unexplained.values())
    span = case.opened if case.opened == case.last else f"{case.opened} to {case.last}"
    yield f"{plural(len(case.alerts), 'alert')}, {span}; {unexplained:,} customers without an explanation since"
    alerts = most_telling_first([Alert.from_record(one.record, one.lines) for one in kept])
    for alert in alerts[:1]:
        yield from ("", *about(alert))
    for other in alerts[1 : 1 + OTHERS]:
        yield f"also {other.date}  {other.severity}: {other.reason or other.headline}"
    if case.question:
        yield f"{case.question.asked} was asked: {case.question.question}  Answer: {case.question.answer or 'none yet'}"
    yield from done(case)


def about(alert: Alert) -> Iterator[str]:
    """One alert: what was seen, what speaks against it, what to check."""
    from onlooker.report.glossary import checks

    who = ", ".join(part for part in (alert.team, alert.site) if part)
    yield f"{alert.date}  {alert.severity} severity, {alert.confidence} confidence" + (f"  ({who})" if who else "")
    yield f"  {alert.headline}"
    yield from (f"  - {reason.text}" for reason in alert.reasons[:REASONS])
    yield from (f"  against: {text}" for text in alert.against[:AGAINST])
    yield from (f"  later: {text}" for text in alert.later)
    yield from (f"  check: {text}" for text in checks(alert)[:CHECKS])


def done(case: Case) -> Iterator[str]:
    """The last things that were done to the case."""
    for note in case.notes[-NOTES:]:
        yield f"{note.at[:16].replace('T', ' ')}  {note.author}  {note.what} {note.text}".rstrip()
