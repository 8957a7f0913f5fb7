"""Many more customers looked at than by the busiest of the same work, whatever explains them."""

from onlooker.patterns.above_peers import AbovePeers
from onlooker.patterns.pattern import Given, Pattern


def pattern(_given: Given) -> Pattern:
    """The pattern; every log can be judged by it."""
    judge = AbovePeers(
        ("looked_at", "exported_rows"),
        100,
        "Looked at {observed} customers, {days}; in as many days the busiest tenth {whose} look at {usual}.",
        lasting=True,
    )
    return Pattern("high_volume", judge, "customers beyond twice the busiest tenth", high=300, short="customers")
