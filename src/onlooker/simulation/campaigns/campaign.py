"""One campaign as it is asked for: a kind, its insiders, and its time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onlooker.errors import UsageError
from onlooker.simulation.campaigns.kinds import kind_named
from onlooker.simulation.campaigns.story import Kind, Taste


@dataclass(frozen=True)
class Campaign:
    """One campaign. `agents` names logins or says how many to draw (0: as many as the kind usually has).

    `start` and `end` are shares of the log (None: as the kind usually does). Without a taste each insider gets one of
    their own. `strength` multiplies the number of views. `apart`: no customer is planted twice, so that no planted
    visit explains another. `if_possible`: left out when nobody can carry it out, instead of an error.
    """

    kind: str
    agents: int | tuple[str, ...] = 0
    start: float | None = None
    end: float | None = None
    strength: float = 1.0
    taste: Taste | None = None
    apart: bool = False
    if_possible: bool = False

    def __post_init__(self) -> None:
        first, last = span(self)
        if not 0 <= first < last <= 1:
            raise UsageError(f"campaign {self.kind} runs from {first} to {last}", "Both are shares of the log.")


def kind_of(campaign: Campaign) -> Kind:
    """Return the campaign's kind."""
    return kind_named(campaign.kind)


def span(campaign: Campaign) -> tuple[float, float]:
    """Return the campaign's start and end as shares of the log."""
    kind = kind_of(campaign)
    first = kind.start if campaign.start is None else campaign.start
    return first, (kind.end if campaign.end is None else campaign.end)


def taste_of(campaign: Campaign, rng: np.random.Generator) -> Taste:
    """Return the campaign's taste, its kind's, or one drawn for this insider."""
    drawn = kind_of(campaign).taste_for(rng)
    return campaign.taste or drawn
