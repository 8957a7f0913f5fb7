"""Views without a task by an account that is no person."""

from onlooker.rules.rule import Given, Rule
from onlooker.schema.actors import PERSON

LEAST, SHARE = 5, 0.02
"""Visits without a task in a day, and their share of all visits: where there are fewer, the log may have lost ids."""


def rule(given: Given) -> Rule | None:
    """None where the log has no tickets: then nobody is asked for a task."""
    if not given.has_tickets:
        return None
    return Rule(
        "ai_without_task",
        f"untasked >= {LEAST} AND untasked >= {SHARE} * customers AND NOT {PERSON}",
        "untasked",
        "medium",
        "{observed} visits without a ticket or task on {date} by an account that is no person.",
        visits="ticket_id IS NULL AND explanation <> 'sample'",
        why="without a task",
    )
