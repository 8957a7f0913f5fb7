# ruff: noqa: N818 (named for what happened, as in onlooker.errors)
"""What can go wrong with a store, in words for people, and what to do about it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onlooker.errors import OnlookerError, StoreBusy


class StoreError(OnlookerError):
    """The store can't do what was asked of it."""


class StoreMissing(StoreError):
    """There is no store at the place that was named."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of Onlooker."""


class StoreTooOld(StoreError):
    """The store is of an older format, and this opening may not bring it up to date."""


class StoreDamaged(StoreError):
    """A file of the store is not what the store wrote."""


class StoreFull(StoreError):
    """There is no room left to write."""


class StoreReadOnly(StoreError):
    """The store may not be written from here."""


class StoreHeld(StoreError):
    """A legal hold forbids removing anything."""


NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_ALLOWED = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def told(root: Path) -> Iterator[None]:
    """Turn what the system and SQLite say about the store in `root` into errors for people; others pass unchanged."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        known = _of_sqlite(root, error)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        fault = _of_system(root, error)
        if fault is None:
            raise
        raise fault from error


def full(root: Path) -> StoreFull:
    """The disk under `root` is full."""
    return StoreFull(
        f"no room left to write to the store {root}; nothing that was committed is lost",
        "Free some space (`onlooker store prune` and `compact` help) and run the same command again.",
    )


def vanished(root: Path) -> StoreMissing:
    """The folder of the store went away while a run was at it."""
    return StoreMissing(
        f"the store {root} was there when the run began, and is gone; no night was committed",
        "Is its file system still mounted? When it is back, run the same command again.",
    )


def read_only(root: Path) -> StoreReadOnly:
    """The store under `root` can't be written by this user or on this file system."""
    return StoreReadOnly(
        f"the store {root} may not be written by this user", "Run as the user that owns the store, or read it only."
    )


def damaged(root: Path, what: str) -> StoreDamaged:
    """`what` of the store under `root` is damaged."""
    return StoreDamaged(
        f"the store {root} is damaged: {what}",
        "`onlooker store verify` says what is wrong; `onlooker store repair`, or a backup, mends it.",
    )


def database_lost(root: Path) -> StoreDamaged:
    """Files of nights lie under `root`, and the database that says which of them count is gone or empty."""
    return StoreDamaged(
        f"the store {root} is damaged: onlooker.sqlite is gone, the files of its nights are there; nothing was changed",
        "Put back onlooker.sqlite of the same night from a backup; or `onlooker store rebuild`: it says what is lost.",
    )


def database_older(root: Path, files: list[str], known: int) -> StoreDamaged:
    """Files that no killed run can have left: they were written after what the database knows."""
    return StoreDamaged(
        f"the store {root} is damaged: onlooker.sqlite knows commits up to {known}, and {len(files)} files are of "
        f"later ones, such as {files[0]}; nothing was changed",
        "Was an older onlooker.sqlite put back? Put back the newer one, or let `onlooker store repair` set them aside.",
    )


def _of_system(root: Path, error: OSError) -> StoreError | None:
    if error.errno in NO_ROOM:
        return full(root)
    if error.errno in NOT_ALLOWED:
        return read_only(root)
    return None


def _of_sqlite(root: Path, error: sqlite3.DatabaseError) -> OnlookerError | None:
    faults: dict[int, Callable[[], OnlookerError]] = {
        sqlite3.SQLITE_FULL: lambda: full(root),
        sqlite3.SQLITE_READONLY: lambda: read_only(root),
        sqlite3.SQLITE_CORRUPT: lambda: damaged(root, f"onlooker.sqlite ({error})"),
        sqlite3.SQLITE_NOTADB: lambda: damaged(root, f"onlooker.sqlite ({error})"),
        sqlite3.SQLITE_BUSY: lambda: StoreBusy(
            f"the store {root} is being written by another program", "Try again in a minute."
        ),
        sqlite3.SQLITE_CANTOPEN: lambda: StoreError(
            f"onlooker.sqlite in {root} can't be opened by this user",
            "Check who may read the folder; a copy without its -wal and -shm files needs a folder that may be written.",
        ),
        sqlite3.SQLITE_IOERR: lambda: StoreError(
            f"the disk under {root} failed or is full ({error}); nothing that was committed is lost",
            "Check the free space and the disk, and run the same command again.",
        ),
    }
    make = faults.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return make() if make else None
