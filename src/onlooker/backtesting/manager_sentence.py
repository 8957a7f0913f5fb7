"""One campaign in one sentence, for somebody who decides and does not read tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from onlooker.alerts.numbers import in_words, ordinal
from onlooker.backtesting.outcomes import TryOutcome
from onlooker.schema.days import AFTER_ALL, EPOCH


def sentence(tries: Sequence[TryOutcome], budget: int) -> str:
    """What the middle one of the tries of one campaign would have come to."""
    ordered = sorted(tries, key=lambda one: (one.nights[budget] or AFTER_ALL, one.begun))
    one = ordered[(len(ordered) - 1) // 2]
    begun = EPOCH + timedelta(days=one.begun)
    a_day = max(1, round(one.records / one.days / len(one.agents)))
    who = f"{in_words(len(one.agents))} agent{'s' * (len(one.agents) > 1)}"
    each = " each" if len(one.agents) > 1 else ""
    had = f"Had {who} begun {a_day:,} view{'s' * (a_day > 1)} a day{each} on {begun.day} {begun:%B}"
    night = one.nights[budget]
    if night is None:
        return (
            f"{had}, this would not have been known within {one.followed} nights, after {one.gone[budget]:,} customers."
        )
    return f"{had}, this would have been known on the {ordinal(night)} night, after {one.gone[budget]:,} customers."
