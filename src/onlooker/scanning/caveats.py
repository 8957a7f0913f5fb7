"""What could not be judged in a log, or only with little confidence, and why, in sentences."""

from __future__ import annotations

from collections.abc import Container, Sequence

from onlooker.alerts.decide import SHORT_LOG
from onlooker.features import FEATURES

NAMED = 5
"""Accounts that are named one by one."""


def caveats(columns: Container[str], days: int, agents: int, recognised: Sequence[str]) -> list[str]:
    """What could not be judged, and why.

    `days` is the span of the log, `columns` are those that it has, `recognised` are accounts taken for services.
    """
    notes = []
    if days < SHORT_LOG:
        notes.append(
            f"The log spans {days} day{'s' * (days != 1)}: below {SHORT_LOG} there is little history to compare with, "
            "confidence is low, and rules and peers say more than an agent's own past."
        )
    missing: dict[str, list[str]] = {}
    for feature in FEATURES:
        for column in feature.needs:
            if column not in columns:
                missing.setdefault(column, []).append(feature.name)
    for column, names in missing.items():
        notes.append(f"No column {column} in the log: not judged are {', '.join(names)}.")
    if "tickets" in columns and "tickets.assigned" not in columns:
        notes.append(
            "Whether agents use others' tickets is not judged: the tickets table has no column assigned, since when "
            "an assignee has a ticket."
        )
    if agents < 8:
        notes.append(
            f"Only {agents} agent{'s' * (agents != 1)}: there is hardly anybody to compare with, and no day effect."
        )
    if recognised:
        more = f" and {len(recognised) - NAMED} more" if len(recognised) > NAMED else ""
        notes.append(
            f"Active round the clock, without an actor type: {', '.join(recognised[:NAMED])}{more}. They were "
            "recognised as service accounts and are compared among themselves; an actor_type in the log or in the "
            "agents table says it better."
        )
    return notes
