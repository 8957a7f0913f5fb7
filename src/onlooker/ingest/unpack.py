"""Bytes of a file, decompressed as far as they go."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BLOCK = 1 << 20
MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst", b"BZh": "bz2", b"\xfd7zX": "xz"}


class Damaged(Exception):  # noqa: N818 - it describes a file
    """A compressed stream ends early or is broken; what came before it is good."""


def compression_of(head: bytes) -> str:
    """`gz`, `zst`, `bz2`, `xz` or `none`, by the first bytes."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "none")


def blocks(path: Path, compression: str, seen: Callable[[bytes], object] = bool) -> Iterator[bytes]:
    """Decompressed blocks of at most 1 MB or so; `seen` is called with each raw block.

    Raises Damaged after the last good block of a broken or truncated stream.
    """
    with path.open("rb") as file:
        raw = _raw(iter(lambda: file.read(BLOCK), b""), seen)
        if compression == "gz":
            yield from _members(raw, lambda: zlib.decompressobj(wbits=31), "gzip")
        elif compression == "zst":
            import zstandard

            yield from _members(raw, lambda: zstandard.ZstdDecompressor().decompressobj(), "zstd")
        elif compression == "bz2":
            yield from _members(raw, bz2.BZ2Decompressor, "bzip2")
        elif compression == "xz":
            yield from _members(raw, lambda: lzma.LZMADecompressor(memlimit=1 << 28), "xz")
        else:
            yield from raw


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
        for start in range(0, len(part), 1 << 14):
            data = part[start : start + (1 << 14)]
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
