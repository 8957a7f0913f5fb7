"""Many customers opened in the order of their numbers: a list that is leafed through, and no queue."""

from onlooker.patterns.above_peers import AbovePeers
from onlooker.patterns.pattern import Given, Pattern


def pattern(_given: Given) -> Pattern:
    """The pattern; ids without numbers follow no other."""
    judge = AbovePeers(
        ("in_sequence",),
        40,
        "Opened {observed} customers whose numbers follow the one opened before, {days}; "
        "in as many days the busiest tenth {whose}: {usual}.",
    )
    return Pattern("ids_in_sequence", judge, "customers beyond twice the busiest tenth", high=150)
