"""The SQLite file of a store: opened with one set of rules, written in explicit transactions."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onlooker.store.access import file_mode
from onlooker.store.layout import DATABASE

WAIT_SECONDS = 20.0
"""How long one command waits for another's short transaction."""


def open_for_writing(root: Path) -> sqlite3.Connection:
    """Open the database of `root`, making it if needed. Close it with `close_after_writing`."""
    path = root / DATABASE
    if not path.exists():
        _make_empty(path, root)
    elif not os.access(path, os.W_OK):  # SQLite would open it all the same, and fail at the first change
        raise PermissionError(errno.EACCES, "may not be written", str(path))
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = FULL")  # a commit that was reported survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def open_for_reading(root: Path) -> sqlite3.Connection:
    """Open the database of `root` without the means to change it; writers are not blocked."""
    connection = sqlite3.connect(
        f"{(root / DATABASE).absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_SECONDS, isolation_level=None
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def close_after_writing(root: Path, connection: sqlite3.Connection) -> None:
    """Close a writer, leaving the -wal and -shm files that readers without write access need.

    SQLite removes both when the last connection closes, and a group that may only read could then not open the
    database. A last connection that may only read can't remove them.
    """
    try:
        connection.execute("PRAGMA busy_timeout = 100")  # a reader in the middle of something is not waited for
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        last = open_for_reading(root)
    except sqlite3.DatabaseError:  # a full disk: the log is folded in by the next writer
        connection.close()
        return
    connection.close()
    last.close()


def _make_empty(path: Path, root: Path) -> None:
    """Give a new database its mode before SQLite writes to it.

    Never done to one that is there: closing a second descriptor would drop the locks that SQLite holds in this process.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.fchmod(fd, file_mode(root))
    os.close(fd)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing. Inside another transaction it joins that one."""
    if connection.in_transaction:
        yield connection
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:  # not committed; SQLite ends it by itself when the disk is full
            connection.execute("ROLLBACK")
