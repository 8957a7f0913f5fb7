"""Who may read a store: the folder's own mode says it, and every file inside follows.

A folder that its group may read (2750) has files that the group may read (0640); any other folder has 0600.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from onlooker.atomic_files import group_id

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
