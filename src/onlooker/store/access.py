"""Who may read a store: the folder's own mode says it, and every file inside follows.

A folder that its group may read (2750) has files that the group may read (0640); any other folder has 0600.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from onlooker.atomic_files import group_id
from onlooker.errors import UsageError
from onlooker.store.faults import StoreError, StoreReadOnly
from onlooker.store.layout import BETWEEN, DAMAGED, DATABASE, FOLDERS, KEY, LOCK, OUTBOX_LOCK, PSEUDONYM_KEY

PRIVATE, SHARED = 0o700, 0o2750


def make_folder(path: Path, group: str | None = None) -> None:
    """Make the folder `path` for its owner alone, or also for `group` to read.

    Inside a folder that hands its group on (setgid, readable by the group) the readers are those of that folder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    above = path.parent.stat()
    if group is not None:
        _make(path, SHARED, group_id(group))
    elif above.st_mode & stat.S_ISGID and above.st_mode & stat.S_IRGRP:
        _make(path, SHARED, above.st_gid)
    else:
        _make(path, PRIVATE, None)


def check_name(path: Path) -> None:
    """Raise UsageError for a name that is not UTF-8: the engines can't open files below it."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UsageError(f"the name of a folder is not UTF-8: {path}", "Name another folder.") from None


def refuse_if_open_to_all(path: Path) -> None:
    """Raise UsageError if everybody may write into the folder `path`: what lies there could be anybody's."""
    if path.is_dir() and path.stat().st_mode & stat.S_IWOTH:
        raise UsageError(
            f"everybody may write into {path}: nothing in it can be relied on",
            f"Take that right away: chmod o-w {path}",
        )


def refuse_links(root: Path) -> None:
    """Raise StoreError if something of the store `root` is a link: what is written would land elsewhere."""
    database = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
    for name in (LOCK, OUTBOX_LOCK, KEY, PSEUDONYM_KEY, DAMAGED, BETWEEN, *database, *FOLDERS):
        if (root / name).is_symlink():
            raise StoreError(
                f"{root / name} is a link, and a store has none", "Put what it leads to in its place, if it is yours."
            )


def refuse_if_not_owner(root: Path) -> None:
    """Raise StoreReadOnly unless the store `root` belongs to the user of this process: else it becomes two users'."""
    owner = root.stat().st_uid
    if owner != os.geteuid():
        raise StoreReadOnly(
            f"the store {root} belongs to {_user(owner)}, and you are {_user(os.geteuid())}: it may not be written",
            "Run as the user that owns the store, or read it only.",
        )


def _user(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # a container that was told to run as some number
        return f"user {uid}"


def make_folder_like(path: Path, root: Path) -> None:
    """Make `path` inside the store `root` with the same readers."""
    if not path.is_dir():
        _make(path, stat.S_IMODE(root.stat().st_mode), root.stat().st_gid)


def reading_group(root: Path) -> str | None:
    """Name of the group that may read the store, or None if only its owner may."""
    import grp

    about = root.stat()
    if not about.st_mode & stat.S_IRGRP:
        return None
    try:
        return grp.getgrgid(about.st_gid).gr_name
    except KeyError:  # a group without a name, as in a container: its files stay the owner's
        return None


def file_mode(root: Path) -> int:
    """Mode of files in the store `root`."""
    return 0o600 if reading_group(root) is None else 0o640


def _make(path: Path, mode: int, gid: int | None) -> None:
    path.mkdir(mode=mode & 0o777)
    made = path.stat()
    if gid is not None and made.st_gid != gid:
        os.chown(path, -1, gid)
    if stat.S_IMODE(made.st_mode) != mode:  # a hardened service may inherit the setgid bit, but not set it
        path.chmod(mode)
