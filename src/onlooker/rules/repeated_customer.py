"""One customer looked at again and again, each time without a reason."""

from onlooker.rules.rule import Given, Rule
from onlooker.schema.explanations import IS_UNEXPLAINED
from onlooker.schema.tables import RECENT_DAYS


def rule(_given: Given) -> Rule:
    """The rule; its count is 0 until somebody was seen so often."""
    return Rule(
        "repeated_customer",
        "repeated > 0",
        "repeated",
        "medium",
        "{observed} customers seen again on {date}, on five or more of 14 days without a reason.",
        visits=f"{IS_UNEXPLAINED} AND own_gap < {RECENT_DAYS}",
        why="seen again",
    )
