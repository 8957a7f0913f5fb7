"""Delimited text: its delimiter, where its header is, and what the columns are called."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

DELIMITERS = ",\t;|"
MOST_LINES = 100
"""A quoted cell of a header, or of a row of the sample, has fewer lines."""
_SEPARATOR = re.compile(r'\ufeff?"?sep=(.)"?\s*', re.IGNORECASE)
_DATA = re.compile(r"[\d\s.,:/TZ+-]*\d[\d\s.,:/TZ+-]*|\d{4}-\d\d-\d\d.*|\S+@\S+\.\S+|\d{1,2}/\w{1,3}/\d{4}.*")
_NAME = re.compile(r"\ufeff?[^\W\d][\w.-]*( [\w.()-]+){0,4}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {'"': '""', "n": " ", "t": " ", "r": " ", "N": "\\N"}
csv.field_size_limit(1 << 24)


@dataclass(frozen=True)
class Record:
    """The cells of a line, or of several where a quoted cell has line breaks."""

    first: int
    """Number of its line, counted from 1."""
    last: int
    text: str
    cells: tuple[str, ...]

    @property
    def is_data(self) -> bool:
        """Whether it holds values, not names."""
        return len(self.cells) > 1 and any(_DATA.fullmatch(cell) for cell in self.cells)

    @property
    def is_filled(self) -> bool:
        """Whether most cells hold letters or digits, as those of a title over a table and of a line of signs do not."""
        return sum(any(sign.isalnum() for sign in cell) for cell in self.cells) * 2 > len(self.cells)

    @property
    def is_named(self) -> bool:
        """Whether it has several cells and each is a name of its own."""
        return len(set(self.cells)) == len(self.cells) > 1 and all(_NAME.fullmatch(cell) for cell in self.cells)

    @property
    def is_note(self) -> bool:
        """Whether it is a comment."""
        return self.text.startswith("#")


@dataclass(frozen=True)
class Table:
    """What the beginning of a delimited text shows."""

    delimiter: str
    header: Record
    rows: list[tuple[str, ...]]
    """A sample: those with as many cells as the header."""
    above: tuple[Record, ...] = ()
    """What comes before the header."""
    backslash: bool = False
    """A quote within a quoted cell has a backslash before it."""


def table_of(lines: list[str], most: int) -> Table:
    """The header among the whole lines that a text begins with, and `most` of its rows."""
    found = _table(lines, most)
    if not any('\\"' in line for line in lines):
        return found
    escaped = replace(_table([Unescape().feed(line) for line in lines], most), backslash=True)
    # A cell may as well end with a backslash: the reading that more lines fit is meant.
    return escaped if len(escaped.rows) > len(found.rows) else found


class Unescape:
    """What MySQL writes with a backslash as other programs write it, block by block."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """The text of one more block; a backslash at its end waits for the next one."""
        text = self._held + text
        open_end = (len(text) - len(text.rstrip("\\"))) % 2
        text, self._held = text[: len(text) - open_end], text[len(text) - open_end :]
        return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)


def _table(lines: list[str], most: int) -> Table:
    said = _SEPARATOR.fullmatch(lines[0])
    delimiters = said[1] if said else DELIMITERS
    there = [delimiter for delimiter in delimiters if any(delimiter in line for line in lines)]
    read = {delimiter: list(_records(lines, delimiter, most)) for delimiter in there}
    delimiter = max(delimiters, key=lambda one: _fit(read[one]) if one in read else (False, 0.0))
    records = read.get(delimiter) or list(_records(lines, delimiter, most))
    header = _header(records[1 if said and len(records) > 1 else 0 :])
    width = len(header.cells)
    after = (record.cells for record in records if record.first > header.last)
    above = tuple(record for record in records if record.last < header.first)
    return Table(delimiter, header, [cells for cells in after if len(cells) == width], above)


def _records(lines: list[str], delimiter: str, most: int) -> Iterator[Record]:
    place = 0
    while place < len(lines) and most > 0:
        line = lines[place]
        last = place
        if line.count('"') % 2:
            ahead = range(place + 1, min(place + MOST_LINES, len(lines)))
            last = next((at for at in ahead if lines[at].count('"') % 2), place)
        cells = _cells("\n".join(lines[place : last + 1]), delimiter)
        if last > place and len(cells) < 2:
            last, cells = place, _cells(line, delimiter)
        if line.strip():
            yield Record(place + 1, last + 1, line, cells)
            most -= 1
        place = last + 1


def _cells(text: str, delimiter: str) -> tuple[str, ...]:
    # Of all that `splitlines` takes for the end of a line only the line feed is one here.
    lines = (f"{line}\n" for line in text.rstrip("\r").replace("\r\n", "\n").replace("\r", " ").split("\n"))
    try:
        return tuple(next(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), ()))
    except csv.Error:
        return ()


def _fit(records: list[Record]) -> tuple[bool, float]:
    """How well a delimiter fits, to be compared: whether it cuts some line into names, and then a number.

    The number is of delimiters in the lines of the commonest width, times the share of these lines. The delimiters of a
    first line that is cut into names are added, which decides where there are few lines.
    """
    width = _width(records)
    alike = sum(len(record.cells) == width for record in records)
    named = len(records[0].cells) - 1 if records and records[0].is_named else 0
    return any(record.is_named for record in records), (width - 1) * alike * alike / max(len(records), 1) + named


def _width(records: list[Record]) -> int:
    """The commonest number of cells; the first line's where none is common."""
    widths = Counter(len(record.cells) for record in records if not record.is_note)
    return max(widths, key=lambda width: (width > 1, widths[width]), default=1)


def _header(records: list[Record]) -> Record:
    """The first line that has the width of the data and holds names."""
    width = _width(records)
    values = (place for place, one in enumerate(records) if len(one.cells) == width and one.is_data and one.is_filled)
    data = next(values, len(records))
    above = [record for record in records[:data] if not record.is_data and not record.is_note]
    if above and len(above[0].cells) > width > 1 and all(cell.strip() for cell in above[0].cells):
        return above[0]  # no title has more cells than the rows: these were cut
    likely = [one for fits in (width, width - 1) for one in above if len(one.cells) == fits and one.is_filled]
    # Rows with too many cells may be taken for a header of that width: a line of nothing but names goes before them.
    wide = [one for one in above if len(one.cells) * 2 > width]
    found = next((one for one in [*likely, *wide] if one.is_named), likely[0] if likely else None)
    if found:
        return found
    commented = [_uncommented(record) for record in records[:data] if record.is_note]
    return next((one for one in reversed(commented) if len(one.cells) == width), (above or records)[0])


def _uncommented(record: Record) -> Record:
    first, *others = record.cells
    named = first.lstrip("# ")
    # Zeek says in the first cell that the names follow.
    return replace(record, cells=tuple(others) if named == "fields" else (named, *others))
