"""What a killed run left behind: found when the next run opens the store, told, and removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from onlooker.store.catalogue import delete_superseded
from onlooker.store.database import transaction
from onlooker.store.layout import FOLDERS, is_ours


def recover(root: Path, db: sqlite3.Connection) -> tuple[str, ...]:
    """Bring the folder back to what was committed, and say in sentences what was not. The lock must be held."""
    left = list(leftovers(root, db))
    died = db.execute("SELECT id, started FROM runs WHERE outcome = 'running' ORDER BY started, id").fetchall()
    for path in left:
        path.unlink(missing_ok=True)
    with transaction(db):
        delete_superseded(db, root)
        db.execute("UPDATE runs SET outcome = 'unfinished' WHERE outcome = 'running'")
    return tuple(_sentences([started for _, started in died], len(left)))


def leftovers(root: Path, db: sqlite3.Connection) -> Iterator[Path]:
    """Files of the store's own making that no commit ever named."""
    named = {name for (name,) in db.execute("SELECT name FROM files")}
    for folder in FOLDERS:
        for path in sorted((root / folder).iterdir()) if (root / folder).is_dir() else ():
            if is_ours(path) and f"{folder}/{path.name}" not in named:
                yield path


def _sentences(started: list[str], files: int) -> Iterator[str]:
    removed = {0: "it left no files", 1: "its 1 file was removed"}.get(files, f"its {files} files were removed")
    if started:
        when = datetime.fromisoformat(started[-1]).strftime("%Y-%m-%d %H:%M")
        yield f"the run of {when} UTC did not finish; {removed}"
    elif files:
        yield f"a run did not finish; {removed}"
