"""A new database for a store that has lost its own: from the files of its nights, as far as they go."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from onlooker.errors import UsageError
from onlooker.store import catalogue
from onlooker.store import history_chain as history
from onlooker.store.catalogue import StoredFile
from onlooker.store.database import close_after_writing, open_for_reading, open_for_writing, transaction
from onlooker.store.faults import StoreMissing, told
from onlooker.store.layout import BLOBS, DATABASE, FILE_NAME, LOCK, as_date, as_day, stored_files
from onlooker.store.lock import StoreLock
from onlooker.store.migrations import migrate
from onlooker.store.parquet_files import checksum, columns_of
from onlooker.store.recovery import put_aside
from onlooker.store.sealed_rows import watch

LOST = (
    "alerts, cases, verdicts, suppressions, explanations, legal holds and the history: only a backup of "
    "onlooker.sqlite has them",
    "which log files were taken in: a file that is handed over again is read again, and only lines that the store "
    "still has as events are known to be repeated",
    "whether the last commit was whole: its files are taken as they are",
)
NIGHT = ("visits", "agent_days", "scores")
"""A day that has all of these was judged."""
SOURCE = "log"
"""Name of the watermark."""
DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Rebuilt:
    """What `rebuild` found, and what nothing brings back."""

    files: int
    """Files that count now."""
    nights: tuple[str, ...]
    """Local dates, ISO, that count as judged, in order."""
    set_aside: tuple[str, ...]
    """Files that can't be read, now in `damaged/`; and the old database, if it was there."""
    lost: tuple[str, ...]
    """Sentences."""


def rebuild(root: Path, author: str) -> Rebuilt:
    """Make a database for the files that lie under `root`. Raises UsageError if the store has a sound one."""
    if not root.is_dir():
        raise StoreMissing(f"there is no store at {root}", "`onlooker scan --store` makes one.")
    _refuse_if_sound(root)
    with told(root):
        lock = StoreLock(root / LOCK)
        try:
            aside = _old_database(root)
            with closing(_Database(root)) as database:
                return _fill(root, database.db, author, aside)
        finally:
            lock.release()


class _Database:
    def __init__(self, root: Path) -> None:
        self.root, self.db = root, open_for_writing(root)
        migrate(self.db, root)
        watch(self.db)

    def close(self) -> None:
        close_after_writing(self.root, self.db)


def _refuse_if_sound(root: Path) -> None:
    try:
        with closing(open_for_reading(root)) as db:
            found = db.execute("SELECT (SELECT count(*) FROM files) + (SELECT count(*) FROM history)").fetchone()[0]
    except sqlite3.DatabaseError:  # gone, empty or damaged: that is what this is for
        return
    if found:
        raise UsageError(
            f"the store {root} has its database: nothing to rebuild",
            "`onlooker store verify` says what is wrong with it, `onlooker store repair` sets damaged files aside.",
        )


def _old_database(root: Path) -> list[str]:
    """Set aside what is left of the database."""
    left = [path for suffix in ("", "-wal", "-shm") if (path := root / f"{DATABASE}{suffix}").exists()]
    for path in left:
        put_aside(root, path)
    return [path.name for path in left]


def _fill(root: Path, db: sqlite3.Connection, author: str, aside: list[str]) -> Rebuilt:
    found, unreadable = [], []
    for path in list(stored_files(root)):
        file = _described(root, path)
        if file is None:
            put_aside(root, path)
            unreadable.append(f"{path.parent.name}/{path.name}")
        else:
            found.append(file)
    chosen = _newest(found)
    old = [file for file in found if file not in chosen]
    generation = max((file.generation for file in found), default=0)
    nights = list(_nights(root, chosen))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    run = f"rebuild-{now}"
    with transaction(db):
        catalogue.add(db, found)
        catalogue.supersede(db, [file.name for file in old], generation)
        catalogue.note_generation(db, generation)
        db.execute("INSERT INTO runs VALUES (?, ?, ?, '', 'done', '{}')", (run, now, now))
        db.executemany(
            "INSERT INTO nights VALUES (?, ?, ?, ?, 0, ?)",
            [(day, generation, run, now, history.canonical({"alerts": alerts})) for day, alerts in nights],
        )
        if (mark := _watermark(root, chosen, nights)) is not None:
            db.execute("INSERT INTO watermarks VALUES (?, ?, '{}')", (SOURCE, mark))
        about = {"files": len(chosen), "nights": len(nights), "set aside": [*aside, *unreadable]}
        history.append(db, author, "rebuild", about)
    dates = tuple(as_date(day).isoformat() for day, _ in nights)
    return Rebuilt(len(chosen), dates, (*aside, *unreadable), LOST)


def _described(root: Path, path: Path) -> StoredFile | None:
    """The catalogue's entry of a file that lies there; None if it can't be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = FILE_NAME.fullmatch(path.name)
    if parts is None:
        return None
    first = date.fromisoformat(parts["first"])
    last = date.fromisoformat(parts["last"]) if parts["last"] else first
    table, rows, columns = path.parent.name, 0, ""
    if table not in BLOBS:
        try:
            with pq.ParquetFile(path) as source:
                rows, columns = source.metadata.num_rows, columns_of(source.schema_arrow)
                for _ in source.iter_batches():  # every page is read: a broken one is found now, not in a year
                    pass
        except (pa.ArrowException, OSError):
            return None
    return StoredFile(
        f"{table}/{path.name}", table, as_day(first), as_day(last), int(parts["generation"]), path.stat().st_size,
        checksum(path), rows, columns,
    )  # fmt: skip


def _newest(files: Iterable[StoredFile]) -> list[StoredFile]:
    """Of files that hold the same days of a table, those that were written last."""
    chosen: list[StoredFile] = []
    for file in sorted(files, key=lambda file: (-file.generation, file.name)):
        over = (
            other for other in chosen
            if other.tbl == file.tbl and other.first <= file.last and file.first <= other.last
            and other.generation != file.generation
        )  # fmt: skip
        if not any(over):
            chosen.append(file)
    return sorted(chosen, key=lambda file: (file.tbl, file.first, file.name))


def _nights(root: Path, files: list[StoredFile]) -> Iterator[tuple[int, int]]:
    """Days that were judged, in order, and how many agents were alerted on by score."""
    import pyarrow.compute as pc

    days = {table: _table(root, files, table, ["day"]) for table in NIGHT}
    if any(table is None for table in days.values()):
        return
    judged = set.intersection(*({*pc.unique(table["day"]).to_pylist()} for table in days.values() if table is not None))
    scores = _table(root, files, "scores", ["day", "alerted"])
    alerted = scores.filter(pc.field("alerted")).group_by("day").aggregate([([], "count_all")]).to_pydict()
    number = dict(zip(alerted["day"], alerted["count_all"], strict=True))
    yield from ((day, number.get(day, 0)) for day in sorted(judged))


def _watermark(root: Path, files: list[StoredFile], nights: list[tuple[int, int]]) -> int | None:
    import pyarrow.compute as pc

    events = _table(root, files, "events", ["us"])
    if events is not None and events.num_rows:
        return int(pc.max(events["us"]).as_py())
    return (nights[-1][0] + 1) * DAY_US if nights else None


def _table(root: Path, files: list[StoredFile], table: str, columns: list[str]) -> Any:
    import pyarrow.dataset as ds

    paths = [str(root / file.name) for file in files if file.tbl == table]
    return ds.dataset(paths, format="parquet").to_table(columns=columns) if paths else None
