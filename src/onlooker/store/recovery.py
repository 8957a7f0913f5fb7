"""What a killed run left behind: found when the next run opens the store, told, and removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from onlooker.engines.scratch import sweep
from onlooker.store.access import make_folder_like
from onlooker.store.catalogue import delete_superseded, next_generation
from onlooker.store.database import transaction
from onlooker.store.faults import database_older
from onlooker.store.layout import BETWEEN, DAMAGED, FOLDERS, generation_of, is_ours


def recover(root: Path, db: sqlite3.Connection, set_aside: bool = False) -> tuple[str, ...]:
    """Bring the folder back to what was committed, and say in sentences what was not. The lock must be held.

    Raises StoreDamaged, and removes nothing, if there are files that no killed run can have left; with `set_aside` they
    are put into `damaged/` instead.
    """
    unknown = of_unknown_commits(root, db)
    if unknown and not set_aside:
        raise database_older(root, [path.name for path in unknown], next_generation(db) - 1)
    for path in unknown:
        put_aside(root, path)
    left = list(leftovers(root, db))
    died = db.execute("SELECT id, started FROM runs WHERE outcome = 'running' ORDER BY started, id").fetchall()
    for path in left:
        path.unlink(missing_ok=True)
    sweep(root / BETWEEN)
    with transaction(db):
        delete_superseded(db, root)
        db.execute("UPDATE runs SET outcome = 'unfinished' WHERE outcome = 'running'")
    told = [f"{len(unknown)} files of commits that the database does not know were set aside"] if unknown else []
    return (*told, *_sentences([started for _, started in died], len(left)))


def of_unknown_commits(root: Path, db: sqlite3.Connection) -> list[Path]:
    """Files of commits that the database does not know.

    A killed run leaves files of the commit that would have been its next; files of any other were written after what
    the database knows, so it is the database that is not what it was.
    """
    whole = [path for path in leftovers(root, db) if generation_of(path.name) is not None]
    return [] if {generation_of(path.name) for path in whole} <= {next_generation(db)} else whole


def put_aside(root: Path, path: Path) -> None:
    """Move a file of the store into `damaged/`."""
    make_folder_like(root / DAMAGED, root)
    path.rename(root / DAMAGED / str(path.relative_to(root)).replace("/", "."))


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
