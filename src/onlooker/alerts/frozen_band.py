"""The band of a picture of days: after the first alert as it was before, since what is alerted on raises its own."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

BEFORE, FEWEST_BEFORE = 28, 7
"""The band is that of this many active days before the first alert, if there are at least the fewest of them."""

ORDINARY = "99 ordinary days in 100"


def frozen_band(upper: Sequence[float], alerted: Sequence[bool]) -> tuple[list[float], str]:
    """The upper edge of the band on each active day, from that edge and the alerts in order; and what the band is."""
    first = next((place for place, raised in enumerate(alerted) if raised), len(alerted))
    before = upper[max(first - BEFORE, 0) : first]
    if len(before) < FEWEST_BEFORE or first == len(alerted):
        return list(upper), ORDINARY
    return [*upper[:first], *[median(before)] * (len(upper) - first)], f"{ORDINARY}, as before the first alert"
