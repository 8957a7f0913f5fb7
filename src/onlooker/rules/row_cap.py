"""More rows exported on one day than a person may take."""

from onlooker.rules.rule import Given, Rule
from onlooker.schema.actors import PERSON


def rule(given: Given) -> Rule | None:
    """The rule with the limit that was set; None without one. Without a column with the rows their count is 0."""
    if given.row_cap is None:
        return None
    return Rule(
        "row_cap",
        f"exported_rows > {int(given.row_cap)} AND {PERSON}",
        "exported_rows",
        "critical",
        f"{{observed}} rows exported on {{date}}; the daily limit for a person is {given.row_cap:,}.",
        visits="exports > 0",
        why="exported",
        of_person=True,
    )
