"""Opening a store: is it one, may it be written, is anybody else at it, and did the last run finish?"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Literal

from onlooker.atomic_files import sync_directory
from onlooker.errors import UsageError
from onlooker.store.access import (
    check_name,
    make_folder,
    make_folder_like,
    refuse_if_not_owner,
    refuse_if_open_to_all,
    refuse_links,
)
from onlooker.store.database import close_after_writing, open_for_reading, open_for_writing, transaction
from onlooker.store.faults import StoreMissing, database_lost, told
from onlooker.store.history_chain import append, person
from onlooker.store.layout import BETWEEN, DATABASE, FOLDERS, LOCK, stored_files
from onlooker.store.lock import StoreLock
from onlooker.store.migrations import SEALED_SINCE, check_format, format_of, is_older, migrate
from onlooker.store.recovery import recover
from onlooker.store.sealed_rows import all_unsealed, watch

Mode = Literal["read", "decide", "write"]
Opened = tuple[Path, Mode, sqlite3.Connection, StoreLock | None, tuple[str, ...]]


def open_database(root: Path, mode: Mode, create: bool, group: str | None, set_aside: bool = False) -> Opened:
    """What a `Store` is made of. `write`: the lock is held, the format is up to date, leftovers are gone."""
    check_name(root)
    with told(root):
        refuse_if_open_to_all(root)
        refuse_links(root)
        if not (root / DATABASE).is_file() and any(stored_files(root)):
            raise database_lost(root)
        if create and mode == "write":
            _make(root, group)
        elif not (root / DATABASE).is_file():
            raise StoreMissing(f"there is no store at {root}", "`onlooker scan --store` makes one.")
        if mode != "read":
            refuse_if_not_owner(root)
        if mode == "write":
            return _open_to_write(root, set_aside)
        if mode == "decide":
            _bring_up_to_date(root)
        with ExitStack() as on_failure:
            db = open_for_reading(root) if mode == "read" else open_for_writing(root)
            on_failure.callback(db.close)
            check_format(db, root, reading=mode == "read")
            if mode == "decide":
                watch(db)
            on_failure.pop_all()
        return root, mode, db, None, ()


def _make(root: Path, group: str | None) -> None:
    if not root.exists():
        make_folder(root, group)
    elif not (root / DATABASE).exists() and any(path.name not in (LOCK, BETWEEN, *FOLDERS) for path in root.iterdir()):
        raise UsageError(f"{root} is not a store and not empty", "Name a new or an empty folder.")


def _bring_up_to_date(root: Path) -> None:
    """Migrate a store of an earlier version, under the lock, so that people can decide before the next run."""
    with closing(open_for_reading(root)) as db:
        older = is_older(db)
    if older:
        *_, db, lock, _ = _open_to_write(root, False)
        close_after_writing(root, db)
        if lock:
            lock.release()


def _open_to_write(root: Path, set_aside: bool) -> Opened:
    with ExitStack() as on_failure:
        lock = StoreLock(root / LOCK)
        on_failure.callback(lock.release)
        db = open_for_writing(root)
        on_failure.callback(close_after_writing, root, db)
        if format_of(db) == 0 and any(stored_files(root)):
            raise database_lost(root)
        before = migrate(db, root)
        watch(db)
        if 0 < before < SEALED_SINCE:
            with transaction(db):
                all_unsealed(db)
                append(db, person(), "upgrade", {"from format": before, "to format": format_of(db)})
        for folder in FOLDERS:
            make_folder_like(root / folder, root)
        sync_directory(root)
        removed = recover(root, db, set_aside)
        on_failure.pop_all()
    return root, "write", db, lock, removed
