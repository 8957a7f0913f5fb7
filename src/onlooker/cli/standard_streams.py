"""Standard input, output and error as the caller left them: closed, full, a pipe that nobody reads, in any encoding.

What a command does must not hang on whether its words find a reader. A stream that can't be written takes everything
and keeps the first error, which the exit status tells at the end.
"""

from __future__ import annotations

import io
import os
import select
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

UNDELIVERED = 4
"""Exit status where all was done, and an output failed."""


class LastingOutput(io.RawIOBase):
    """A file descriptor to write to. The first error is kept, and nothing is written after it."""

    def __init__(self, fd: int, name: str) -> None:
        self._fd, self.name = fd, name
        self.error: OSError | None = None
        self._over = False

    def write(self, data: ReadableBuffer) -> int:
        """Write `data`, or take it and do nothing once the stream has failed or its reader has gone."""
        length = memoryview(data).nbytes
        if self._over:
            return length
        try:
            return os.write(self._fd, data)
        except BlockingIOError:  # a terminal or pipe that was left in that mode
            select.select([], [self._fd], [])
            return 0
        except BrokenPipeError:  # as `head` does: no error
            self._over = True
        except OSError as error:
            self.error, self._over = error, True
        return length

    def writable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """The descriptor."""
        return self._fd

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return os.isatty(self._fd)


def make_lasting() -> tuple[LastingOutput, LastingOutput]:
    """Put streams that outlast their readers in the place of the process's own. Before anything else is opened.

    A descriptor that the caller closed is opened on the null device: else the next file that is opened, the store's
    database perhaps, would get its number, and what is printed would be written there.
    """
    for fd, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, flags)  # gets the lowest number that is free
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - for as long as the process lives
    out, err = LastingOutput(1, "standard output"), LastingOutput(2, "standard error")
    sys.stdout, sys.stderr = _text(out, sys.stdout), _text(err, sys.stderr, by_line=True)
    return out, err


def status_of(status: int, *streams: LastingOutput) -> int:
    """The exit status, now that everything has been said: another than 0 stays, for it tells more."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    failed = [stream for stream in streams if stream.error]
    for stream in failed:
        sys.stderr.write(f"onlooker: {stream.name} could not be written: {stream.error and stream.error.strerror}\n")
    sys.stderr.flush()
    return UNDELIVERED if failed and status == 0 else status


def _text(raw: LastingOutput, before: object, by_line: bool = False) -> io.TextIOWrapper:
    encoding = getattr(before, "encoding", None) or "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=encoding, errors="backslashreplace", line_buffering=by_line or raw.isatty()
    )
