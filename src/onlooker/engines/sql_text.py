"""SQL text from hostile strings, and the common SQL in Spark's spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable

_QUOTED = re.compile(r"""`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^']|'')*'""")


def literal(text: str) -> str:
    """A string literal of the common SQL."""
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Several, for IN."""
    return ", ".join(literal(text) for text in texts)


def for_spark(sql: str) -> str:
    """The common SQL as Spark wants it: in its literals a backslash escapes, where elsewhere it stands for itself."""
    return _QUOTED.sub(_spelled, sql)


def _spelled(quoted: re.Match[str]) -> str:
    text = quoted[0]
    if not text.startswith("'"):
        return text
    return "'" + text[1:-1].replace("\\", "\\\\").replace("''", "\\'") + "'"
