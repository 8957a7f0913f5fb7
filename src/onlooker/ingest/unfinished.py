"""The last line of a log that is still being written: it is left for a later night, when it is whole."""

from __future__ import annotations

import json
import time
from pathlib import Path

from onlooker.ingest.normalise import LONGEST
from onlooker.ingest.sniffed import Sniff

FRESH_SECONDS = 3600
"""A file that was not written to for this long is taken for finished, whatever it ends with."""
BLOCK = 1 << 20


def unfinished_line(path: Path, seen: Sniff) -> tuple[bytes, int]:
    """The last line of the file `path`, if it has no end and the file may still be written to, and the bytes before it.

    A JSON object that is whole needs no line end to be known as whole.
    """
    if seen.format not in ("csv", "tsv", "jsonl", "web log") or (not seen.plain and not seen.layout.above):
        return b"", 0
    state = path.stat()
    if seen.compression != "none" or time.time() - state.st_mtime > FRESH_SECONDS or not state.st_size:
        return b"", 0
    with path.open("rb") as file:
        file.seek(max(0, state.st_size - 4 * LONGEST))
        _, newline, last = file.read(4 * LONGEST).rpartition(b"\n")
    if not newline or not last.strip() or (seen.format == "jsonl" and _is_whole(last)):
        return b"", 0
    return last, state.st_size - len(last)


def without_unfinished_line(path: Path, seen: Sniff, target: Path) -> str:
    """Write `path` without its last line to `target`, if that line has no end; the line, or nothing if there was none.

    What was read is then a shorter file: when the log is delivered again it is another one, and is read with the line.
    """
    last, left = unfinished_line(path, seen)
    if not last:
        return ""
    target.unlink(missing_ok=True)
    with path.open("rb") as file, target.open("wb") as out:
        while left and (block := file.read(min(BLOCK, left))):
            out.write(block)
            left -= len(block)
    return last.decode("utf-8", "replace")


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
