"""Many more rows taken in exports and lists than by the busiest of the same work."""

from onlooker.patterns.above_peers import AbovePeers
from onlooker.patterns.pattern import Given, Pattern


def pattern(given: Given) -> Pattern | None:
    """None where the log does not say how many rows an export or a list delivered."""
    if "rows" not in given.columns:
        return None
    judge = AbovePeers(
        ("exported_rows", "listed_rows"),
        1000,
        "Took {observed} rows in exports and lists, {days}; in as many days the busiest tenth {whose} take {usual}.",
    )
    return Pattern("many_rows", judge, "rows beyond twice the busiest tenth", high=5000)
