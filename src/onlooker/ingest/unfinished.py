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


def without_unfinished_line(path: Path, seen: Sniff, target: Path) -> str:
    """Write `path` without its last line to `target`, if that line has no end; the line, or nothing if there was none.

    A JSON object that is whole needs no line end to be known as whole. What was read is then a shorter file: when the
    log is delivered again it is another one, and is read with the line.
    """
    if seen.format not in ("csv", "tsv", "jsonl", "web log") or (not seen.plain and not seen.layout.above):
        return ""
    state = path.stat()
    if seen.compression != "none" or time.time() - state.st_mtime > FRESH_SECONDS or not state.st_size:
        return ""
    with path.open("rb") as file:
        file.seek(max(0, state.st_size - 4 * LONGEST))
        end = file.read(4 * LONGEST)
        _, newline, last = end.rpartition(b"\n")
        if not newline or not last.strip() or (seen.format == "jsonl" and _is_whole(last)):
            return ""
        target.unlink(missing_ok=True)
        file.seek(0)
        left = state.st_size - len(last)
        with target.open("wb") as out:
            while left and (block := file.read(min(BLOCK, left))):
                out.write(block)
                left -= len(block)
    return last.decode("utf-8", "replace")


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
