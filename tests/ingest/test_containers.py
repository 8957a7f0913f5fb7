"""Archives and workbooks."""

from __future__ import annotations

import builtins
import bz2
import gzip
import io
import lzma
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.ingest.figures import expected, figures, table

from onlooker.errors import UnusableInput
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


def test_the_first_sheet_of_a_workbook(tmp_path: Path) -> None:
    found = figures(workbook(tmp_path / "log.xlsx"))
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
