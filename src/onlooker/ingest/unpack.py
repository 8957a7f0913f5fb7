"""Bytes of a file, decompressed as far as they go."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BLOCK = 1 << 20
MAGIC = {b"\x1f\x8b": "gz", b"\x28\xb5\x2f\xfd": "zst"}


class Damaged(Exception):  # noqa: N818 - it describes a file
    """A compressed stream ends early or is broken; what came before it is good."""


def compression_of(head: bytes) -> str:
    """`gz`, `zst` or `none`, by the first bytes."""
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
                out, data, done = _step(inflater, data, name)
                begun = True
                yield from _pieces(out)
                if done:
                    inflater, begun = fresh(), False
                    data = data.lstrip(b"\0")
    if begun:
        raise Damaged(f"the {name} stream ends early")


def _step(inflater: Any, data: bytes, name: str) -> tuple[bytes, bytes, bool]:
    import zstandard

    try:
        out = inflater.decompress(data)
    except (zlib.error, zstandard.ZstdError) as error:
        raise Damaged(f"the {name} stream is damaged") from error
    return out, inflater.unused_data, inflater.eof


def _pieces(out: bytes) -> Iterator[bytes]:
    for start in range(0, len(out), BLOCK):
        yield out[start : start + BLOCK]
