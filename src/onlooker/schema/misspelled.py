"""What somebody meant who misspelled a name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean budget?`, or an empty string where nothing is close."""
    near = get_close_matches(name, list(known), 1, 0.75)
    return f"did you mean {near[0]}?" if near else ""
