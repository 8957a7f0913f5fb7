"""Bodies in JSON whose strings have $names in them: filled leaf by leaf, so that no value can change the shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from onlooker.errors import UsageError

SHIPPED = Path(__file__).parent / "bodies"
PLAIN = "plain"
"""The facts as they are."""


class Body:
    """What a receiver gets: the facts of a message as JSON, in the shape of its template."""

    def __init__(self, named: str) -> None:
        """`named`: plain, one that is shipped (chat, ticket), or a file. Raises UsageError if it is none of them."""
        self._shape = None if named == PLAIN else _shape(named)
        self._named = named

    def filled(self, facts: Mapping[str, Any]) -> bytes:
        """The body for `facts`. Raises UsageError for a $name that there is not."""
        try:
            document = dict(facts) if self._shape is None else _filled(self._shape, facts)
        except (KeyError, ValueError) as error:
            known = ", ".join(facts)
            raise UsageError(
                f"the body {self._named} has a $name that is not known: {error}", f"There are {known}."
            ) from None
        return json.dumps(document, ensure_ascii=True).encode()


def shipped_bodies() -> list[str]:
    """Names of the bodies that need no file."""
    return [PLAIN, *sorted(path.stem for path in SHIPPED.glob("*.json"))]


def _shape(named: str) -> Any:
    path = SHIPPED / f"{named}.json" if named in shipped_bodies() else Path(named)
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"the body {named} can't be read: {error.strerror}",
            f"Name a file, or one of {', '.join(shipped_bodies())}.",
        ) from None
    except ValueError as error:
        raise UsageError(f"the body {named} is not JSON: {error}", "Its strings may have $names in them.") from None


def _filled(shape: Any, facts: Mapping[str, Any]) -> Any:
    if isinstance(shape, dict):
        return {key: _filled(value, facts) for key, value in shape.items()}
    if isinstance(shape, list):
        return [_filled(value, facts) for value in shape]
    if not isinstance(shape, str):
        return shape
    alone = shape.removeprefix("$")
    if shape != alone and alone in facts:  # a string that is one name becomes its value, a number a number
        return facts[alone]
    return Template(shape).substitute({name: in_text(value) for name, value in facts.items()})


def in_text(value: Any) -> str:
    """A fact as it stands in a sentence."""
    if isinstance(value, list):
        return ", ".join(value)
    return "unknown" if value is None else str(value)
