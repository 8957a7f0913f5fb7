"""Misuse to plant. Each kind is a short file with its story; all of them stand in `kinds.KINDS`."""

from onlooker.simulation.campaigns.campaign import Campaign, kind_of, span, taste_of
from onlooker.simulation.campaigns.kinds import BY_NAME, KINDS, kind_named
from onlooker.simulation.campaigns.looks import House, Looks, look
from onlooker.simulation.campaigns.story import Counts, Days, Kind, Pool, Reason, Taste

__all__ = [
    "BY_NAME",
    "KINDS",
    "Campaign",
    "Counts",
    "Days",
    "House",
    "Kind",
    "Looks",
    "Pool",
    "Reason",
    "Taste",
    "kind_named",
    "kind_of",
    "look",
    "span",
    "taste_of",
]
