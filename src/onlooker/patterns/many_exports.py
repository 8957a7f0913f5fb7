"""Many more exports than by the busiest of the same work."""

from onlooker.patterns.above_peers import AbovePeers
from onlooker.patterns.pattern import Given, Pattern


def pattern(given: Given) -> Pattern | None:
    """None where the log does not say what was done."""
    if "action" not in given.columns:
        return None
    judge = AbovePeers(
        ("exports",), 30, "{observed} exports, {days}; in as many days the busiest tenth {whose} make {usual}."
    )
    return Pattern("many_exports", judge, "exports beyond twice the busiest tenth", high=100)
