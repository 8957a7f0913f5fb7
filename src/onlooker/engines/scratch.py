"""Temporary folders that go away also when the process was killed: the next one to start removes them."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from pathlib import Path
from typing import IO

from onlooker.errors import EngineError

PREFIX = "onlooker-"
ALIVE = "alive"
"""A file in the folder that is locked as long as its process lives. Process ids would not do: they are used again, and
another container that shares the folder has its own."""


class Scratch:
    """A folder, readable to its owner only, until `close`. Starting one removes those of dead processes beside it."""

    def __init__(self, parent: Path | None = None) -> None:
        place = Path(parent or tempfile.gettempdir())
        sweep(place)
        try:
            self._folder = tempfile.TemporaryDirectory(prefix=PREFIX, dir=place, ignore_cleanup_errors=True)
        except OSError as error:
            raise EngineError(
                f"No temporary folder can be made in {place}: {error.strerror}.", "TMPDIR names another place."
            ) from error
        self.path = Path(self._folder.name)
        self._lock = _locked(self.path)

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        self._lock.close()
        self._folder.cleanup()


def _locked(folder: Path) -> IO[bytes]:
    """Lock first, then give the file the name that `sweep` looks for: nobody sees a folder in use unlocked."""
    unnamed = folder / f"{ALIVE}.new"
    file = unnamed.open("wb")
    fcntl.flock(file, fcntl.LOCK_EX)
    unnamed.rename(folder / ALIVE)
    return file


def sweep(parent: Path) -> list[Path]:
    """Remove the folders in `parent` whose process has died; returns them. Other users' are left alone."""
    removed = []
    for mark in parent.glob(f"{PREFIX}*/{ALIVE}"):
        try:
            with mark.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        shutil.rmtree(mark.parent, ignore_errors=True)
        removed.append(mark.parent)
    return removed
