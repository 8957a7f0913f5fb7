"""Archives and workbooks."""

from __future__ import annotations

import builtins
import bz2
import errno
import gzip
import io
import lzma
import random
import struct
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
import pytest
from tests.ingest.figures import expected, figures, table

from onlooker.errors import UnusableInput
from onlooker.ingest import containers
from onlooker.ingest.containers import parts_of
from onlooker.ingest.files import LogFile
from onlooker.ingest.unpack import Damaged, blocks

ROWS = 30


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(("pack", "name"), [(bz2.compress, "log.csv.bz2"), (lzma.compress, "log.csv.xz")])
def test_other_compressions(tmp_path: Path, pack: Any, name: str) -> None:
    text = table(ROWS).encode()
    found = figures(tmp_path / name, pack(text[:200]) + pack(text[200:]))
    assert (found.pairs, found.reading.inputs[0].compression) == (expected(ROWS), name.rpartition(".")[2])
    cut = figures(tmp_path / "cut", pack(text) + pack(text)[:-40])
    assert cut.pairs and "is damaged" in cut.notes


@pytest.mark.parametrize(("pack", "kind"), [(bz2.compress, "bz2"), (lzma.compress, "xz")])
def test_a_small_file_that_inflates_to_much_comes_in_small_blocks(tmp_path: Path, pack: Any, kind: str) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(pack(bytes(1 << 26)))
    sizes = [len(block) for block in blocks(path, kind)]
    assert (sum(sizes), max(sizes) <= 1 << 20) == (1 << 26, True)
    path.write_bytes(pack(b"x" * 100)[:-10] + b"garbage!!!")
    with pytest.raises(Damaged):
        list(blocks(path, kind))


