"""A view after the agent's last day."""

from onlooker.rules.rule import Given, Rule


def rule(_given: Given) -> Rule:
    """The rule; its count is 0 where no last day is known."""
    return Rule(
        "view_after_leaving",
        "after_leaving > 0",
        "after_leaving",
        "critical",
        "{observed} visits on {date}, after the agent's last day.",
    )
