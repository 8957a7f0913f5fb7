"""Files again without some of their rows: how a day leaves a month, old days expire, and a person is erased.

New files are made first, which may take minutes; that they count instead of the old ones is one short transaction, so
that analysts at work are not kept waiting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onlooker.store import catalogue
from onlooker.store.catalogue import StoredFile, described
from onlooker.store.faults import damaged
from onlooker.store.layout import BLOBS, DAMAGED, file_name, part_of, table_named
from onlooker.store.parquet_files import write_table

if TYPE_CHECKING:
    import pyarrow.compute as pc


class Change:
    """Files that take the place of others, in a `with` block: unless `apply` was reached, the new ones are removed."""

    def __init__(self, root: Path, db: sqlite3.Connection) -> None:
        self.root, self._db = root, db
        self.generation = catalogue.next_generation(db)
        self._old: list[str] = []
        self._new: list[StoredFile] = []

    def add(self, file: StoredFile) -> None:
        """A new file that is written already."""
        self._new.append(file)

    def remove(self, file: StoredFile) -> None:
        """A file that no longer counts."""
        self._old.append(file.name)

    def rewrite(self, file: StoredFile, keep: pc.Expression, first: int, last: int) -> int:
        """Put the rows of `file` that meet `keep` into a new file for `first` to `last`; how many there are.

        Row group by row group, so that memory does not grow with the file. Raises StoreDamaged if it can't be read.
        """
        new = _rewritten(self.root, file, keep, self.generation, first=first, last=last)
        if file.name not in self._old:
            self._old.append(file.name)
        self._new += [new] if new else []
        return new.rows if new else 0

    def make_room(self) -> None:
        """Take the days of all new files out of the files that hold them, keeping those files' other days."""
        import pyarrow.compute as pc

        added = tuple(self._new)
        for table in sorted({new.tbl for new in added}):
            spans = sorted((new.first, new.last) for new in added if new.tbl == table)
            for old in catalogue.current(self._db, table):
                gaps = _gaps(old, spans)
                if gaps == [(old.first, old.last)]:
                    continue
                self.remove(old)
                for first, last in gaps if table not in BLOBS else ():
                    self.rewrite(old, (pc.field("day") >= first) & (pc.field("day") <= last), first, last)

    def apply(self) -> None:
        """Let the new files count instead of the old. Inside a transaction."""
        catalogue.supersede(self._db, self._old, self.generation)
        catalogue.add(self._db, self._new)
        catalogue.note_generation(self._db, self.generation)

    def done(self) -> None:
        """The transaction was committed: the new files stay."""
        self._old, self._new = [], []

    def __enter__(self) -> Change:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._new:
            (self.root / file.name).unlink(missing_ok=True)
        self._new = []


def delete_damaged(root: Path) -> None:
    """Remove what `repair` has set aside: it can't be searched for a person, nor for old days."""
    for path in (root / DAMAGED).iterdir() if (root / DAMAGED).is_dir() else ():
        path.unlink()


def _gaps(file: StoredFile, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The days of `file` that none of the sorted `spans` holds."""
    gaps, start = [], file.first
    for first, last in spans:
        if last < start or first > file.last:
            continue
        if first > start:
            gaps.append((start, first - 1))
        start = last + 1
    return [*gaps, (start, file.last)] if start <= file.last else gaps


def _rewritten(
    root: Path, file: StoredFile, keep: pc.Expression, generation: int, *, first: int, last: int
) -> StoredFile | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(root / file.name) as source:
            parts = _kept(source, keep)
            head = next(parts, None)
            if head is None:
                return None
            part = part_of(file.name)
            name = file_name(file.tbl, first, last, generation, part=part)
            written = write_table(
                root, name, table_named(file.tbl), _chain(head, parts), source.schema_arrow, file.rows
            )
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        raise damaged(root, f"{file.name} ({error})") from error
    return described(file.tbl, first, last, generation, written, part=part)


def _kept(source: Any, keep: pc.Expression) -> Iterator[Any]:
    for number in range(source.num_row_groups):
        part = source.read_row_group(number).filter(keep)
        if part.num_rows:
            yield part


def _chain(head: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield head
    yield from rest
