"""Strings from a log made safe for the places that files are opened in: spreadsheets, terminals, line readers."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from onlooker.schema.hidden_characters import escape, replace_hidden

_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@\t\r\n＝＋－＠]")


def cell(value: Any) -> Any:
    """One CSV cell: a number stays a number, a missing or non-finite one is empty, a string is defused.

    A string that a spreadsheet could take for a formula gets an apostrophe in front; hidden characters become escapes,
    so that one row is one line. The exact string is in the JSON lines.
    """
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else ""
    text = str(value)
    safe = replace_hidden(text, escape)
    return f"'{safe}" if _FORMULA.match(text) else safe


def one_line(document: dict[str, Any]) -> str:
    """`document` as JSON on one line, without NaN, hidden characters as JSON escapes (so the strings stay exact)."""
    return _as_json(document, None)


def indented(document: dict[str, Any]) -> str:
    """`document` as JSON for people, else as `one_line`."""
    return _as_json(document, 2)


def _as_json(document: dict[str, Any], indent: int | None) -> str:
    text = json.dumps(_plain(document), ensure_ascii=False, allow_nan=False, indent=indent)
    # json.dumps itself escapes below U+0020, so the only newlines left are its own layout
    return replace_hidden(text, lambda char: char if char == "\n" else json.dumps(char)[1:-1])


def _plain(value: Any) -> Any:
    """Only what JSON knows: numpy scalars unwrapped, NaN and infinities null, anything else as its text."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    return _plain(value.item()) if hasattr(value, "item") else str(value)
