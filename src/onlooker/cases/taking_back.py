"""Undoing the last decision about a case: what was written stays in the history, and no longer counts."""

from __future__ import annotations

from dataclasses import replace

from onlooker.cases import case_tables as kept
from onlooker.cases.case_records import Case
from onlooker.cases.desk import CaseDesk, now
from onlooker.errors import UsageError


def take_back(desk: CaseDesk, before: Case, after: Case, author: str) -> Case:
    """The case as it was `before` a decision that made it `after`, with what was noted since.

    An explanation that came with the decision ends. Raises UsageError where the case has changed since.
    """
    with desk.store.deciding() as db:
        current = kept.read_case(db, before.id)
        if replace(current, notes=()) != replace(after, notes=()):
            raise UsageError(f"{before.id} has changed since", "Look at it again, and decide anew.")
        undone = after.notes[-1]
        made = after.verdict.at if after.verdict else None
        for explanation in kept.read_explanations(db):
            if (explanation.case_id, explanation.at, explanation.ended) == (before.id, made, None):
                kept.write_explanation(db, replace(explanation, ended=now(), ended_on=desk.today))
        return desk.change(replace(before, notes=current.notes), author, "undone", undone.what)