def test_the_files_of_an_archive_are_one_input(tmp_path: Path) -> None:
    text = table(ROWS).encode()
    half = text.rindex(b"\n", 0, len(text) // 2) + 1
    header = text[: text.index(b"\n") + 1]
    members = {"a/one.csv": text[:half], "two.csv.gz": gzip.compress(header + text[half:] + b"broken\n")}
    found = figures(tmp_path / "logs.zip", archive({**members, "__MACOSX/x": b"?", "read me.txt": b"hello"}))
    assert found.pairs == expected(ROWS)
    (read,) = found.reading.inputs
    assert (read.rows, read.rejected, read.compression) == (ROWS + 1, 1, "zip")
    assert "logs.zip/read me.txt" in found.notes


def test_a_damaged_archive_is_one_file_that_is_not_used(tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text(table(ROWS))
    whole = archive({"one.csv": table(ROWS).encode() * 50})
    for name, content in (("cut.zip", whole[: len(whole) // 2]), ("flipped.zip", whole[:60] + b"??" + whole[62:])):
        (tmp_path / name).write_bytes(content)
        found = figures([good, tmp_path / name])
        assert (found.pairs, f"Not used: {tmp_path / name} can't be unpacked" in found.notes) == (expected(ROWS), True)


@pytest.mark.parametrize(
    ("method", "place", "damage", "raised"),
    [
        (zipfile.ZIP_DEFLATED, 0, b"??", zipfile.BadZipFile),
        (zipfile.ZIP_DEFLATED, 6, b"\x63", NotImplementedError),  # needs version 9.9
        (zipfile.ZIP_DEFLATED, 8, b"\1", RuntimeError),  # locked by a password
        (zipfile.ZIP_DEFLATED, 10, b"\x61", NotImplementedError),  # an unknown method
        (zipfile.ZIP_DEFLATED, 24, struct.pack("<I", 5), zipfile.BadZipFile),  # says that it has 5 bytes, and has more
        (zipfile.ZIP_STORED, 20, struct.pack("<II", 99_999, 99_999), EOFError),
        (zipfile.ZIP_DEFLATED, 46, b"\xff", UnicodeDecodeError),  # the name
        (zipfile.ZIP_DEFLATED, None, b"\xff" * 40, zlib.error),
        (zipfile.ZIP_LZMA, None, b"\xff" * 40, lzma.LZMAError),
        (zipfile.ZIP_BZIP2, None, b"\xff" * 40, OSError),
    ],
)
def test_each_damage_of_an_archive_is_told(
    tmp_path: Path, method: int, place: int | None, damage: bytes, raised: type[Exception]
) -> None:
    """`place` is counted from the member's entry in the list at the end; None is in the middle of its bytes."""
    path, content = tmp_path / "logs.zip", random.Random(0).randbytes(3000).hex()
    with zipfile.ZipFile(path, "w", method) as packed:
        packed.writestr("\u00e9.csv", content)
    raw = bytearray(path.read_bytes())
    begin = 60 if place is None else raw.rindex(b"PK\x01\x02") + place
    raw[begin : begin + len(damage)] = damage
    path.write_bytes(raw)
    with pytest.raises(UnusableInput, match=r"logs\.zip can't be unpacked: .") as told:
        parts_of(LogFile("logs.zip", path), tmp_path)
    assert type(told.value.__cause__) is raised


SHEETS, STYLES = "xl/workbook.xml", "xl/styles.xml"


@pytest.mark.parametrize(
    ("part", "there", "instead", "raised"),
    [
        (SHEETS, b"<workbook ", b"<workbook <", ParseError),
        (SHEETS, b'"rId2"', b'"rId9"', KeyError),
        (SHEETS, b'state="visible"', b'state=""', ValueError),
        (STYLES, b'numFmtId="164" fontId="0"', b'numFmtId="164" fontId=""', TypeError),
        (STYLES, b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" />', b"", IndexError),
        ("[Content_Types].xml", b"sheet.main+xml", b"sheet+xml", OSError),
    ],
)
def test_each_damage_of_a_workbook_is_told(
    tmp_path: Path, part: str, there: bytes, instead: bytes, raised: type[Exception]
) -> None:
    damaged = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(workbook(tmp_path / "log.xlsx")) as whole, zipfile.ZipFile(damaged, "w") as out:
        for name in whole.namelist():
            content = whole.read(name)
            assert name != part or there in content
            out.writestr(name, content.replace(there, instead) if name == part else content)
    with pytest.raises(UnusableInput, match=r"damaged\.xlsx can't be unpacked: .") as told:
        parts_of(LogFile("damaged.xlsx", damaged), tmp_path)
    assert type(told.value.__cause__) is raised


@pytest.mark.parametrize("ours", ["check_growth", "_members", "_sheet", "_cell"])
def test_a_defect_of_our_own_is_not_taken_for_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ours: str
) -> None:
    def defective(*_: object) -> None:
        raise ValueError("a defect")

    (tmp_path / "log.zip").write_bytes(archive({"one.csv": b"text"}))
    path = tmp_path / "log.zip" if ours == "_members" else workbook(tmp_path / "log.xlsx")
    monkeypatch.setattr(containers, ours, defective)
    with pytest.raises(ValueError, match="a defect"):
        parts_of(LogFile(path.name, path), tmp_path)


def test_a_disk_that_fails_is_not_taken_for_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "log.zip").write_bytes(archive({"one.csv": b"text"}))
    monkeypatch.setattr(zipfile.ZipExtFile, "read", failing)
    with pytest.raises(OSError, match="Input/output"):
        parts_of(LogFile("log.zip", tmp_path / "log.zip"), tmp_path)


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Access report"])
    sheet.append([])
    sheet.append(["timestamp", "agent_id", "customer_id", "note"])
    for n in range(ROWS):
        sheet.append([datetime(2026, 3, 2, 8, n // 60, n % 60), f"a{n % 3}", 1000.0 + n, "two\nlines"])
    sheet.append(["never", "ann", 7])
    book.create_sheet("other").append(["nothing"])
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["log.xlsx", "a workbook by any name"])
def test_the_first_sheet_of_a_workbook(tmp_path: Path, name: str) -> None:
    found = figures(workbook(tmp_path / name))
    assert found.pairs == [(f"a{n % 3}", str(1000 + n)) for n in range(ROWS)]
    assert found.rejects == [(ROWS + 4, "timestamp not understood")]
    assert found.reading.inputs[0].compression == "xlsx"


def test_without_the_library_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "log.xlsx")
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "openpyxl":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnusableInput) as caught:
        figures(path)
    assert "onlooker[excel]" in str(caught.value.hint)
