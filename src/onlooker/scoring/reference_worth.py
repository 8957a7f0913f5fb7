"""How rare a night may be said to be: no rarer than what it is compared with can show."""

from __future__ import annotations

from onlooker.scoring.calibrate import DEPENDENT
from onlooker.scoring.method import Method


def worth_nights(log_days: int, method: Method | None = None) -> int:
    """How many independent nights the evidence of a night is compared with, in a log of `log_days` days up to it.

    Neighbouring nights share most of their data, so seven of them are worth one. A tail that is fitted to them goes on
    beyond, which ranks nights and shows nothing.
    """
    method = method or Method()
    young = method.unsettled_days if log_days > method.settled_days else method.warm_up_days
    nights = min(max(log_days - 1 - young, 0), method.evidence_days)
    return int(nights // DEPENDENT)
