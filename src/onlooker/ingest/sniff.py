"""What a file is, by its first bytes: format, delimiter, header and a sample of values."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from onlooker.errors import UnusableInput
from onlooker.ingest.normalise import encoding_of, head_of
from onlooker.ingest.unpack import Damaged, compression_of

Format = Literal["csv", "tsv", "jsonl", "json array", "parquet"]
SAMPLE = 1000
DEPTH = 5
DELIMITERS = ",\t;|"
EXPECTED: dict[str, tuple[str, ...]] = {
    ".csv": ("csv",),
    ".tsv": ("tsv",),
    ".tab": ("tsv",),
    ".json": ("jsonl", "json array"),
    ".jsonl": ("jsonl",),
    ".ndjson": ("jsonl",),
    ".parquet": ("parquet",),
    ".pq": ("parquet",),
}
FOREIGN = {
    b"PK\x03\x04": "a zip archive or a spreadsheet",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
    b"\x7fELF": "a program",
}
WORDS = {"csv": "CSV", "tsv": "TSV", "jsonl": "JSON lines", "json array": "a JSON array", "parquet": "Parquet"}
_DATA = re.compile(r"[\d\s.,:/TZ+-]*\d[\d\s.,:/TZ+-]*|\d{4}-\d\d-\d\d.*|\S+@\S+\.\S+|\d{1,2}/\w{1,3}/\d{4}.*")


@dataclass(frozen=True)
class Sniff:
    """A file as its beginning describes it. `sample` has rows of text in the order of `names`."""

    format: Format
    compression: str
    names: tuple[str, ...]
    sample: list[tuple[str | None, ...]]
    head: bytes
    delimiter: str = ","
    paths: tuple[tuple[str, ...], ...] = ()
    """JSON only: the keys that lead to each name."""
    plain: bool = True
    """The engine may read the file as it is."""
    notes: list[str] = field(default_factory=list)


def sniff(path: Path, shown: str) -> Sniff:
    """Look at the beginning of a text or Parquet file. Raises UnusableInput if it is none we can read.

    A Parquet file comes back without names: the engine knows them.
    """
    with path.open("rb") as file:
        compression = compression_of(file.read(4))
    try:
        head = head_of(path, compression)
    except Damaged as error:
        raise UnusableInput(
            f"{shown} is damaged: {error}, and no text comes before", "Copy it again, or ask for it again."
        ) from error
    if head.startswith(b"PAR1"):
        if compression != "none":
            raise UnusableInput(f"{shown} is compressed Parquet", "Decompress it first.")
        return Sniff("parquet", compression, (), [], head, notes=_surprises(shown, "parquet", compression))
    text = _text(head, shown)
    plain = compression == "none" and encoding_of(head) == "utf-8" and not (b"\r" in head and b"\n" not in head)
    found = _json(text, shown, path, compression) if text.lstrip()[:1] in ("{", "[") else _delimited(text, shown)
    kind, names, sample, delimiter, paths, notes = found
    notes = [*_surprises(shown, kind, compression), *notes]
    return Sniff(kind, compression, names, sample, head, delimiter, paths, plain, notes)


_Found = tuple[Format, tuple[str, ...], list[tuple[str | None, ...]], str, tuple[tuple[str, ...], ...], list[str]]


def _text(head: bytes, shown: str) -> str:
    foreign = next((what for magic, what in FOREIGN.items() if head.startswith(magic)), "")
    if foreign:
        raise UnusableInput(f"{shown} is {foreign}, not a log", "Export it as CSV, JSON lines or Parquet.")
    text = (
        head.decode(encoding_of(head), errors="replace")
        .removeprefix("\ufeff")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )
    if not text.strip():
        raise UnusableInput(f"{shown} is empty")
    # A machine that went down leaves NUL bytes at the end of a log; the lines before them are sound.
    body = text.rstrip("\0")
    odd = sum(body.count(chr(code)) for code in range(32) if code not in (9, 10, 27))
    if not body or odd + body.count("\ufffd") > len(body) / 5 or body.count("\0") > len(body) / 20:
        raise UnusableInput(
            f"{shown} is binary, not a log", "Expected CSV, TSV, JSON lines or Parquet, plain, .gz or .zst."
        )
    return text


def _surprises(shown: str, kind: str, compression: str) -> list[str]:
    """Where a file's name promises something else than its content."""
    suffixes = [suffix.lower() for suffix in Path(shown).suffixes]
    packed = {".gz": "gz", ".zst": "zst", ".zstd": "zst"}
    named = packed.get(suffixes[-1]) if suffixes else None
    inner = suffixes[-2] if named and len(suffixes) > 1 else (suffixes[-1] if suffixes else "")
    notes = []
    if suffixes and (named or "none") != compression:
        is_packed = "not compressed" if compression == "none" else f"{compression}-compressed"
        notes.append(f"is {is_packed}, whatever its name says")
    if inner in EXPECTED and kind not in EXPECTED[inner]:
        notes.append(f"is named {inner} but holds {WORDS[kind]}")
    return notes


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    # The last line of a full head is cut; alone it is all there is.
    return [line for line in (lines[:-1] if len(lines) > 1 and len(text) > 1 << 17 else lines) if line.strip()]


