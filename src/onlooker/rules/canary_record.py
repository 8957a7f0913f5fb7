"""A visit to a record that nobody has a reason to open."""

from onlooker.rules.rule import Given, Rule


def rule(_given: Given) -> Rule:
    """The rule; its count is 0 without a customers table."""
    return Rule(
        "canary_record",
        "canaries > 0",
        "canaries",
        "critical",
        "{observed} visits to canary records on {date}.",
        visits="canary",
        why="a canary record",
    )
