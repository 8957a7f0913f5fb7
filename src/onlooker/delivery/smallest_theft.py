"""The smallest theft that would have been seen: one rounded number from the blind spots that a store keeps."""

from __future__ import annotations

import json
from math import ceil, floor, log10
from typing import Any

from onlooker.store import Store
from onlooker.store.layout import BLIND_SPOTS

WHOM, HOW = "all", "looks"
"""Everybody, by the plainest way of looking: what one group or another way could do is a manual for thieves."""


def smallest_theft(store: Store) -> dict[str, Any] | None:
    """Records a day that were found in half of the planted tries, rounded up, and the days of the log they were in.

    None where nobody measured it; `records_a_day` is None where not half of the largest tries were found.
    """
    try:
        found = json.loads((store.root / BLIND_SPOTS).read_text("utf-8"))
    except FileNotFoundError:
        return None
    halves = [one["half"]["number"] for one in found["spots"] if (one["by"], one["pattern"]) == (WHOM, HOW)]
    if not halves:
        return None
    number = None if halves[0] is None else rounded_up(halves[0])
    return {"records_a_day": number, "log_from": found["first_date"], "log_to": found["last_date"]}


def rounded_up(number: float) -> int:
    """To one digit and zeros: a receipt tells no thief where the limit lies."""
    if number <= 1:
        return 1
    size = int(10 ** floor(log10(number)))
    return ceil(round(number / size, 9)) * size
