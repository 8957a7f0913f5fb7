"""Characters that nobody sees, or that change what is seen around them: one definition for all that is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, direction and zero-width characters, lone surrogates, what has no meaning of its own, line separators."""
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters by their category, nothing by their look."""
_NOT_PLAIN = re.compile("[^ -~]")


def is_hidden(char: str) -> bool:
    """Whether a reader would not see the character."""
    return char in BLANK or unicodedata.category(char) in CATEGORIES


def replace_hidden(text: str, write: Callable[[str], str]) -> str:
    """`text` with each hidden character as `write` writes it."""
    return _NOT_PLAIN.sub(lambda found: write(found[0]) if is_hidden(found[0]) else found[0], text)


def escape(char: str) -> str:
    """`char` as Python would write it in ASCII."""
    return char.encode("unicode_escape").decode("ascii")
