"""A list of customers as people have it: an id a line, or a table with a column of ids, and perhaps of dates."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest.columns import aliases, plain_name
from onlooker.ingest.containers import parts_of
from onlooker.ingest.files import LogFile
from onlooker.ingest.ids import normal_id
from onlooker.ingest.normalise import encoding_of, normalise
from onlooker.ingest.sniff import sniff
from onlooker.ingest.unpack import Damaged, blocks, compression_of
from onlooker.investigate.fraud_dates import Victims, date_columns, harmed_on

DELIMITERS = "\t;|,"
"""In this order: the first that the first line has."""


def victims_of(victims: str | os.PathLike[str] | Victims | Iterable[str]) -> Victims:
    """The customers of a file, or as they are. Raises UsageError if there is no such file, or no id."""
    if isinstance(victims, Victims):
        return victims
    if isinstance(victims, str | os.PathLike):
        if not Path(victims).is_file():
            raise UsageError(f"no such file: {victims}", "Give single customer ids as a list.")
        return read_victims(Path(victims).read_bytes(), str(victims))
    ids = tuple(dict.fromkeys(text for one in victims if (text := normal_id(str(one)))))
    if not ids:
        raise UsageError("no customer is given to trace", "Give their ids, or a file with one a line.")
    return Victims(ids)


Row = tuple[Any, ...]
"""The id of one row, and its cell of each of DATES, in their order; None where the list has none."""


def read_ids(raw: bytes, shown: str) -> tuple[str, ...]:
    """The ids of `read_victims` alone."""
    return read_victims(raw, shown).ids


def read_victims(raw: bytes, shown: str) -> Victims:
    """The distinct customers of a list (`shown` is its name), in their order and in the normal form of a log's ids.

    CSV with any delimiter, JSON, Parquet, a workbook; plain or compressed; UTF-8 or UTF-16. A first line
    (or key) that names a customer column, as a log may, says which column holds them; without one it is the first.
    Columns fraud_date and report_date say when a customer was harmed. Raises UnusableInput if there is no id,
    UsageError where several columns could be meant, and for what is no date.
    """
    with TemporaryDirectory(prefix="onlooker-") as folder:
        path = Path(folder) / "list"
        path.write_bytes(raw)
        parts = parts_of(LogFile(shown, path), Path(folder)) if raw.strip() else []
        unread: dict[str, None] = {}
        rows = [row for part in parts for row in _cells(part.file.path, shown, unread)]
    named = [(text, *dates) for cell, *dates in rows if (text := normal_id(cell))]
    if not named:
        raise UnusableInput(f"{shown}: no customer id in it", "Give a file with one customer id a line.")
    return harmed_on(named, shown, tuple(unread))


def _cells(path: Path, shown: str, unread: dict[str, None]) -> Iterator[Row]:
    with path.open("rb") as file:
        head = file.read(4)
    if head == b"PAR1":
        yield from _of_parquet(path, shown, unread)
        return
    try:
        text = _decoded(b"".join(blocks(path, compression_of(head), shown=shown)))
    except Damaged as error:
        raise UnusableInput(f"{shown} is damaged: {error}", "Copy it again, or ask for it again.") from error
    structured = text.lstrip()[:1] in ("{", "[")
    yield from _of_json(path, shown, unread) if structured else _of_text(text, shown, unread)


def _decoded(raw: bytes) -> str:
    encoding = encoding_of(raw)
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return raw.decode("cp1252" if encoding == "utf-8" else encoding, errors="replace").removeprefix("\ufeff")


def _of_text(text: str, shown: str, unread: dict[str, None]) -> Iterator[Row]:
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)) if any(row)]
    column, begin = header(rows[0], shown) if rows else (0, 0)
    dates = date_columns(rows[0] if begin else [], column, shown, unread)
    for row in rows[begin:]:
        if len(row) > column:
            yield row[column], *(row[place] if place is not None and place < len(row) else None for place in dates)


def _of_json(path: Path, shown: str, unread: dict[str, None]) -> Iterator[Row]:
    seen = sniff(path, shown)
    lines = path.with_name(f"{path.name}.lines")
    normalise(path, lines, seen.layout, shown)
    rows = [_object(line) for line in lines.read_text("utf-8").splitlines() if line.strip()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    column, _ = header(names, shown)
    dates = [None if place is None else names[place] for place in date_columns(names, column, shown, unread)]
    for row in rows:
        if names[column] in row:
            yield _text(row[names[column]]), *(row.get(name) if name else None for name in dates)


def _of_parquet(path: Path, shown: str, unread: dict[str, None]) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        names = file.schema_arrow.names
        column, _ = header(names, shown)
        dates = date_columns(names, column, shown, unread)
        wanted = [names[place] for place in (column, *dates) if place is not None]
        read = file.read(columns=wanted).to_pydict()
    except pa.ArrowInvalid as error:
        raise UnusableInput(f"{shown} is damaged Parquet", "Write or copy it again.") from error
    ids = read[names[column]]
    cells = [[None] * len(ids) if place is None else read[names[place]] for place in dates]
    yield from ((_text(value), *row) for value, *row in zip(ids, *cells, strict=True) if value is not None)


def _object(line: str) -> dict[str, Any]:
    """The members of a JSON object, those of objects inside by dotted names; of a damaged line none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return dict(_members(value)) if isinstance(value, dict) else {"customer_id": value}


def _members(value: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, member in value.items():
        if isinstance(member, dict) and above.count(".") < 5:
            yield from _members(member, f"{above}{key}.")
        elif member is not None:
            yield f"{above}{key}", member


def _text(value: Any) -> str:
    """As a log's typed columns are read: a whole float is a whole number."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def delimiter(text: str) -> str:
    """The first of DELIMITERS that the first line has, else a comma."""
    first = text.split("\n", 1)[0]
    return next((mark for mark in DELIMITERS if mark in first), ",")


def header(first: list[str], shown: str) -> tuple[int, int]:
    """The column of the ids, and the row they begin in."""
    known = aliases()["customer_id"]
    for names in (("customer_id",), known["strong"], (*known["weak"], "id", "victim", "victims", "victim id")):
        wanted = {plain_name(name) for name in names}
        found = [place for place, cell in enumerate(first) if plain_name(cell) in wanted]
        if len(found) > 1:
            raise UsageError(
                f"{shown}: {' and '.join(first[place] for place in found)} could each be the customer id",
                "Leave one of these columns in the file.",
            )
        if found:
            return found[0], 1
    if len(first) > 1:
        raise UsageError(
            f"{shown}: none of its columns is known to hold customer ids: {', '.join(first)}",
            "Name one customer_id, or give a file with one customer id a line.",
        )
    return 0, 0
