"""Which logs Spark is to read, and which of them can be read as one."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote

from onlooker.engines.spark_files import place_of
from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest.files import LogFile, find_files
from onlooker.ingest.normalise import encoding_of
from onlooker.ingest.sniff import sniff
from onlooker.ingest.spark.opened_log import Source, kind_of
from onlooker.schema.findings import NOT_USED, InputFile

_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:/")
"""s3a://bucket/..., hdfs://..., dbfs:/...: for Spark to find."""
_FORMATS = {"csv": "csv", "json": "jsonl", "parquet": "parquet", "table": "table"}
_PACKED = {".gz": "gz", ".zst": "zst", ".zstd": "zst", ".bz2": "bz2"}


@dataclass
class Found:
    """What there is to read."""

    sources: list[Source] = field(default_factory=list)
    inputs: dict[str, InputFile] = field(default_factory=dict)
    """Absolute path -> a file that is here, before its lines are counted."""
    notes: list[str] = field(default_factory=list)

    def refuse(self, source: Source, why: str) -> None:
        """Say that a source is not used, and why."""
        self.notes.append(f"Not used: {why}.")
        for path, known in self.inputs.items():
            if place_of(Path(path)) in source.places:
                self.inputs[path] = replace(known, format="", note=NOT_USED + why)


def sources_of(logs: Sequence[str | os.PathLike[str]], tables: Sequence[str], folder: Path) -> Found:
    """Files here by layout, files elsewhere by kind, and each table.

    `folder` is for temporary files. Raises UsageError for a path that does not exist, UnusableInput if nothing is left.
    """
    found = Found()
    layouts: dict[Source, list[str]] = {}
    for log in [os.fspath(log) for log in logs]:
        if _ELSEWHERE.match(log):
            layouts.setdefault(Source(kind_of(log), ()), []).append(log)
            continue
        for file in _files(log, folder, found.notes):
            path = str(file.path.resolve())
            try:
                layout = _layout(file)
            except UnusableInput as error:
                found.notes.append(f"Not used: {error.message}.")
                found.inputs[path] = _input(file, "", NOT_USED + error.message)
                continue
            layouts.setdefault(layout, []).append(place_of(file.path))
            found.inputs[path] = _input(file, _FORMATS[layout.kind], "")
    # A file that was named twice is read once.
    found.sources += [replace(one, places=tuple(dict.fromkeys(places))) for one, places in layouts.items()]
    found.sources += [Source("table", (name,)) for name in dict.fromkeys(tables)]
    if not found.sources:
        raise UnusableInput("nothing usable in the input: " + " ".join(found.notes))
    return found


def input_elsewhere(name: str, size: int) -> InputFile:
    """What Spark found by itself: a file by the name it has there, or a table."""
    elsewhere = bool(_ELSEWHERE.match(name))
    kind = _FORMATS[kind_of(name)] if elsewhere else "table"
    return InputFile(name, size, "", 0, 0, kind, _PACKED.get(Path(name).suffix, "none"), "utf-8")


def local_path(name: str) -> str:
    """Spark's name of a file here (file:/a%20b) as its path; any other name as it is."""
    return unquote(re.sub(r"^file:/+", "/", name)) if name.startswith("file:") else name


def _files(log: str, folder: Path, notes: list[str]) -> Iterator[LogFile]:
    if log == "-":
        raise UsageError("Spark can't read standard input", "Write it to a file, or use --engine duckdb.")
    yield from find_files([log], folder, None, notes)


def _layout(file: LogFile) -> Source:
    """What files have to have in common to be read as one, and what Spark must be told of it."""
    seen = sniff(file.path, file.shown)
    by_name = _PACKED.get(file.path.suffix.lower(), "none")
    if seen.compression != by_name:
        raise UnusableInput(
            f"{file.shown} is {seen.compression}-compressed, and Spark goes by the name",
            "Use --engine duckdb, or call it by what it is, or decompress it.",
        )
    if seen.format == "parquet":
        return Source("parquet", ())
    encoding = _encoding(seen.head, file.shown)
    if seen.format == "web log" or seen.layout.above or seen.layout.rows not in (None, ((), True)):
        raise UnusableInput(
            f"{file.shown} is not written as Spark reads it: {'; '.join(seen.notes) or 'a row is not a line'}",
            "Use --engine duckdb, or write it as CSV with a header in its first line, or as one JSON object per line.",
        )
    if any(len(places) > 1 for places in seen.places.values()):
        raise UnusableInput(
            f"{file.shown} {'; '.join(seen.notes)}, which Spark does not read so", "Use --engine duckdb, or rename one."
        )
    if seen.format in ("csv", "tsv"):
        return Source("csv", (), seen.cells, seen.delimiter, encoding)
    return Source("json", (), encoding=encoding, array=seen.layout.rows is not None)


def _encoding(head: bytes, shown: str) -> str:
    if encoding_of(head) != "utf-8":
        raise UnusableInput(f"{shown} is UTF-16, which Spark does not read by lines", "Convert it to UTF-8.")
    try:
        # The head may end within a character.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _input(file: LogFile, kind: str, note: str) -> InputFile:
    """Without a hash: Spark does not hand out the bytes, and reading them here would defeat the purpose."""
    packed = _PACKED.get(file.path.suffix.lower(), "none")
    return InputFile(file.shown, file.path.stat().st_size, "", 0, 0, kind, packed, "utf-8", note)
