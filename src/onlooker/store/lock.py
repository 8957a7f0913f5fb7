"""One writer per store. The lock is the kernel's (flock), so a dead holder's lock is free by itself."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from onlooker.errors import StoreBusy


class StoreLock:
    """Held from construction to `release`. Raises StoreBusy at once if somebody else holds it."""

    def __init__(self, path: Path, does: str = "holds") -> None:
        """`does`: what its holder does with the store, as the others are told."""
        self.path = path
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(self._fd)
            os.close(self._fd)
            raise StoreBusy(
                f"another run {does} the store {path.parent}{holder}",
                "Wait for it to end, or stop it; the lock of a run that died is free by itself.",
            ) from None
        except OSError:
            os.close(self._fd)
            raise
        self._say_who()

    def _say_who(self) -> None:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, text.encode(), 0)

    def release(self) -> None:
        """Let the next run in."""
        os.ftruncate(self._fd, 0)
        os.close(self._fd)


def _holder(fd: int) -> str:
    try:
        told = json.loads(os.pread(fd, 4096, 0))
        return f": process {told['pid']} on {told['host']} since {told['since']}"
    except (ValueError, KeyError, TypeError):  # read between its locking and its writing
        return ""
