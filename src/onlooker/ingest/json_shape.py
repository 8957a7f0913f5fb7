"""Where the rows of a JSON text are: its lines, its documents, or a list that the document is or has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

SURE = frozenset(("records", "results", "value", "activities", "entry", "access_logs", "audit_logs", "hits"))
LIKELY = SURE | frozenset(("result", "values", "items", "entries", "data", "rows", "logs", "events", "list", "content"))
"""Names that lists of rows go by in the answers of interfaces; some of them are used within rows too."""
INNER = ("resource", "_source", "result")
"""Members of a row that are the row: in FHIR bundles, and in what search engines export."""
DEEPEST = 3
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]')
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_GAP = re.compile(r"[\s,\x00\x1e]*")


@dataclass(frozen=True)
class Shape:
    """`rows` are a sample of the objects that are rows, as far as the text shows them."""

    rows: list[dict[str, Any]]
    lines: bool = False
    """Each is a line as it stands."""
    listed: bool = False
    path: tuple[str, ...] = ()
    """Keys that lead to the list."""
    inner: tuple[str, ...] = ()
    """Keys that lead from an element to the row."""
    beside: tuple[str, ...] = ()
    """What the object has beside its list."""


def shape_of(text: str, lines: list[str], most: int) -> Shape:
    """What the beginning of a JSON text shows; `lines` are those of it that are whole."""
    by_line = [value for line in lines[:most] if (value := _object(line)) is not None]
    if by_line and (_object(lines[0]) is not None or len(by_line) > len(lines) / 2):
        found = _wrapped(by_line) or Shape(by_line, lines=True)
    else:
        documents = _documents(text, most)
        found = _of_documents([one for one in documents if isinstance(one, dict | list)])
    return _unpacked(replace(found, rows=found.rows[:most]))


def _of_documents(documents: list[Any]) -> Shape:
    lists = [row for one in documents if isinstance(one, list) for row in one if isinstance(row, dict)]
    objects = [one for one in documents if isinstance(one, dict)]
    if lists:
        return Shape(lists, listed=True)
    return _wrapped(objects) or Shape(objects)


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _documents(text: str, most: int) -> list[Any]:
    """The values that follow one another in a text; of one that is cut off, what can be seen."""
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    place = 0
    while len(found) < most:
        gap = _GAP.match(text, place)
        place = gap.end() if gap else place
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            rest = _closed(text[place:])
            return [*found, rest] if rest is not None else found
        found.append(value)
    return found


def _closed(text: str) -> Any:
    """The value that a text begins with, without the element that the text ends in or is damaged in."""
    open_brackets: list[str] = []
    cut, closing = 0, ""
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "[{":
            open_brackets.append("]" if mark == "[" else "}")
        elif mark in "]}":
            if not open_brackets:
                break
            open_brackets.pop()
        elif mark != ",":
            continue
        # Deep inside of an element nothing has to be kept.
        if len(open_brackets) <= DEEPEST + 1:
            cut, closing = token.start() if mark == "," else token.end(), "".join(reversed(open_brackets))
    # A comma after the last element is a common slip.
    whole = re.sub(r",(\s*[\]}])", r"\1", text[:cut] + closing)
    try:
        return json.loads(whole, strict=False) if cut else None
    except (ValueError, RecursionError):
        return None


def _wrapped(documents: list[dict[str, Any]]) -> Shape | None:
    """The list that makes up most of each document, if they have one in the same place and are not rows themselves."""
    found = {_main_list(document, alone=len(documents) == 1) for document in documents[:20]}
    if len(found) != 1 or None in found:
        return None
    path = found.pop() or ()
    rows = [row for document in documents for row in _at(document, path) if isinstance(row, dict)]
    beside = tuple(name for name in documents[0] if name != path[0])
    return Shape(rows, listed=True, path=path, beside=beside) if rows else None


def _main_list(document: dict[str, Any], alone: bool) -> tuple[str, ...] | None:
    lists = [(len(json.dumps(rows)), path, rows) for path, rows in _lists(document, ())]
    if not lists:
        return None
    size, path, rows = max(lists, key=lambda one: one[0])
    name = path[-1].lower()
    beside = len(json.dumps(document)) - size - sum(len(key) + 6 for key in path)
    if alone and (name in SURE or (size > beside and len(rows) > 1 and _timed(rows))):
        return path
    if size < beside or (len(rows) < 2 and name not in LIKELY):
        return None
    # A row has its time; what only wraps rows may have one too, but then it has a name that is well known.
    return None if _has_time(document, path) or not (alone or name in LIKELY) else path


def _timed(rows: list[Any]) -> bool:
    """Whether most of the rows say when they were."""
    shown = rows[:100]
    return sum(_has_time(row, ()) for row in shown) * 2 > len(shown)


def _lists(value: dict[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    for key, one in value.items():
        if isinstance(one, list) and one and sum(isinstance(row, dict) for row in one) * 2 > len(one):
            yield (*above, key), one
        elif isinstance(one, dict) and len(above) < DEEPEST - 1:
            yield from _lists(one, (*above, key))


def _at(document: Any, path: tuple[str, ...]) -> list[Any]:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, list) else []


def _has_time(value: Any, skipped: tuple[str, ...]) -> bool:
    if isinstance(value, dict):
        return any(
            _has_time(one, skipped[1:] if skipped[:1] == (key,) else ())
            for key, one in value.items()
            if skipped != (key,)
        )
    if isinstance(value, str):
        return bool(_TIME.match(value))
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 1e9


def _unpacked(shape: Shape) -> Shape:
    """`shape` with the row that is inside of each row, if all have the same member and little beside it."""
    for key in INNER:
        inside = [row.get(key) for row in shape.rows]
        found = [one for one in inside if isinstance(one, dict)]
        # Of a text that is cut the last row may lack what follows.
        if found and len(found) >= len(inside) - 1 and isinstance(inside[0], dict):
            held, whole = (sum(len(json.dumps(one)) for one in rows) for rows in (found, shape.rows))
            if held * 2 > whole:
                return replace(shape, rows=found, inner=(key,))
    return shape
