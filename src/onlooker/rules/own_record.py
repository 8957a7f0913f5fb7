"""A visit to the agent's own record."""

from onlooker.rules.rule import Given, Rule


def rule(_given: Given) -> Rule:
    """The rule; its count is 0 where no owner is known."""
    return Rule(
        "own_record",
        "own_records > 0",
        "own_records",
        "high",
        "{observed} visits to the agent's own record on {date}.",
        visits="own_record",
        why="the agent's own record",
    )
