"""Where things lie in a store: folders, file names, and the order of rows in each table's files.

    onlooker.sqlite                       what was decided and which files count (plus -wal and -shm)
    lock                                  held by the run that writes
    outbox.lock                           held by the run that delivers
    forget.key                            key of the marks that erasures leave in the history
    pseudonym.key                         key of the pseudonyms, where the settings name no other
    blind_spots.json                      what `backtest --blind-spots --store` measured last
    visits/2026-03-02.000017.parquet      one table, one local day, written in generation 17
    visits/2026-02-01_2026-02-28.000040.parquet     the same after `compact`
    visits/2026-02-01_2026-02-28.000001-2.parquet   the second of several files: of a large closed scan, or of workers
    state/2026-03-02.000017.npz           what scoring hands from one night to the next
    spark/                                what a run on Spark works with, until it ends
    damaged/                              what `repair` has set aside, until `prune` or `forget`

A file is never written twice: a re-scored day gets a new generation, so a committed night keeps its files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from onlooker.errors import UsageError
from onlooker.schema.days import EPOCH

DATABASE = "onlooker.sqlite"
LOCK = "lock"
OUTBOX_LOCK = "outbox.lock"
KEY = "forget.key"
PSEUDONYM_KEY = "pseudonym.key"
BLIND_SPOTS = "blind_spots.json"
DAMAGED = "damaged"
BETWEEN = "spark"
"""Folder of what a run on Spark works with, until it ends; what a killed one leaves goes when the next begins."""

ROW_GROUP = 65_536
"""Rows of a day's file that are skipped or read together."""

FILE_NAME = re.compile(
    r"(?P<first>\d{4}-\d\d-\d\d)(_(?P<last>\d{4}-\d\d-\d\d))?"
    r"\.(?P<generation>\d{6,})(-(?P<part>\d+))?\.(?P<suffix>parquet|npz|json)"
)


@dataclass(frozen=True)
class StoredTable:
    """One table in day files. All have a column `day`: days since 1970-01-01."""

    name: str
    order: tuple[str, ...]
    """Columns that rows are sorted by within a file; the first is what look-ups ask for."""
    keep_days: int
    """Retention unless another is given."""
    customer: bool = False
    """Whether it has a column `customer_id`."""

    @property
    def order_by(self) -> str:
        """The order as SQL, for those who hand over a stream."""
        return ", ".join(f"{column} NULLS FIRST" for column in self.order)


TABLES = (
    StoredTable("events", ("us", "agent_id"), 30, customer=True),
    StoredTable("visits", ("agent_id", "customer_id", "day"), 400, customer=True),
    StoredTable("agent_hours", ("agent_id", "day", "hour"), 120),
    StoredTable("agent_days", ("agent_id", "day"), 800),
    StoredTable("scores", ("agent_id", "day"), 800),
)

BLOBS = {"state": 10}
"""Files that the store keeps without reading them (.npz or .json), with the days they are kept."""

FOLDERS = (*(table.name for table in TABLES), *BLOBS)


def table_named(name: str) -> StoredTable:
    """The table of that name, or a UsageError that lists the names."""
    for table in TABLES:
        if table.name == name:
            return table
    raise UsageError(f"the store has no table {name!r}", f"There are {', '.join(t.name for t in TABLES)}.")


def as_date(day: int) -> date:
    """A day number as a date."""
    return EPOCH + timedelta(days=day)


def as_day(when: date) -> int:
    """A date as a day number."""
    return (when - EPOCH).days


def as_local_date(text: str) -> date:
    """The date that `text` names (2026-03-02). Raises UsageError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a date", "Write it as 2026-03-02.") from None


def file_name(table: str, first: int, last: int, generation: int, suffix: str = "parquet", part: int = 0) -> str:
    """Path inside the store of one file that covers the days `first` to `last`; of several, the file `part`, from 1."""
    span = f"{as_date(first)}" if first == last else f"{as_date(first)}_{as_date(last)}"
    return f"{table}/{span}.{generation:06d}{f'-{part}' if part else ''}.{suffix}"


def part_of(name: str) -> int:
    """Which of several files of the same days the file `name` is, 0 for the only one."""
    found = FILE_NAME.fullmatch(name.rpartition("/")[2])
    return int(found["part"] or 0) if found else 0


def generation_of(name: str) -> int | None:
    """The commit that wrote the file `name`; None for a name that the store does not give."""
    found = FILE_NAME.fullmatch(name.rpartition("/")[2])
    return int(found["generation"]) if found else None


def stored_files(root: Path) -> Iterator[Path]:
    """Whole files with names that the store gives, in order, whether the database knows them or not."""
    for folder in FOLDERS:
        for path in sorted((root / folder).iterdir()) if (root / folder).is_dir() else ():
            if FILE_NAME.fullmatch(path.name):
                yield path


def is_ours(path: Path) -> bool:
    """Whether the store wrote a file of this name; others in its folders are left alone."""
    return FILE_NAME.fullmatch(path.name) is not None or (path.name.startswith(".") and path.suffix == ".part")
