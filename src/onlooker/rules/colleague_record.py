"""A visit to the record of somebody who works here."""

from onlooker.rules.rule import Given, Rule


def rule(_given: Given) -> Rule:
    """The rule; its count is 0 where no owner is known."""
    return Rule(
        "colleague_record",
        "colleague_records > 0",
        "colleague_records",
        "high",
        "{observed} visits to records of colleagues on {date}.",
        visits="colleague_record",
        why="the record of somebody who works here",
    )
