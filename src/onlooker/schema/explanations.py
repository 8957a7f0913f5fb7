"""The explanations of a visit: one row for each, and what counts as unexplained.

Two things are told apart. An *unexplained* visit is one of which it is known that nothing explains it; it is counted
and scored. A visit *without an explanation* may also be too early in its log to tell (`unknown`): it is not counted as
unexplained, and nothing vouches for it either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LAST = 5
"""An analyst looks last at what somebody else stands for."""


@dataclass(frozen=True)
class Explanation:
    """Why an agent could have been at a record."""

    name: str
    of_visit: str
    """What it says of one visit."""
    of_several: str = ""
    """What it says of several, after their number; empty for what is no explanation."""
    unexplained: bool = False
    """Whether such a visit counts as unexplained."""
    look: int = 0
    """When an analyst looks at it: the lowest first."""
    strength: Literal["none", "weak", "strong", "depends"] = "none"
    """None if it is no explanation; weak if the agent can bring it about alone; strong if it takes somebody else.
    It depends on who opened a ticket, who approved a project or a sample, and who began a contact."""


EXPLANATIONS = (
    Explanation("mismatch", "its ticket does not explain it", unexplained=True),
    Explanation("unexplained", "nothing explains it", unexplained=True),
    Explanation("unknown", "too early in the log to tell", look=1),
    Explanation(
        "worked", "only the agent's own work explains it", "with an edit or several minutes of work", look=2,
        strength="weak",
    ),
    Explanation(
        "shared", "a colleague worked on the customer", "to customers that a colleague worked on", look=3,
        strength="strong",
    ),
    Explanation(
        "continued", "goes on with own work", "going on with own work of the last 14 days", look=4, strength="weak"
    ),
    Explanation("ticket", "under a ticket", "under a ticket", look=LAST, strength="depends"),
    Explanation(
        "contact", "the agent was in contact with the customer", "during contacts that the agent handled", look=LAST,
        strength="depends",
    ),
    Explanation(
        "sample", "in a review sample or a project", "from a review sample or an approved project", look=LAST,
        strength="depends",
    ),
)  # fmt: skip

BY_NAME = {one.name: one for one in EXPLANATIONS}

UNEXPLAINED = tuple(one.name for one in EXPLANATIONS if one.unexplained)
"""Explanations of visits that count as unexplained."""
WITHOUT = tuple(one.name for one in EXPLANATIONS if one.strength == "none")
"""Those of visits without an explanation: unexplained, or too early to tell."""


def _among(names: tuple[str, ...], column: str) -> str:
    return f"{column} IN ({', '.join(repr(name) for name in names)})"


IS_UNEXPLAINED = _among(UNEXPLAINED, "explanation")
"""SQL: whether a visit counts as unexplained."""
IS_WITHOUT = _among(WITHOUT, "explanation")
"""SQL: whether a visit has no explanation."""
LOOK = (
    "CASE "
    + " ".join(f"WHEN explanation = {one.name!r} THEN {one.look}" for one in EXPLANATIONS if one.look < LAST)
    + f" ELSE CASE WHEN strength = 'weak' THEN {BY_NAME['worked'].look} ELSE {LAST} END END"
)
"""SQL: the order in which an analyst looks at visits."""


def strength_sql(strong: str) -> str:
    """SQL of the strength of a visit's explanation; `strong` is the condition where it depends."""
    always = _among(tuple(one.name for one in EXPLANATIONS if one.strength == "strong"), "explanation")
    return f"CASE WHEN {IS_WITHOUT} THEN 'none' WHEN {always} OR {strong} THEN 'strong' ELSE 'weak' END"
