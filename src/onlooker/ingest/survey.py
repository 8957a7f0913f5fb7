"""One pass over a file's bytes beside the engine's own: its hash, and facts that a CSV reader would not tell."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 22


@dataclass(frozen=True)
class Facts:
    """What the bytes of a text say; `lines` counts an unfinished last line too."""

    sha256: str
    bytes: int
    lines: int
    nul: bool
    sound: bool = True
    """False where something was replaced, cut or marked on the way (see normalise)."""
    encoding: str = "utf-8"
    note: str = ""


def survey(path: Path) -> Facts:
    """Hash and count `path`. Made for a thread: hashing and reading release the interpreter's lock."""
    digest = hashlib.sha256()
    size = lines = 0
    nul = False
    last = b"\n"
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
            lines += block.count(b"\n")
            nul = nul or b"\0" in block
            last = block[-1:]
    return Facts(digest.hexdigest(), size, lines + (last != b"\n"), nul)
