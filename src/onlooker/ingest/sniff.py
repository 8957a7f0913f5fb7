"""What a file is, by its first bytes: format, delimiter, header and a sample of values."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from onlooker.errors import UnusableInput
from onlooker.ingest.headers import Record, table_of
from onlooker.ingest.json_shape import shape_of
from onlooker.ingest.limits import check_columns
from onlooker.ingest.named_columns import named_cells, named_members
from onlooker.ingest.normalise import Layout, encoding_of, head_of
from onlooker.ingest.sniffed import Sniff
from onlooker.ingest.unpack import Damaged, compression_of
from onlooker.ingest.web_lines import is_web_log, web_sniff

SAMPLE = 1000
EXPECTED: dict[str, tuple[str, ...]] = {
    ".csv": ("csv",),
    ".tsv": ("tsv",),
    ".tab": ("tsv",),
    ".json": ("jsonl", "json rows"),
    ".jsonl": ("jsonl",),
    ".ndjson": ("jsonl",),
    ".parquet": ("parquet",),
    ".pq": ("parquet",),
}
FOREIGN = {
    b"PK\x03\x04": "a zip archive or a workbook",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "a workbook or document of an old Office",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
    b"\x7fELF": "a program",
    b"<?xml": "an XML document",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
}
WORDS = {
    "csv": "CSV",
    "tsv": "TSV",
    "jsonl": "JSON lines",
    "json rows": "JSON that is not one object per line",
    "web log": "lines of a web server",
    "parquet": "Parquet",
}


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
    base = Sniff("csv", compression, (), [], head, layout=Layout(compression, head), plain=plain)
    found = _found(base, text, shown, path)
    return replace(found, notes=[*_surprises(shown, found.format, compression), *found.notes]).opened()


def _found(base: Sniff, text: str, shown: str, path: Path) -> Sniff:
    if text.lstrip(" \n\t\x1e")[:1] in ("{", "["):
        return _json(base, text, shown, path)
    lines = _lines(text)
    return web_sniff(base, lines, SAMPLE) if is_web_log(lines) else _delimited(base, lines, shown)


def _text(head: bytes, shown: str) -> str:
    foreign = next(
        (what for magic, what in FOREIGN.items() if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(magic)), ""
    )
    if head[257:262] == b"ustar":
        foreign = "a tar archive"
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
    odd = sum(body.count(chr(code)) for code in range(32) if code not in (9, 10, 27, 30))
    if not body or odd + body.count("\ufffd") > len(body) / 5 or body.count("\0") > len(body) / 20:
        raise UnusableInput(
            f"{shown} is binary, not a log", "Expected CSV, TSV, JSON lines or Parquet, plain, .gz or .zst."
        )
    return text


def _surprises(shown: str, kind: str, compression: str) -> list[str]:
    """Where a file's name promises something else than its content."""
    suffixes = [suffix.lower() for suffix in Path(shown).suffixes]
    packed = {".gz": "gz", ".zst": "zst", ".zstd": "zst", ".bz2": "bz2", ".xz": "xz"}
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
    """The lines of a head; the last line of a full one is cut, and alone it is all there is."""
    lines = text.split("\n")
    return lines[:-1] if len(lines) > 1 and len(text) > 1 << 17 else lines


def _delimited(base: Sniff, lines: list[str], shown: str) -> Sniff:
    table = table_of(lines, SAMPLE)
    header = table.header
    check_columns(shown, header.cells)
    if header.is_data:
        raise UnusableInput(
            f"{shown} has no header: its first line is data ({', '.join(header.cells)[:120]})",
            "Add a first line with the column names, for example: timestamp,agent_id,customer_id,action",
        )
    sample: list[tuple[str | None, ...]] = [*table.rows]
    seen = replace(
        named_cells(base, header, table.delimiter, sample), format="tsv" if table.delimiter == "\t" else "csv"
    )
    above = header.last if header.last > 1 or table.backslash else 0
    layout = replace(base.layout, above=above, header=table.delimiter.join(seen.cells), backslash=table.backslash)
    layout = replace(layout, header=table.delimiter.join(f"c{place}" for place, _ in enumerate(seen.cells, 1)))
    notes = [*_skipped(table.above), *seen.notes]
    if table.backslash:
        notes.append("writes quotes as MySQL does, with a backslash before them, and was read so")
    return replace(seen, layout=layout, plain=base.plain and not above, notes=notes)


def _skipped(above: Sequence[Record]) -> list[str]:
    told = (record.text.strip() for record in above if any(record.cells))
    said = [text for text in told if not text.lower().lstrip('\ufeff"').startswith("sep=")]
    if not said:
        return []
    lines = f"{len(said)} lines" if len(said) > 1 else "1 line"
    return [f"has {lines} before its header, which were skipped: {'; '.join(said)[:100]}"]


def _json(base: Sniff, text: str, shown: str, path: Path) -> Sniff:
    lines = [line for line in _lines(text) if line.strip()]
    shape = shape_of(text, lines, SAMPLE)
    if shape.lines and base.plain:
        further = _spots(path)
        shape = replace(shape, rows=shape.rows + (shape_of("", further, SAMPLE).rows if further else []))
    if not any(shape.rows):
        raise UnusableInput(
            f"{shown} is not JSON lines: no line is a whole JSON object", "Try: jq -c . FILE > FILE.jsonl"
        )
    check_columns(shown, {key for row in shape.rows for key in row})
    seen = named_members(base, shape)
    notes = list(seen.notes)
    if shape.path:
        beside = f"; what it has beside them was not read: {', '.join(shape.beside)[:100]}" if shape.beside else ""
        notes.append(f"has its rows in {'.'.join(shape.path)}{beside}")
    return replace(
        seen,
        format="jsonl" if shape.lines else "json rows",
        layout=replace(base.layout, rows=None if shape.lines else (shape.path, shape.listed)),
        plain=base.plain and shape.lines,
        notes=notes,
    )


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
