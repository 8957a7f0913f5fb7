"""The columns that a header names, and those that the keys of JSON objects are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from onlooker.ingest.headers import Record
from onlooker.ingest.json_shape import Shape
from onlooker.ingest.paths import as_text
from onlooker.ingest.sniffed import Place, Sniff

NAMED = 3
DEPTH = 5
"""Objects within objects are columns of their own down to here."""


def named_cells(base: Sniff, header: Record, delimiter: str, sample: list[tuple[str | None, ...]]) -> Sniff:
    """`base` with the columns that a header names. Two that have one name are one if not both are filled."""
    cells: list[str] = []
    places: dict[str, tuple[Place, ...]] = {}
    notes = []
    for place, name in enumerate(header.cells, 1):
        fresh = " ".join(name.split()) or f"column {place}"
        first = next((known for known in places if known.casefold() == fresh.casefold()), None)
        if first is not None:
            joined = (*places[first], place)
            twin = f"{fresh} ({place})"
            if _never_both(sample, joined):
                places[first] = joined
                notes.append(f"has two columns named {first}: in each line the one that is filled counts")
            else:
                places[twin] = (place,)
                notes.append(f"has two columns named {first}; the later one is called {twin}")
            fresh = twin
        else:
            places[fresh] = (place,)
        cells.append(fresh)
    rows = [tuple(_filled(row, spots) for spots in places.values()) for row in sample]
    return replace(
        base, names=tuple(places), sample=rows, delimiter=delimiter, cells=tuple(cells), places=places, notes=notes
    )


def resniffed(seen: Sniff, cells: tuple[str, ...]) -> Sniff:
    """`seen` with another header, and no sample."""
    return replace(named_cells(replace(seen, paths={}), Record(1, 1, "", cells), seen.delimiter, []), notes=seen.notes)


def _never_both(sample: Sequence[tuple[str | None, ...]], places: tuple[Place, ...]) -> bool:
    """Whether no line of the sample says two different things in cells that have one name."""
    return all(len({row[p - 1] for p in places if isinstance(p, int)} - {"", None}) < 2 for row in sample)


def _filled(row: tuple[str | None, ...], places: tuple[Place, ...]) -> str | None:
    values = [row[place - 1] for place in places if isinstance(place, int)]
    return values[0] if len(values) == 1 else next((value for value in values if value), None)


def named_members(base: Sniff, shape: Shape) -> Sniff:
    """`base` with the columns that the rows of `shape` have. Keys that differ in capitals only are one column."""
    flat = [_flatten(row) for row in shape.rows]
    places: dict[str, tuple[Place, ...]] = {}
    plain: dict[str, str] = {}
    for key in dict.fromkeys(key for one in flat for key in one):
        name = ".".join(key)
        known = plain.setdefault(name.casefold(), name)
        places[known] = (*places.get(known, ()), (*shape.inner, *key))
    inner = len(shape.inner)
    sample = [tuple(_first(one, spots, inner) for spots in places.values()) for one in flat]
    twins = [name for name, spots in places.items() if len(spots) > 1]
    more = f" and {len(twins) - NAMED:,} other names" if len(twins) > NAMED else ""
    said = f"writes {', '.join(twins[:NAMED])}{more} in several ways: in each line the one that is filled counts"
    notes = [said] if twins else []
    return replace(base, names=tuple(places), sample=sample, places=places, notes=notes)


def _first(flat: Mapping[tuple[str, ...], str | None], places: tuple[Place, ...], inner: int) -> str | None:
    values = (flat.get(place[inner:]) for place in places if isinstance(place, tuple))
    return next((value for value in values if value), None)


def _flatten(record: Mapping[str, Any], above: tuple[str, ...] = ()) -> dict[tuple[str, ...], str | None]:
    """Nested objects as dotted names; lists stay the JSON text they are."""
    flat: dict[tuple[str, ...], str | None] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value and len(above) < DEPTH:
            flat.update(_flatten(value, (*above, key)))
        else:
            flat[*above, key] = as_text(value)
    return flat
