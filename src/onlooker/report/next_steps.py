"""What an analyst does next with a case, to copy from the page: commands, and a text for a ticket."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from onlooker.alerts.listed_cases import DECIDED, Listed
from onlooker.alerts.numbers import plural
from onlooker.report import harmless

OWN_STORE = ("--store", "store")
"""A scan without a store leaves its working state beside the page."""


@dataclass(frozen=True)
class Step:
    """One command to copy."""

    name: str
    """What it does, in a few words."""
    command: str
    """For a shell; a word of a log cannot break out of it."""


def steps(case: Listed) -> tuple[Step, ...]:
    """The commands about a case: why, what was opened, and the decision; none about an id with hidden characters."""
    alert = case.telling
    if not harmless.is_harmless(case.agent_id):
        return ()
    found: list[Step] = []
    if alert.kind != "ring":
        found += [
            Step("The night in full", _command("explain", *_store(case), "--date", alert.date, "--", case.agent_id)),
            Step("Every customer opened since", exposure_of(case, case.since)),
        ]
    if alert.case_id and alert.case_state != DECIDED:
        found += [
            Step("Give it to somebody", _command("cases", "assign", alert.case_id, "NAME")),
            Step("Confirm it", _command("cases", "close", alert.case_id, "--verdict", "confirmed")),
            Step(
                "Harmless, and why", _command("cases", "close", alert.case_id, "--verdict", "benign", "--reason", "WHY")
            ),
        ]
    return tuple(found)


def exposure_of(case: Listed, first: str, last: str = "") -> str:
    """The command that lists the customers opened from `first` on, up to `last` if given.

    Empty for a team, and for an id that no command line should be given.
    """
    if case.telling.kind == "ring" or not harmless.is_harmless(case.agent_id):
        return ""
    until = ("--to", last) if last else ()
    return _command("exposure", *_store(case), "--from", first, *until, "--csv", "-", "--", case.agent_id)


def ticket(case: Listed) -> str:
    """A text for a ticket: whom, since when, what was seen. It names no customer."""
    alert = case.telling
    who = alert.agent_id if alert.kind == "ring" else f"agent {alert.agent_id}"
    about = f"{alert.case_id}: " if alert.case_id else ""
    lines = [f"{about}{alert.severity} severity, {who}, night of {alert.date}"]
    if len(case.alerts) > 1:
        lines.append(f"{plural(len(case.alerts), 'alert')} from {case.since} to {case.last}.")
    lines += [f"- {reason.text}" for reason in alert.reasons[:3]] or [f"- {alert.headline}"]
    if alert.against:
        lines += ["What speaks against it:", *(f"- {text}" for text in alert.against[:3])]
    lines.append("An alert describes look-ups, not a person: please check before anything is concluded.")
    return "\n".join(harmless.for_html(line, 400) for line in lines)


def _store(case: Listed) -> tuple[str, ...]:
    return () if case.telling.case_id else OWN_STORE


def _command(*words: str) -> str:
    return shlex.join(["onlooker", *words])
