"""JSON that is not one object per line -> one row per line: lists, wrapped lists, and objects one after the other.

The text goes through in blocks, as arrays of bytes: where strings are and how many brackets are open is computed for a
whole block at once, so neither the size nor the shape of a document costs memory or a loop over its rows.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Bytes = np.ndarray[Any, np.dtype[np.uint8]]
    Flags = np.ndarray[Any, np.dtype[np.bool_]]
    Counts = np.ndarray[Any, np.dtype[np.int32]]

_KEY = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:\s*\Z')
_LOOK_BACK = 1024
"""A key and the white space after it may have this many bytes."""
QUOTE, BACKSLASH, COMMA, NEWLINE, SPACE = 0x22, 0x5C, 0x2C, 0x0A, 0x20
OPENING, CLOSING, LIST = 0x7B, 0x7D, 0x5B


@dataclass
class JsonRows:
    """Cuts the rows out of a document: what stands in the list that it is, or that it has under the keys `path`.

    If it is not `listed`, the rows are the documents themselves, one after the other. An object that is repeated with
    its list, as pages are, gives the rows of each.
    """

    path: tuple[str, ...] = ()
    listed: bool = True
    _depth: int = 0
    _in_string: bool = False
    _ways: list[bool] = field(default_factory=list)
    """Of each open bracket around the rows, whether it is on the way to them."""
    _held: bytes = b""
    """Backslashes at the end of a block, which belong to what follows."""
    _before: bytes = b""

    @property
    def unfinished(self) -> bool:
        """Whether the document goes on after what was fed."""
        return self._depth > 0

    def feed(self, block: bytes) -> bytes:
        """The rows of one more block, a line each; the last may go on in the next block."""
        import numpy as np

        block = self._held + block
        ended = len(block.rstrip(b"\\"))
        block, self._held = block[:ended], block[ended:]
        if not block:
            return b""
        data = np.frombuffer(block, np.uint8)
        outside = ~self._strings(data)
        # Square brackets differ from curly ones in this bit.
        curly = data | np.uint8(0x20)
        opens, closes = outside & (curly == OPENING), outside & (curly == CLOSING)
        depth = self._depth + np.cumsum(opens.view(np.int8) - closes.view(np.int8), dtype=np.int32)
        kept, ends = self._rows(block, data, opens, closes, depth)
        ends |= kept & outside & (data == COMMA) & (depth == self._around)
        self._depth, self._before = int(depth[-1]), (self._before + block)[-_LOOK_BACK:]
        out = np.where((data < SPACE) & (data > 0), np.uint8(SPACE), data)
        out[ends] = NEWLINE
        text = out[kept | ends].tobytes()
        return text if self._around else self._parted(out, closes & (depth == 0))

    @property
    def _around(self) -> int:
        """Brackets that are open around a row."""
        return len(self.path) + 1 if self.listed else 0

    def _strings(self, data: Bytes) -> Flags:
        """Which bytes stand within strings; the quotes that close them do not."""
        import numpy as np

        quotes = data == QUOTE
        slashes = np.flatnonzero(data == BACKSLASH)
        if len(slashes):
            place = np.arange(len(slashes))
            first = np.maximum.accumulate(np.where(np.diff(slashes, prepend=-2) > 1, place, 0))
            # After an odd number of backslashes a quote is a character; none ends the block.
            quotes[slashes[(place - first) % 2 == 0] + 1] = False
        within = np.logical_xor.accumulate(quotes) ^ self._in_string
        newlines = data == NEWLINE
        if (within & newlines).any():
            # No string spans lines, so a quote was left open: the damage ends with its line.
            place = np.arange(len(data), dtype=np.int32)
            line = np.maximum.accumulate(np.where(newlines, place, np.int32(-1)))
            within ^= np.where(line >= 0, within[line], False)
        self._in_string = bool(within[-1])
        return within

    def _rows(self, block: bytes, data: Bytes, opens: Flags, closes: Flags, depth: Counts) -> tuple[Flags, Flags]:
        """Which bytes are of rows, and which brackets end the list that they are in."""
        import numpy as np

        ends = np.zeros(len(data), np.bool_)
        around = self._around
        if not around:
            return ~ends, ends
        kept = np.zeros(len(data), np.bool_)
        begin = 0 if self._inside else -1
        # Only the brackets around the rows: a few of each document.
        for at in np.flatnonzero((opens & (depth <= around)) | (closes & (depth < around))).tolist():
            if opens[at]:
                self._open(data[at] == LIST, int(depth[at]), block[max(0, at - _LOOK_BACK) : at])
                begin = at + 1 if self._inside else begin
            else:
                if self._inside:
                    kept[begin:at] = True
                    ends[at] = True
                    begin = -1
                del self._ways[max(int(depth[at]), 0) :]
        if self._inside:
            kept[begin:] = True
        return kept, ends

    @property
    def _inside(self) -> bool:
        return len(self._ways) == self._around and self._ways[-1]

    def _open(self, is_list: bool, depth: int, before: bytes) -> None:
        del self._ways[max(depth - 1, 0) :]
        self._ways += [False] * (depth - 1 - len(self._ways))
        on_way = (not self._ways or self._ways[-1]) and is_list == (depth == self._around)
        if on_way and depth > 1:
            found = _KEY.search(self._before + before if len(before) < _LOOK_BACK else before)
            on_way = found is not None and _key(found[1]) == self.path[depth - 2]
        self._ways.append(on_way)

    def _parted(self, out: Bytes, closed: Flags) -> bytes:
        import numpy as np

        return np.insert(out, np.flatnonzero(closed) + 1, NEWLINE).tobytes()


def _key(raw: bytes) -> str:
    return str(json.loads(b'"' + raw + b'"'))
