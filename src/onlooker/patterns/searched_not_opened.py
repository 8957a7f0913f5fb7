"""Many more customers looked up by name and not opened than by others of the same work: the list told enough."""

from onlooker.patterns.above_peers import AbovePeers
from onlooker.patterns.pattern import Given, Pattern


def pattern(given: Given) -> Pattern | None:
    """None where the log does not say what was done."""
    if "action" not in given.columns:
        return None
    judge = AbovePeers(
        ("looked_up",),
        50,
        "Looked up {observed} customers by name without opening them, {days}; "
        "in as many days the busiest tenth {whose}: {usual}.",
    )
    return Pattern("searched_not_opened", judge, "customers beyond twice the busiest tenth", high=200)
