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

from onlooker.ingest.headers import Unescape
from onlooker.ingest.json_rows import JsonRows
from onlooker.ingest.survey import Facts
from onlooker.ingest.unpack import Damaged, blocks

LONGEST = 1 << 20
"""A line of more characters is a reject."""
LONGEST_ROW = 1 << 24
"""So is a row of JSON that is not written in lines."""
TOO_LONG = "\U0010fffeL"
CUT_OFF = "\U0010fffeC"
RETURN = "\U0010fffd"
"""Stands for a carriage return that does not end a line; the engine would break the line there."""
SEPARATOR = "\U0010ffff"
"""Used as the delimiter when lines are read whole, so it may not occur in them."""
KEPT = 200


@dataclass(frozen=True)
class Layout:
    """How a text is written, as far as it has to be known to make plain lines of it."""

    compression: str = "none"
    head: bytes = b""
    """Its decompressed beginning: encoding, line ends."""
    above: int = 0
    """Lines of a delimited text before its data, the header included, where they have to be replaced by `header`."""
    header: str = ""
    backslash: bool = False
    """Quotes in quoted cells have a backslash before them."""
    rows: tuple[tuple[str, ...], bool] | None = None
    """JSON that is not one object per line: path to the list of rows, and whether there is a list at all."""

    @property
    def longest(self) -> int:
        """Characters that a line may have."""
        return LONGEST if self.rows is None else LONGEST_ROW


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
    longest: int = LONGEST
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
            if len(self.carry) > self.longest:
                self.carry, self.skipping = self.carry[:KEPT], True

    def _finish(self, end: str) -> str:
        self._hold(end)
        line, long = self.carry, self.skipping
        self.carry, self.skipping = "", False
        self.marked = self.marked or long
        return (TOO_LONG + line if long else line) + "\n"


def normalise(path: Path, target: Path, layout: Layout, shown: str = "") -> Facts:
    """Write the lines of `path` to `target`."""
    digest = hashlib.sha256()
    strays = _Strays()
    codecs.register_error("onlooker-strays", strays)
    encoding = encoding_of(layout.head)
    lines = _Lines(b"\r" in layout.head and b"\n" not in layout.head, layout.longest)
    decoder = codecs.getincrementaldecoder(encoding)(errors="onlooker-strays" if encoding == "utf-8" else "replace")
    text = _Text(layout)
    size = 0
    damage = ""
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f"{layout.header}\n" if layout.above else "")
        try:
            for block in blocks(path, layout.compression, digest.update, shown):
                size += len(block)
                out.write(text.below(lines.feed(text.rows(_plain(decoder.decode(block), size == len(block))))))
        except Damaged as error:
            damage = f"is damaged: {error} after {size:,} bytes of text; what came before it was read"
        rest = text.rows(_plain(decoder.decode(b"", final=True), False)) + ("\n" if lines.pending_return else "")
        out.write(text.below(lines.feed(rest)))
        out.write(text.below(lines.last(cut=bool(damage) or text.unfinished)))
    notes = [damage] if damage else []
    if text.unfinished and not damage:
        notes.append("ends before its JSON does: what comes after the last whole row could not be read")
    if strays.met:
        notes.append("is not all UTF-8: other bytes were read as Windows-1252")
    return Facts(
        sha256=digest.hexdigest(),
        bytes=path.stat().st_size,
        lines=lines.lines - layout.above + (1 if layout.above else 0),
        nul=lines.nul,
        sound=not lines.marked,
        encoding="latin-1" if strays.met else "utf-8",
        note="; ".join(notes),
    )


class _Text:
    """What has to be done to a text beside its line ends."""

    def __init__(self, layout: Layout) -> None:
        self._json = JsonRows(*layout.rows) if layout.rows else None
        self._unescape = Unescape() if layout.backslash else None
        self._above = layout.above

    @property
    def unfinished(self) -> bool:
        """Whether the text ended within its JSON."""
        return self._json is not None and self._json.unfinished

    def rows(self, text: str) -> str:
        """The text with a row of JSON, or a record without backslashes, in each line."""
        if self._json:
            return self._json.feed(text.encode()).decode("utf-8", "replace")
        return self._unescape.feed(text) if self._unescape else text

    def below(self, lines: str) -> str:
        """Whole lines without those that come before the data."""
        while self._above and lines:
            _, newline, lines = lines.partition("\n")
            self._above -= 1 if newline else 0
        return lines


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
