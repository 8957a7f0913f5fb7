"""Hard rules: what opens an alert whatever the scores and the budget say.

A rule is a condition on AGENT_DAYS, in a file of its own. One that fires on more than 10 agents and
10 % of a night's reports itself as broken, in one alert that names them.
"""

from __future__ import annotations

from onlooker.rules import (
    ai_without_task,
    canary_record,
    colleague_record,
    daily_cap,
    export_without_right,
    own_record,
    repeated_customer,
    reveal_cap,
    row_cap,
    view_after_leaving,
)
from onlooker.rules.firing import BROKEN_LEAST, BROKEN_SHARE, about_broken, fire
from onlooker.rules.rule import Firing, Given, Rule

__all__ = ["BROKEN_LEAST", "BROKEN_SHARE", "RULES", "Firing", "Given", "Rule", "about_broken", "fire", "rules"]

RULES = (
    daily_cap,
    reveal_cap,
    row_cap,
    export_without_right,
    ai_without_task,
    view_after_leaving,
    canary_record,
    own_record,
    colleague_record,
    repeated_customer,
)


def rules(given: Given) -> tuple[Rule, ...]:
    """The rules of a run, in the order in which an alert tells them."""
    return tuple(rule for module in RULES if (rule := module.rule(given)) is not None)
