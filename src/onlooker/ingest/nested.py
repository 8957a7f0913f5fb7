"""JSON inside of a column, as columns of its own: what the sample has there, under the paths that lead to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from onlooker.ingest.paths import as_text, member

MOST = 300
"""Columns made of one column's JSON."""
DEEPEST = 6
PAIRS = (("name", "value"), ("Name", "Value"), ("key", "value"), ("Key", "Value"))
MOST_KINDS = 12
"""A member that tells the elements of a list apart has this many values at most."""
_PLAIN = frozenset('.[]="~')


def inside(column: str, cells: Sequence[str | None]) -> dict[str, list[str | None]]:
    """Path into `column` -> its value per row, for a column whose cells hold JSON; nothing for another."""
    filled = [cell for cell in cells if cell and cell.strip()]
    if not filled or any(cell.lstrip()[0] not in "[{" for cell in filled):
        return {}
    values = [_parsed(cell) for cell in cells]
    if sum(value is not None for value in values) * 10 < len(filled) * 9:
        return {}
    found: dict[str, list[str | None]] = {}
    for suffix, inner in _spread(values, DEEPEST):
        if len(found) < MOST:
            found[column + suffix] = [as_text(value) for value in inner]
    return found


def _parsed(cell: str | None) -> Any:
    try:
        return json.loads(cell) if cell else None
    except (ValueError, RecursionError):
        return None


def _spread(values: Sequence[Any], deep: int) -> Iterator[tuple[str, list[Any]]]:
    """What the values have inside of them: suffix of the path, and the inner value of each."""
    if deep == 0:
        return
    for key in dict.fromkeys(key for value in values if isinstance(value, dict) for key in value):
        yield from _here(member(key), [value.get(key) if isinstance(value, dict) else None for value in values], deep)
    lists = [value if isinstance(value, list) else [] for value in values]
    for selector, chosen in _selected(lists):
        yield from _here(selector, chosen, deep)


def _here(suffix: str, values: list[Any], deep: int) -> Iterator[tuple[str, list[Any]]]:
    inner = list(_spread(values, deep - 1))
    if not inner or any(isinstance(value, list) for value in values):
        yield suffix, values
    yield from ((suffix + more, found) for more, found in inner)


def _selected(lists: Sequence[list[Any]]) -> Iterator[tuple[str, list[Any]]]:
    """Selectors of one element of each list, and the elements."""
    elements = [one for items in lists for one in items if isinstance(one, dict)]
    if not elements:
        return
    pair = next((pair for pair in PAIRS if all(pair[0] in one and pair[1] in one for one in elements)), None)
    path = (pair[0],) if pair else _telling(lists)
    if not path or all(len(items) < 2 for items in lists):
        yield "[0]", [items[0] if items else None for items in lists]
    if path:
        kinds = dict.fromkeys(kind for one in elements if (kind := _at(one, path)) is not None)
        for kind in list(kinds)[: MOST if pair else MOST_KINDS]:
            if not _PLAIN & set(kind):
                yield (
                    f"[{'.'.join(path)}={kind}]",
                    [next((one for one in items if _at(one, path) == kind), None) for items in lists],
                )


def _telling(lists: Sequence[list[Any]]) -> tuple[str, ...] | None:
    """The member that tells the elements of each list apart and has few values in all of them."""
    found = []
    members = {path: None for items in lists for one in items for path in _members(one)}
    for place, path in enumerate(members):
        kinds = [[_at(one, path) for one in items] for items in lists if items]
        several = {kind for items in kinds for kind in items}
        if all(len(set(items)) == len(items) for items in kinds) and 1 < len(several) <= MOST_KINDS:
            found.append((len(several), place, path))
    return min(found)[2] if found and len(lists) > len(found[0]) else None


def _members(element: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(element, dict) and len(above) < 2:
        for key, value in element.items():
            if not _PLAIN & set(key):
                yield from [(*above, key)] if isinstance(value, str | bool) else _members(value, (*above, key))


def _at(element: Any, path: tuple[str, ...]) -> str | None:
    for key in path:
        element = element.get(key) if isinstance(element, dict) else None
    return as_text(element) if isinstance(element, str | bool) else None
