"""Files that are either there whole or not at all: written aside, forced to disk, renamed into place."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from onlooker.errors import OnlookerError, UsageError


@contextmanager
def write_whole(path: Path, *, group: str | None = None) -> Iterator[TextIO]:
    """Open `path` for UTF-8 text that appears under its name only when the block ends well.

    What cannot be encoded (a lone surrogate) is written as a backslash escape, which is also valid inside JSON.
    Mode and group are those of `write_whole_bytes`.
    """
    with write_whole_bytes(path, group=group) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="")
        yield text
        text.detach()  # flushes, and leaves the file open to be forced to disk


@contextmanager
def write_whole_bytes(path: Path, *, group: str | None = None) -> Iterator[BinaryIO]:
    """Open `path` for bytes that appear under its name only when the block ends well; else nothing changes.

    The file is readable by its owner alone (0600), or also by `group` if one is named (0640).
    """
    path = Path(path)
    gid = None if group is None else group_id(group)
    fd, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".part", dir=path.parent)  # mkstemp makes it 0600
    aside = Path(name)
    try:
        with os.fdopen(fd, "wb") as raw:
            if gid is not None:
                _open_to_group(raw.fileno(), gid, str(group))
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)  # there only if it failed
    sync_directory(path.parent)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a finished file another name, or copy it where that can't be done."""
    try:
        os.link(source, target)
    except OSError:  # another file system, one without links, or the file of another user
        shutil.copyfile(source, target)


def group_id(group: str) -> int:
    """The number of a group. Raises UsageError if there is none of that name."""
    import grp

    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise UsageError(
            f"there is no group {group!r} on this machine", "name a group that `getent group` lists"
        ) from None


def _open_to_group(fd: int, gid: int, group: str) -> None:
    try:
        if os.fstat(fd).st_gid != gid:  # a hardened service may not call it, not even to change nothing
            os.fchown(fd, -1, gid)
    except PermissionError:
        raise OnlookerError(
            f"this user may not give files to the group {group!r}", "run as a member of the group, or name another"
        ) from None
    os.fchmod(fd, 0o640)


def sync_directory(directory: Path) -> None:
    """Force a directory to disk: the names that files were given in it last."""
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
