"""Bytes of a file, decompressed as far as they go."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from onlooker.ingest.limits import check_growth

BLOCK = 1 << 20
SLICE = 1 << 12
"""Compressed bytes that are decompressed at once: of zstd they may become 30,000 times as many."""
MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"BZh": "bz2", b"\xfd7zX": "xz"}


class Damaged(Exception):  # noqa: N818 - it describes a file
    """A compressed stream ends early or is broken; what came before it is good."""


def compression_of(head: bytes) -> str:
    """`gz`, `zst`, `bz2`, `xz` or `none`, by the first bytes."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "none")


def blocks(path: Path, compression: str, seen: Callable[[bytes], object] = bool, shown: str = "") -> Iterator[bytes]:
    """Decompressed blocks of at most 1 MB or so; `seen` is called with each raw block.

    Raises Damaged after the last good block of a broken or truncated stream, and UnusableInput, which names the file as
    `shown`, for one that becomes far larger than any log.
    """
    with path.open("rb") as file:
        raw = _raw(iter(lambda: file.read(BLOCK), b""), seen)
        if compression == "none":
            yield from raw
            return
        size, grown = path.stat().st_size, 0
        for part in _unpacked(raw, compression):
            grown += len(part)
            check_growth(shown or path.name, size, grown)
            yield part


def _unpacked(raw: Iterator[bytes], compression: str) -> Iterator[bytes]:
    if compression == "gz":
        return _members(raw, lambda: zlib.decompressobj(wbits=31), "gzip")
    if compression == "bz2":
        return _members(raw, bz2.BZ2Decompressor, "bzip2")
    if compression == "xz":
        return _members(raw, lambda: lzma.LZMADecompressor(memlimit=1 << 28), "xz")
    import zstandard

    return _members(raw, lambda: zstandard.ZstdDecompressor().decompressobj(), "zstd")


def _raw(parts: Iterator[bytes], seen: Callable[[bytes], object]) -> Iterator[bytes]:
    for part in parts:
        seen(part)
        yield part


def _members(raw: Iterator[bytes], fresh: Callable[[], Any], name: str) -> Iterator[bytes]:
    """Decompress a chain of members (a file may be several compressed files one after the other)."""
    inflater = fresh()
    begun = False
    for part in raw:
        # Small inputs at a time: one block of a highly compressible log would inflate a thousandfold.
        for start in range(0, len(part), SLICE):
            data = part[start : start + SLICE]
            while data:
                begun = True
                for out in _inflated(inflater, data, name):
                    yield from _pieces(out)
                data = inflater.unused_data
                if inflater.eof:
                    inflater, begun = fresh(), False
                    data = data.lstrip(b"\0")
    if begun:
        raise Damaged(f"the {name} stream ends early")


def _inflated(inflater: Any, data: bytes, name: str) -> Iterator[bytes]:
    import zstandard

    try:
        if not hasattr(inflater, "needs_input"):
            yield inflater.decompress(data)
            return
        # These may inflate a few bytes to gigabytes, and say when they hold more.
        yield inflater.decompress(data, BLOCK)
        while not inflater.eof and not inflater.needs_input:
            yield inflater.decompress(b"", BLOCK)
    except (zlib.error, zstandard.ZstdError, OSError, EOFError, lzma.LZMAError) as error:
        raise Damaged(f"the {name} stream is damaged") from error


def _pieces(out: bytes) -> Iterator[bytes]:
    for start in range(0, len(out), BLOCK):
        yield out[start : start + BLOCK]
