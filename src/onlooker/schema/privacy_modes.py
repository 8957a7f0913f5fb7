"""How much is shown of names: all, pseudonyms, or pseudonyms and little of people whom no alert is about."""

from __future__ import annotations

from typing import Literal

Mode = Literal["open", "pseudonyms", "strict"]
MODES: tuple[Mode, ...] = ("open", "pseudonyms", "strict")
"""The one that shows most stands first."""


def stricter(one: Mode, other: Mode) -> Mode:
    """The one of two that shows less."""
    return max(one, other, key=MODES.index)
