"""Whether a file that stands where an output is to go was written by this tool: another is never overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from onlooker.errors import UsageError

ENDS = 1 << 16
"""Bytes that are looked at from the beginning, and from the end."""

OWN: dict[str, tuple[bytes, bytes]] = {
    "alerts.csv": (b"id,date,agent_id,", b""),
    "alerts.jsonl": (b'{"id"', b'"headline"'),
    "rejects.csv": (b"file,line,reason,", b""),
    "report.html": (b"<!doctype html>", b"<title>Onlooker"),
    "run.json": (b"{", b'"config_hash"'),
    "scores.parquet": (b"PAR1", b"q_value"),
}
"""Name -> how a file of the contract begins, and what else stands near one of its ends."""


def refuse_to_overwrite(path: Path, begins: Iterable[str]) -> None:
    """Raise UsageError unless nothing is at `path`, or a table whose header begins with the columns `begins`."""
    _refuse(path, ",".join(begins).encode(), b"")


def refuse_foreign_files(folder: Path) -> None:
    """Raise UsageError if a file of somebody else has the name of one that a scan writes into `folder`."""
    for name, (begins, has) in OWN.items():
        _refuse(folder / name, begins, has)


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
