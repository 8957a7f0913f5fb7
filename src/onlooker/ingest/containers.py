"""Files that hold other files: zip archives, and workbooks, whose first sheet is a table."""

from __future__ import annotations

import csv
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any
from xml.etree.ElementTree import ParseError

from onlooker.errors import UnusableInput
from onlooker.ingest.files import LogFile
from onlooker.ingest.limits import check_growth

BLOCK = 1 << 20
MOST_MEMBERS = 10_000
_FAULTS = (zipfile.BadZipFile, RuntimeError, ValueError, EOFError, zlib.error, LZMAError, OSError)
"""What zipfile raises for a damaged archive.

Opening the archive: BadZipFile for lists that do not fit the file, ValueError for names that are no UTF-8 and places
before its beginning, NotImplementedError (a RuntimeError) for a later version of the format. Opening a member:
BadZipFile, ValueError, RuntimeError where a password locks it, NotImplementedError for an unknown compression method,
encryption or patches. Reading a member: EOFError for an end too early, BadZipFile for a checksum that is not the one
said, and for bytes that the compression never makes zlib.error (deflate), LZMAError (lzma) and OSError (bzip2).
"""
_SHEET_FAULTS = (*_FAULTS, ParseError, KeyError, TypeError, IndexError, AttributeError)
"""What openpyxl raises besides where a part of a workbook is missing, is no XML, or lacks what others refer to."""
_OTHERS = {
    "word/document.xml": "a Word document",
    "content.xml": "an OpenDocument file",
    "META-INF/MANIFEST.MF": "a program",
}


@dataclass(frozen=True)
class Part:
    """A text or Parquet file to read; `kind` is the container it was in, or nothing."""

    file: LogFile
    kind: str = ""


def parts_of(file: LogFile, folder: Path) -> list[Part]:
    """What is in a file: itself, if it is no container. Texts are written to `folder`. Raises UnusableInput."""
    with file.path.open("rb") as raw:
        if raw.read(4) != b"PK\x03\x04":
            return [Part(file)]
    with _damage_told(file, _FAULTS):
        archive = zipfile.ZipFile(file.path)
    with archive:
        names = set(archive.namelist())
        check_growth(file.shown, file.path.stat().st_size, sum(one.file_size for one in archive.infolist()))
        if "xl/workbook.xml" in names:
            return [Part(LogFile(file.shown, _sheet(file, folder)), "xlsx")]
        other = next((what for name, what in _OTHERS.items() if name in names), None)
        if other:
            raise UnusableInput(f"{file.shown} is {other}, not a log", "Export it as CSV, JSON lines or Parquet.")
        return list(_members(file, archive, folder))


@contextmanager
def _damage_told(file: LogFile, faults: tuple[type[Exception], ...]) -> Iterator[None]:
    """Turn what a library raises inside for a damaged file into UnusableInput. Only the library runs inside."""
    try:
        yield
    except faults as error:
        if isinstance(error, OSError) and error.errno:
            raise  # of the disk, not of what is in the file
        raise UnusableInput(
            f"{file.shown} can't be unpacked: {str(error) or type(error).__name__}", "Unpack it, and name its files."
        ) from error


def _members(file: LogFile, archive: zipfile.ZipFile, folder: Path) -> Iterator[Part]:
    members = [one for one in archive.infolist() if not one.is_dir() and not _hidden(one.filename)]
    if not members or len(members) > MOST_MEMBERS:
        raise UnusableInput(f"{file.shown} holds {len(members) or 'no'} files", "Unpack it, and name the logs.")
    free = shutil.disk_usage(folder).free
    if sum(one.file_size for one in members) > free / 2:
        raise UnusableInput(
            f"{file.shown} unpacks to {sum(one.file_size for one in members):,} bytes, more than half of the free room "
            f"in {folder}",
            "Unpack it where there is room, or set TMPDIR to such a place.",
        )
    for number, member in enumerate(members):
        target = folder / f"member-{abs(hash(file.shown))}-{number}"
        with target.open("wb") as out:
            out.writelines(_content(file, archive, member))
        yield Part(LogFile(f"{file.shown}/{member.filename}", target), "zip")


def _content(file: LogFile, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a member: never more than the archive says it has, which is what was checked."""
    with _damage_told(file, _FAULTS), archive.open(member) as packed:
        while block := packed.read(BLOCK):
            yield block


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _sheet(file: LogFile, folder: Path) -> Path:
    """The first sheet as CSV, a line for each row."""
    try:
        import openpyxl
    except ImportError as error:
        raise UnusableInput(
            f"{file.shown} is an Excel workbook, which needs the library openpyxl",
            "Install it with: pip install 'onlooker[excel]' - or save the sheet as CSV.",
        ) from error
    target = folder / f"sheet-{abs(hash(file.shown))}.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for row in _rows(file, openpyxl):
            cells = [_cell(value) for value in row]
            # A row without anything keeps its number, and is no line.
            writer.writerow(cells) if any(cells) else out.write("\n")
    return target


def _rows(file: LogFile, openpyxl: ModuleType) -> Iterator[tuple[Any, ...]]:
    """The values of the first sheet. What goes wrong outside of the library is not taken for a fault of the file."""
    with (
        file.path.open("rb") as raw,  # by its name alone openpyxl would refuse a workbook that is called otherwise
        _damage_told(file, _SHEET_FAULTS),
        closing(openpyxl.load_workbook(raw, read_only=True, data_only=True)) as book,
    ):
        if not book.worksheets:
            raise UnusableInput(f"{file.shown} has no sheet with a table", "Save the table as CSV.")
        yield from book.worksheets[0].iter_rows(values_only=True)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).splitlines()) if isinstance(value, str) else str(value)
