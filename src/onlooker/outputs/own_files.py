"""Whether a file that stands where an output is to go was written by this tool: another is never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from onlooker.errors import UsageError
from onlooker.outputs.output import Output

ENDS = 1 << 16
"""Bytes that are looked at from the beginning, and from the end."""


def refuse_to_overwrite(path: Path, begins: Iterable[str]) -> None:
    """Raise UsageError unless nothing is at `path`, or a table whose header begins with the columns `begins`."""
    _refuse(path, ",".join(begins).encode(), b"")


def refuse_foreign_files(folder: Path, outputs: Iterable[Output]) -> None:
    """Raise UsageError if a file of somebody else in `folder` has the name of one of `outputs`."""
    for output in outputs:
        refuse_foreign_file(folder / output.file, output)


def refuse_foreign_file(path: Path, output: Output) -> None:
    """Raise UsageError if `path` is there and is no file like those of `output`."""
    _refuse(path, output.begins, output.has)


def _refuse(path: Path, begins: bytes, has: bytes) -> None:
    there = path.exists() and not path.is_dir()  # a folder can't be overwritten: whoever tries is told
    if not path.is_symlink() and not there:
        return
    if path.is_file() and not path.is_symlink():
        head, tail = _ends(path)
        if not head or (head.lower().startswith(begins.lower()) and has in head + tail):
            return
    raise UsageError(
        f"{path} is there already, and Onlooker did not write it: it is not overwritten",
        "Name another place, or move it.",
    )


def _ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as file:
        head = file.read(ENDS)
        file.seek(max(path.stat().st_size - ENDS, 0))
        return head, file.read(ENDS)
