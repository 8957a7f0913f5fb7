"""An export by somebody who is not among those allowed to export."""

from onlooker.engines.sql_text import literals
from onlooker.rules.rule import Given, Rule


def rule(given: Given) -> Rule | None:
    """None without a list of those who may."""
    if not given.may_export:
        return None
    allowed = literals(given.may_export)
    return Rule(
        "export_without_right",
        f"exports > 0 AND agent_id NOT IN ({allowed}) AND coalesce(role, '') NOT IN ({allowed})",
        "exports",
        "high",
        "{observed} exports on {date} by an agent who is not among those allowed to export.",
        visits="exports > 0",
        why="exported",
    )
