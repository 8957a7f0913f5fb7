"""More reveals of masked fields on one day than a person may make."""

from onlooker.rules.rule import Given, Rule
from onlooker.schema.actors import PERSON


def rule(given: Given) -> Rule | None:
    """The rule with the limit that was set; None without one."""
    if given.reveal_cap is None:
        return None
    return Rule(
        "reveal_cap",
        f"reveals > {int(given.reveal_cap)} AND {PERSON}",
        "reveals",
        "critical",
        f"{{observed}} reveals of masked fields on {{date}}; the daily limit for a person is {given.reveal_cap:,}.",
        visits="reveals > 0",
        why="a masked field revealed",
        of_person=True,
    )
