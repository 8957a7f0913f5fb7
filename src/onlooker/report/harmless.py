"""Strings from a log made harmless for people: what is hidden becomes visible, what is endless becomes short.

Escaping for HTML is the template's work (autoescape); here the characters that survive it are dealt with.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from onlooker.schema.hidden_characters import escape, is_hidden

_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 3  # no script needs more on one letter, and a hundred of them cover the lines above

TITLE_LIMIT = 300


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Split `text` into (piece, hidden): plain runs as they are, each hidden character as its escape."""
    if text.isascii() and text.isprintable():  # nearly always, and at once
        if text:
            yield text, False
        return
    plain: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in _MARKS else 0
        if is_hidden(char) or marks > _MARKS_IN_A_ROW:
            if plain:
                yield "".join(plain), False
                plain = []
            yield escape(char), True
        else:
            plain.append(char)
    if plain:
        yield "".join(plain), False


def visible(text: str) -> str:
    """`text` with control, direction-changing and invisible characters written as escapes such as `\\u202e`."""
    return "".join(piece for piece, _ in pieces(text))


def is_harmless(text: str, limit: int = 200) -> bool:
    """Whether `text` can be shown and copied as it is: not blank, no hidden character, not endless."""
    return bool(text.strip()) and len(text) <= limit and visible(text) == text


def shorten(text: str, limit: int, gap: str = "…") -> str:
    """`text`, cut in the middle to `limit` characters: the ends of an id tell more than its middle."""
    if len(text) <= limit:
        return text
    head = max(1, (limit - len(gap)) * 3 // 5)
    tail = max(1, limit - len(gap) - head)
    return f"{text[:head]}{gap}{text[-tail:]}"


def fit(text: str, limit: int) -> str:
    """`text`, cut in the middle so that it takes about `limit` characters once hidden ones are written as escapes."""
    cut = shorten(text, limit)
    length = len(visible(cut))
    return cut if length <= limit else shorten(text, max(8, limit * len(cut) // length))


def for_html(text: str, limit: int = 80) -> str:
    """`text` made visible and short; NOT escaped, which is autoescape's part."""
    return shorten(visible(fit(text, limit)), limit)


def title(text: str) -> str:
    """The beginning of `text` for a title attribute, at most `TITLE_LIMIT` characters."""
    start = visible(text[:TITLE_LIMIT])
    return start if len(text) <= TITLE_LIMIT and len(start) <= TITLE_LIMIT else start[: TITLE_LIMIT - 1] + "…"


def for_terminal(text: str, limit: int | None = None) -> str:
    """`text` made visible, and at most `limit` columns wide where a limit is given; never carries an ANSI code."""
    if limit is None:
        return visible(text)
    shown = visible(shorten(text, 4 * limit))
    if columns(shown) <= limit:
        return shown
    head = (limit - 3) * 3 // 5
    start, end = _first_columns(shown, head), _first_columns(shown[::-1], limit - 3 - head)
    return f"{start}...{end[::-1]}"


def columns(text: str) -> int:
    """How many terminal columns `text` takes."""
    return sum(_columns_of(char) for char in text)


def _columns_of(char: str) -> int:
    if unicodedata.category(char) in _MARKS:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _first_columns(text: str, limit: int) -> str:
    taken = 0
    for at, char in enumerate(text):
        taken += _columns_of(char)
        if taken > limit:
            return text[:at]
    return text
