"""A night without an alert says why: suppressed, above a limit, quiet because of a case, out of the budget."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.store.days import FIRST, alert

from onlooker.alerts.decide import Policy
from onlooker.investigate.why_no_alert import Deciding
from onlooker.schema.days import iso

POLICY = Policy(budget=2, q_limit=0.5, quiet_days=14)
RARE = {"day": FIRST, "q_value": 0.1, "p_value": 0.001}


def deciding(*mine, **changes) -> Deciding:
    return replace(Deciding(POLICY, None, frozenset(), mine, {}), **changes)


def test_an_alert_needs_no_excuse() -> None:
    assert deciding(alert(FIRST)).why_none(RARE) == ""


def test_held_back_says_by_what() -> None:
    held = replace(alert(FIRST), state="suppressed", because="sup-1: address campaign (ana, until 2026-04-01)")
    assert deciding(held).why_none(RARE) == "held back by sup-1: address campaign (ana, until 2026-04-01)"


@pytest.mark.parametrize(
    ("night", "why"),
    [
        ({"q_value": 0.81}, "q 0.81 is above the limit of 0.5"),
        ({"p_value": 0.07}, "p 0.07 is above the limit of 0.05"),
    ],
)
def test_above_a_limit(night: dict[str, float], why: str) -> None:
    assert deciding().why_none(RARE | night) == why


def test_limits_are_lower_on_a_night_in_doubt_and_say_so() -> None:
    why = deciding(in_doubt=frozenset({FIRST})).why_none(RARE | {"q_value": 0.2})
    assert why == "q 0.2 is above the limit of 0.1, lower on a night in doubt or of a young log"


def test_quiet_until_when_and_because_of_which_case() -> None:
    before = replace(alert(FIRST - 3), case_id="case-1")
    assert deciding(before).why_none(RARE) == f"quiet until {iso(FIRST + 11)} because of case-1"
    assert deciding(replace(before, day=FIRST - 14)).why_none(RARE) == "it would rest on a single look"


def test_out_of_the_budget() -> None:
    assert deciding(taken={FIRST: 2}).why_none(RARE) == "the budget of 2 alerts a night went to rarer ones"