def _delimited(text: str, shown: str) -> _Found:
    lines = _lines(text)
    delimiter = max(DELIMITERS, key=lambda d: len(_cells(lines[0], d)))
    header = [cell.strip() for cell in _cells(lines[0], delimiter)]
    if len(header) > 1 and any(_DATA.fullmatch(cell) for cell in header):
        raise UnusableInput(
            f"{shown} has no header: its first line is data ({', '.join(header)[:120]})",
            "Add a first line with the column names, for example: timestamp,agent_id,customer_id,action",
        )
    names, notes = _unique(header)
    rows = [tuple(_cells(line, delimiter)) for line in lines[1 : SAMPLE + 1]]
    sample: list[tuple[str | None, ...]] = [row for row in rows if len(row) == len(names)]
    return ("tsv" if delimiter == "\t" else "csv"), names, sample, delimiter, (), notes


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


def _unique(header: list[str]) -> tuple[tuple[str, ...], list[str]]:
    names: list[str] = []
    notes = []
    for place, name in enumerate(header, 1):
        fresh = name or f"column {place}"
        if fresh in names:
            notes.append(f"has two columns named {fresh}; the later one is called {fresh} ({place})")
            fresh = f"{fresh} ({place})"
        names.append(fresh)
    return tuple(names), notes


def _json(text: str, shown: str, path: Path, compression: str) -> _Found:
    if text.lstrip().startswith("["):
        records = _array_sample(text)
        kind: Format = "json array"
    else:
        spots = _spots(path) if compression == "none" and encoding_of(text[:4].encode()) == "utf-8" else []
        records = [record for line in [*_lines(text)[:SAMPLE], *spots] if (record := _object(line)) is not None]
        kind = "jsonl"
    if not records:
        raise UnusableInput(
            f"{shown} is not JSON lines: no line is a whole JSON object", "Try: jq -c . FILE > FILE.jsonl"
        )
    keys: dict[tuple[str, ...], None] = {}
    flat = [_flatten(record) for record in records]
    for one in flat:
        keys.update(dict.fromkeys(one))
    sample: list[tuple[str | None, ...]] = [tuple(one.get(key) for key in keys) for one in flat]
    return kind, tuple(".".join(key) for key in keys), sample, "", tuple(keys), []


def _spots(path: Path) -> list[str]:
    """Lines from further on in a large file, since a key may first appear there."""
    size = path.stat().st_size
    found: list[str] = []
    with path.open("rb") as file:
        for part in (1, 2, 3):
            if size > 1 << 20:
                file.seek(size * part // 3 - (1 << 16))
                found += file.read(1 << 16).decode("utf-8", errors="replace").split("\n")[1:-1]
    return found


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _array_sample(text: str) -> list[dict[str, Any]]:
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    place = text.index("[") + 1
    while len(found) < SAMPLE:
        start = re.compile(r"[\s,]*").match(text, place)
        place = start.end() if start else place
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        if isinstance(value, dict):
            found.append(value)
    return found


def _flatten(record: dict[str, Any], above: tuple[str, ...] = ()) -> dict[tuple[str, ...], str | None]:
    """Nested objects as dotted names; lists stay the JSON text they are."""
    flat: dict[tuple[str, ...], str | None] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value and len(above) < DEPTH:
            flat.update(_flatten(value, (*above, key)))
        elif value is None or isinstance(value, str):
            flat[*above, key] = value
        else:
            flat[*above, key] = json.dumps(value)
    return flat
