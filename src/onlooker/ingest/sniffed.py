"""A file as its beginning describes it: what every later step knows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from onlooker.ingest.nested import inside
from onlooker.ingest.normalise import Layout
from onlooker.ingest.paths import Path, parse_path
from onlooker.ingest.quoting import literal

Format = Literal["csv", "tsv", "jsonl", "json rows", "web log", "parquet"]
Place = int | str | tuple[str, ...]
"""Of a value in its line: the number of a cell, from 1; the name of a Parquet column; the keys of a JSON member."""


@dataclass(frozen=True)
class Sniff:
    """A file as its beginning describes it. `sample` has rows of text in the order of `names`."""

    format: Format
    compression: str
    names: tuple[str, ...]
    """The columns, and below them what their JSON holds, by paths."""
    sample: list[tuple[str | None, ...]]
    head: bytes
    delimiter: str = ","
    cells: tuple[str, ...] = ()
    """Delimited text: a name for each cell of a line."""
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    """Where each column stands; of several places the first that is filled counts."""
    paths: Mapping[str, Path] = field(default_factory=dict)
    """Names that are no columns but values inside of one."""
    either: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names that stand for several, of which the first that is filled counts: `a | b`."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Name -> what is written there -> what it means."""
    layout: Layout = field(default_factory=Layout)
    plain: bool = True
    """The engine may read the file as it is."""
    notes: list[str] = field(default_factory=list)

    def sql(self, name: str, cell: Callable[[Place], str]) -> str:
        """SQL of the text of a column or path, NULL if the file has none; `cell` makes SQL of a place."""
        text = self._text_sql(name, cell)
        if name not in self.words:
            return text
        words = dict(self.words[name])
        others = literal(words.pop("*")) if "*" in words else text
        cases = " ".join(f"WHEN {literal(said)} THEN {literal(means)}" for said, means in words.items())
        return f"CASE {text} {cases} ELSE {others} END" if cases else others

    def _text_sql(self, name: str, cell: Callable[[Place], str]) -> str:
        if name in self.either:
            return _first_filled([self.sql(one, cell) for one in self.either[name]])
        if name in self.paths:
            path = self.paths[name]
            return path.sql(self.sql(path.base, cell))
        places = [cell(place) for place in self.places.get(name, ())]
        return _first_filled(places) if places else "NULL::VARCHAR"

    def places_of(self, names: Sequence[str]) -> list[Place]:
        """The places that the columns and paths `names` are made of, each once."""
        single = [one for name in names for one in self.either.get(name, (name,))]
        bases = (self.paths[name].base if name in self.paths else name for name in single)
        return list(dict.fromkeys(place for base in bases for place in self.places.get(base, ())))

    def values(self, name: str) -> list[str | None]:
        """What the sample has in a column or path; nothing if the file has none such."""
        if name in self.names:
            place = self.names.index(name)
            return [row[place] for row in self.sample]
        path = parse_path(name, [column for column in self.names if column in self.places])
        return self._picked(path) if path else []

    def with_paths(self, wanted: Sequence[str]) -> Sniff:
        """With those of `wanted` that are paths into one of the columns, and their values in the sample."""
        columns = [name for name in self.names if name in self.places]
        single = dict.fromkeys(part.strip() for name in wanted for part in _parts(name))
        fresh = {name: path for name in single if name not in self.names and (path := parse_path(name, columns))}
        found = self._with(fresh, {name: self._picked(path) for name, path in fresh.items()})
        for name in wanted:
            parts = tuple(part.strip() for part in _parts(name) if part.strip() in found.names)
            if name not in found.names and parts:
                found = found._joined(name, parts)
        return found

    def _joined(self, name: str, parts: tuple[str, ...]) -> Sniff:
        places = [self.names.index(part) for part in parts]
        values = (next((row[place] for place in places if row[place]), None) for row in self.sample)
        sample = [(*row, value) for row, value in zip(self.sample, values, strict=True)]
        return replace(self, names=(*self.names, name), either={**self.either, name: parts}, sample=sample)

    def translated(self, name: str, words: Mapping[str, str]) -> Sniff:
        """With `words` for what is written in a column or path."""
        if not words or name not in self.names:
            return self
        place = self.names.index(name)
        others = words.get("*")
        sample = [
            (*row[:place], words.get(row[place] or "", others or row[place]), *row[place + 1 :]) for row in self.sample
        ]
        return replace(self, words={**self.words, name: words}, sample=sample)

    def opened(self) -> Sniff:
        """With what there is inside of columns that hold JSON."""
        found: dict[str, list[str | None]] = {}
        for place, name in enumerate(self.names):
            found.update(inside(name, [row[place] for row in self.sample]))
        columns = list(self.names)
        paths = {name: path for name in found if name not in columns and (path := parse_path(name, columns))}
        return self._with(paths, {name: found[name] for name in paths})

    def _with(self, paths: Mapping[str, Path], values: Mapping[str, Sequence[str | None]]) -> Sniff:
        if not paths:
            return self
        more = list(zip(*(values[name] for name in paths), strict=True))
        sample = [(*row, *further) for row, further in zip(self.sample, more, strict=True)]
        return replace(self, names=(*self.names, *paths), paths={**self.paths, **paths}, sample=sample)

    def _picked(self, path: Path) -> list[str | None]:
        place = self.names.index(path.base)
        return [path.pick(row[place]) for row in self.sample]


def _parts(name: str) -> list[str]:
    return name.split(" | ") if " | " in name else [name]


def _first_filled(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else "coalesce(" + ", ".join(f"nullif({text}, '')" for text in texts) + ")"
