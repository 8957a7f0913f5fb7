"""Many more masked fields revealed than by the busiest of the same work."""

from onlooker.patterns.above_peers import AbovePeers
from onlooker.patterns.pattern import Given, Pattern


def pattern(given: Given) -> Pattern | None:
    """None where the log does not say what was done."""
    if "action" not in given.columns:
        return None
    judge = AbovePeers(
        ("reveals",),
        50,
        "Revealed masked fields {observed} times, {days}; in as many days the busiest tenth {whose}: {usual}.",
        lasting=True,
    )
    return Pattern("many_reveals", judge, "reveals beyond twice the busiest tenth", high=200)
