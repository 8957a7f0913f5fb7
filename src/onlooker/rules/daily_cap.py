"""More distinct customers on one day than a person may open."""

from onlooker.rules.rule import Given, Rule
from onlooker.schema.actors import PERSON


def rule(given: Given) -> Rule:
    """The rule with the limit that was set."""
    return Rule(
        "daily_cap",
        f"customers > {int(given.daily_cap)} AND {PERSON}",
        "customers",
        "critical",
        f"{{observed}} distinct customers on {{date}}; the daily limit for a person is {given.daily_cap:,}.",
        of_person=True,
    )
