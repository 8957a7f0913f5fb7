"""A damaged, compressed or oddly encoded text -> a plain file of UTF-8 lines that SQL can read, block by block.

What can't be kept is marked in its line, so that the line becomes a reject with its number: a line that is too long,
and the last line of a truncated file. Memory is bounded by the block size, whatever the file holds.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onlooker.ingest.survey import Facts
from onlooker.ingest.unpack import Damaged, blocks

LONGEST = 1 << 20
"""A line of more characters is a reject."""
TOO_LONG = "\U0010fffeL"
CUT_OFF = "\U0010fffeC"
RETURN = "\U0010fffd"
"""Stands for a carriage return that does not end a line; the engine would break the line there."""
SEPARATOR = "\U0010ffff"
"""Used as the delimiter when lines are read whole, so it may not occur in them."""
KEPT = 200


class _Strays:
    """Decodes bytes that are not UTF-8 as Windows-1252, and remembers that it did."""

    def __init__(self) -> None:
        self.met = False

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        self.met = True
        stray = error.object[error.start : error.end]
        try:
            return stray.decode("cp1252"), error.end
        except UnicodeDecodeError:
            return stray.decode("latin-1"), error.end


@dataclass
class _Lines:
    """Turns blocks of text into whole lines, and marks those that are too long."""

    old_mac: bool
    carry: str = ""
    skipping: bool = False
    marked: bool = False
    lines: int = 0
    nul: bool = False
    pending_return: bool = field(default=False)

    def feed(self, text: str) -> str:
        """What of `text` and the text before it forms whole lines."""
        text = self._ends(text)
        self.nul = self.nul or "\0" in text
        head, newline, rest = text.partition("\n")
        if not newline:
            self._hold(head)
            return ""
        first = self._finish(head)
        whole, newline, tail = rest.rpartition("\n")
        out = first + whole + newline
        self.lines += out.count("\n")
        self._hold(tail)
        return out

    def last(self, cut: bool) -> str:
        """The unfinished line at the end, marked if the file was `cut` there."""
        if not self.carry and not self.skipping:
            return ""
        line = self._finish("")
        self.lines += 1
        if cut and not line.startswith(TOO_LONG):
            self.marked = True
            return CUT_OFF + line
        return line

    def _ends(self, text: str) -> str:
        """All line ends as \\n; a carriage return at the end of a block waits for the next block."""
        if self.pending_return:
            text, self.pending_return = "\r" + text, False
        if "\r" in text:
            if text.endswith("\r"):
                text, self.pending_return = text[:-1], True
            text = text.replace("\r\n", "\n").replace("\r", "\n" if self.old_mac else RETURN)
        return text

    def _hold(self, text: str) -> None:
        if not self.skipping:
            self.carry += text
            if len(self.carry) > LONGEST:
                self.carry, self.skipping = self.carry[:KEPT], True

    def _finish(self, end: str) -> str:
        self._hold(end)
        line, long = self.carry, self.skipping
        self.carry, self.skipping = "", False
        self.marked = self.marked or long
        return (TOO_LONG + line if long else line) + "\n"


def normalise(path: Path, target: Path, compression: str, head: bytes) -> Facts:
    """Write the lines of `path` to `target`. `head` is its decompressed beginning: encoding, line ends."""
    digest = hashlib.sha256()
    strays = _Strays()
    codecs.register_error("onlooker-strays", strays)
    encoding = encoding_of(head)
    lines = _Lines(old_mac=b"\r" in head and b"\n" not in head)
    decoder = codecs.getincrementaldecoder(encoding)(errors="onlooker-strays" if encoding == "utf-8" else "replace")
    size = 0
    damage = ""
    with target.open("w", encoding="utf-8", newline="\n") as out:
        try:
            for block in blocks(path, compression, digest.update):
                size += len(block)
                out.write(lines.feed(_plain(decoder.decode(block), size == len(block))))
        except Damaged as error:
            damage = f"is damaged: {error} after {size:,} bytes of text; what came before it was read"
        out.write(lines.feed(_plain(decoder.decode(b"", final=True), False) + ("\n" if lines.pending_return else "")))
        out.write(lines.last(cut=bool(damage)))
    notes = [damage] if damage else []
    if strays.met:
        notes.append("is not all UTF-8: other bytes were read as Windows-1252")
    return Facts(
        sha256=digest.hexdigest(),
        bytes=path.stat().st_size,
        lines=lines.lines,
        nul=lines.nul,
        sound=not lines.marked,
        encoding="latin-1" if strays.met else "utf-8",
        note="; ".join(notes),
    )


def encoding_of(head: bytes) -> str:
    """The Python codec of a text that begins with `head`; a byte order mark decides, else UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8"


def _plain(text: str, first: bool) -> str:
    if first:
        text = text.removeprefix("\ufeff")
    return text.replace(SEPARATOR, "\ufffd") if SEPARATOR in text else text


def head_of(path: Path, compression: str, size: int = 1 << 18) -> bytes:
    """The first `size` decompressed bytes, or what there is of them. Raises Damaged if it breaks before the first."""
    parts: Iterator[bytes] = blocks(path, compression)
    head = b""
    try:
        for part in parts:
            head += part
            if len(head) >= size:
                break
    except Damaged:
        if not head:
            raise
    return head[:size]
