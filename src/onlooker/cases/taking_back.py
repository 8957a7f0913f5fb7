"""Undoing the last decision about a case: what was written stays in the history, and no longer counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from onlooker.cases import case_tables as kept
from onlooker.cases.case_records import Case, Note
from onlooker.errors import UsageError
from onlooker.store import Store
from onlooker.store.history_chain import append


def take_back(store: Store, before: Case, after: Case, author: str) -> Case:
    """The case as it was `before` a decision that made it `after`, with what was noted since.

    An explanation that came with the decision ends. Raises UsageError where the case has changed since.
    """
    with store.deciding() as db:
        now = kept.read_case(db, before.id)
        if replace(now, notes=()) != replace(after, notes=()):
            raise UsageError(f"{before.id} has changed since", "Look at it again, and decide anew.")
        at = datetime.now(UTC).isoformat(timespec="seconds")
        undone = after.notes[-1]
        made = after.verdict.at if after.verdict else None
        for explanation in kept.read_explanations(db):
            if (explanation.case_id, explanation.at, explanation.ended) == (before.id, made, None):
                kept.write_explanation(db, replace(explanation, ended=at))
        case = replace(before, notes=(*now.notes, Note(at, author, "undone", undone.what)))
        kept.write_case(db, case)
        append(db, author, "case undone", {"case": case.id, "agent": case.agent_id}, undone.what)
    return case
