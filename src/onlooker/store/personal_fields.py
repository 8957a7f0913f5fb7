"""Which fields of the store's records can name a person: ids, and sentences in which an id may stand.

A record is JSON. What a field may hold is told by its name, wherever it stands; a field that is in none of the lists
here (a severity, a date, a count, the name of a signal) never names anybody, whatever word it has.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["customer", "agent"]

IDS: dict[Kind, frozenset[str]] = {
    "customer": frozenset({"customer", "customer_id", "customers", "whom"}),
    # Whoever works on cases or stands for a project is staff, as agents are.
    "agent": frozenset({"agent", "agent_id", "agents", "asked", "asserted_by", "assignee", "author", "hidden_from",
                        "may_export", "second", "who", "whom"}),
}  # fmt: skip
"""Fields that hold an id or a list of ids."""

SENTENCES = frozenset({
    "against", "answer", "doubts", "error", "headline", "later", "note", "notes", "path", "question", "raised_again",
    "reason", "suppressed", "text", "to_write", "why", "written to",
})  # fmt: skip
"""Fields that hold sentences, or names of files."""


def part_of(field: str) -> str:
    """The last part of the name of an array in a state: `agents` of `names.agents`."""
    return field.rpartition(".")[2]


RECORDS = (
    ("alerts", "id", "record"), ("cases", "id", "record"), ("verdicts", "id", "record"), ("runs", "id", "record"),
    ("suppressions", "id", "record"), ("explanations", "id", "record"), ("nights", "day", "record"),
)  # fmt: skip
"""Table, key and column of every JSON text of the database, but for the history's."""
