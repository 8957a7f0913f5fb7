"""What is read at most, so that no input takes more memory, disk or time than is written down here.

Beside these: a line of more than 1 MB is a reject (normalise.LONGEST).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from onlooker.errors import UnusableInput, UsageError

MOST_COLUMNS = 2_000
"""Columns of a file, or different keys of JSON objects."""
FREE_GROWTH = 1 << 28
"""Bytes that any compressed file may become."""
MOST_GROWTH = 200
"""How many times its size a larger one may become: logs become 5 to 60 times their size."""
FREE_ROWS = 10_000_000
"""Rows that any Parquet file may have."""
MOST_ROWS = 20
"""Rows per byte that a larger one may have: an event takes several bytes, however well it compresses."""
LINELESS = 1 << 26
"""Bytes of a stream within which a line must end."""
SPARE = 1 << 30
"""Bytes that a stream leaves free on the disk where it is put before it is read."""
BLOCK = 1 << 20


def check_columns(shown: str, names: Collection[str]) -> None:
    """Raise UnusableInput for a file with more columns than any log has."""
    if len(names) > MOST_COLUMNS:
        raise UnusableInput(
            f"{shown} has {len(names):,} columns; at most {MOST_COLUMNS:,} are read",
            "Export only the columns that say when, who, what and about whom.",
        )


def check_growth(shown: str, size: int, grown: int) -> None:
    """Raise UnusableInput for a compressed file of `size` bytes that has become `grown` bytes."""
    if grown > max(FREE_GROWTH, MOST_GROWTH * size):
        raise UnusableInput(
            f"{shown} has {size:,} bytes and becomes more than {MOST_GROWTH} times that, as no log does: not read",
            "If it is a log all the same, hand it over decompressed.",
        )


def check_rows(shown: str, size: int, rows: int) -> None:
    """Raise UnusableInput for a Parquet file of `size` bytes that says it has `rows` rows."""
    if rows > max(FREE_ROWS, MOST_ROWS * size):
        raise UnusableInput(
            f"{shown} has {size:,} bytes and says it has {rows:,} rows: no log does, so it is not read",
            "Write it again, or export it as CSV.",
        )


def check_kind(shown: str, about: os.stat_result) -> None:
    """Raise UsageError for a device, which may have no end; a terminal has one, and the null device is empty."""
    mode = about.st_mode
    empty = stat.S_ISCHR(mode) and about.st_rdev == Path(os.devnull).stat().st_rdev
    if (stat.S_ISCHR(mode) and not empty) or stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise UsageError(f"{shown} is a device, not a log", "Name files, folders or pipes, or - for standard input.")


def spool(stream: BinaryIO, target: Path, shown: str) -> Path:
    """Put a stream into the file `target`. Raises UnusableInput if it can't be a log, or leaves no room on the disk."""
    with contextlib.suppress(OSError):  # a stream of Python's own has no number
        descriptor = stream.fileno()
        if not os.isatty(descriptor):
            check_kind(shown, os.fstat(descriptor))
    size, lines = 0, False
    with target.open("wb") as out:
        while block := stream.read(BLOCK):
            out.write(block)
            size += len(block)
            lines = lines or b"\n" in block or b"\r" in block
            if not lines and size > LINELESS:
                raise UnusableInput(f"{shown} is no log: no line ends in its first {LINELESS >> 20} MB")
            if size % (64 * BLOCK) < BLOCK and shutil.disk_usage(target.parent).free < SPARE:
                came = f"{size >> 20:,} MB came"
                raise UnusableInput(
                    f"{shown} has no end, or is too long for this disk: {came}, and {SPARE >> 20:,} MB are left",
                    "Hand it over as files, or set TMPDIR to a folder on a larger disk.",
                )
    return target
