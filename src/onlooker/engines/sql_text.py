"""SQL text from hostile strings, and the common SQL in Spark's spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPELLED_OTHERWISE = re.compile(r"""`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^']|'')*'|//|\bVARCHAR\b(?!\()""")
_WORDS = {"//": "div", "VARCHAR": "STRING"}


def literal(text: str) -> str:
    """A string literal of the common SQL."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Several, for IN and for list arguments."""
    return ", ".join(literal(text) for text in texts)


def for_spark(sql: str) -> str:
    """The common SQL as Spark wants it: in its literals a backslash escapes, where elsewhere it stands for itself,
    whole numbers are divided by another sign, and text of any length has another name.
    """
    return _SPELLED_OTHERWISE.sub(_spelled, sql)


def _spelled(found: re.Match[str]) -> str:
    text = found[0]
    if text in _WORDS:
        return _WORDS[text]
    if not text.startswith("'"):
        return text
    return "'" + text[1:-1].replace("\\", "\\\\").replace("''", "\\'") + "'"
