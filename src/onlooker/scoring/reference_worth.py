"""How rare a night may be called: no rarer than the nights that it is compared with can show."""

from __future__ import annotations

from onlooker.scoring.calibrate import DEPENDENT
from onlooker.scoring.method import Method


def worth_nights(log_days: int, method: Method | None = None) -> int:
    """How many independent nights the evidence of a night is compared with, in a log of `log_days` days up to it.

    Neighbouring nights share most of their data, so seven of them count as one. The fitted tail goes beyond these
    nights: that ranks a night, and is no evidence of how rare it is.
    """
    method = method or Method()
    young = method.unsettled_days if log_days > method.settled_days else method.warm_up_days
    nights = min(max(log_days - 1 - young, 0), method.evidence_days)
    return int(nights // DEPENDENT)
