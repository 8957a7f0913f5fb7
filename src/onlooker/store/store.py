"""A store, opened: what the pipeline, the commands and notebooks call."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from onlooker.schema.days import AFTER_ALL, BEFORE_ALL
from onlooker.store import catalogue
from onlooker.store import history_chain as history
from onlooker.store import kept_alerts as alerts
from onlooker.store import store_status as account
from onlooker.store.compaction import Compacted, compact
from onlooker.store.database import close_after_writing, transaction
from onlooker.store.faults import StoreReadOnly, damaged, told
from onlooker.store.forgetting import Forgotten, forget
from onlooker.store.holds import Hold, hold, holds, release
from onlooker.store.kept_reading import KeptReading, kept_reading, remap
from onlooker.store.layout import table_named
from onlooker.store.lock import StoreLock
from onlooker.store.night_transaction import Writing, known_inputs
from onlooker.store.opening import open_database
from onlooker.store.parquet_files import checksum
from onlooker.store.personal_fields import Kind
from onlooker.store.retention import Pruned, StrictRetention, prune
from onlooker.store.store_status import StoredNight, StoredRun
from onlooker.store.verification import Fault, Reader, Repaired, repair, verify

Mode = Literal["read", "decide", "write"]


class Store:
    """One store. Open it with `Store.open`, in a `with` block.

    `read` sees what was committed, changes nothing and blocks nobody. `decide` also writes cases and the history, in
    short transactions beside a running scan. `write` takes the lock: days, retention, repair.
    """

    def __init__(
        self, root: Path, mode: Mode, db: sqlite3.Connection, lock: StoreLock | None, recovered: tuple[str, ...]
    ):
        self.root, self.mode, self.db, self._lock = root, mode, db, lock
        self.recovered = recovered
        """Sentences about a run that did not finish before this one."""

    @staticmethod
    def open(
        path: str | Path,
        mode: Mode = "read",
        *,
        create: bool = False,
        group: str | None = None,
        set_aside: bool = False,
    ) -> Store:
        """Open the store at `path`; `create` makes it if it is not there (`write` only), for `group` to read if named.

        Files of commits that the database does not know are an error; with `set_aside` (`write`) they are set aside.
        Raises StoreMissing, StoreBusy (another run holds it), StoreTooNew, StoreTooOld, StoreDamaged, StoreReadOnly and
        StoreFull.
        """
        return Store(*open_database(Path(path), mode, create, group, set_aside))

    def close(self) -> None:
        """Let go of the database and the lock."""
        if self.mode == "read":
            self.db.close()
        else:
            close_after_writing(self.root, self.db)
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What a run writes

    def start_run(self, run_id: str, version: str) -> None:
        """Say that a run has begun; if it dies, the next one tells."""
        self._must_hold_lock()
        with self.deciding():
            values = (run_id, datetime.now(UTC).isoformat(timespec="seconds"), version)
            self.db.execute("INSERT INTO runs (id, started, version, outcome) VALUES (?, ?, ?, 'running')", values)

    def finish_run(self, run_id: str, record: Mapping[str, Any], failed: bool = False) -> None:
        """Say that a run has ended, and what it has to say of itself (`Run.record()`)."""
        with self.deciding():
            values = (
                datetime.now(UTC).isoformat(timespec="seconds"),
                "failed" if failed else "done",
                json.dumps(record),
            )
            self.db.execute("UPDATE runs SET ended = ?, outcome = ?, record = ? WHERE id = ?", (*values, run_id))

    def begin(self, run_id: str) -> Writing:
        """Begin one commit of one or several days, in a `with` block."""
        self._must_hold_lock()
        return Writing(self.root, self.db, run_id)

    # What anybody reads

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads in this block see one moment, whatever is committed meanwhile."""
        with told(self.root):
            self.db.execute("BEGIN")
            try:
                yield
            finally:
                self.db.execute("COMMIT")

    def nights(self, since: int = BEFORE_ALL, until: int = AFTER_ALL) -> tuple[StoredNight, ...]:
        """The committed nights of a span of local days, in order."""
        with told(self.root):
            return account.nights(self.db, since, until)

    def last_night(self) -> int | None:
        """The last day that was judged: how far the log has come."""
        ((day,),) = self._rows("SELECT max(day) FROM nights")
        return None if day is None else int(day)

    def runs(self, last: int = 30) -> tuple[StoredRun, ...]:
        """The latest runs, newest first."""
        with told(self.root):
            return account.runs(self.db, last)

    def last_judging_run(self) -> StoredRun | None:
        """The last run that judged a night or raised an alert; None before the first."""
        with told(self.root):
            return account.last_judging_run(self.db)

    def status(self) -> account.Status:
        """What monitoring asks: last nights, missing days, open cases, sizes."""
        with told(self.root):
            return account.status(self.db)

    def known_inputs(self, checksums: Iterable[str]) -> dict[str, str]:
        """Of the given SHA-256 checksums, those taken in before -> the name the file then had."""
        with told(self.root):
            return known_inputs(self.db, checksums)

    def knows_size(self, size: int) -> bool:
        """Whether an input of that many bytes was taken in: only then is its checksum worth taking."""
        return bool(self._rows("SELECT 1 FROM inputs WHERE bytes = ? LIMIT 1", (size,)))

    def inputs_of(self, day: int) -> list[tuple[str, str]]:
        """Name and SHA-256 of the inputs with events of a local day, in the order in which they were taken in."""
        rows = self._rows("SELECT name, sha256, days FROM inputs ORDER BY taken_at, rowid")
        return [(str(name), str(sha256)) for name, sha256, days in rows if day in json.loads(days)]

    def last_taken(self) -> datetime | None:
        """When an input was last taken in."""
        ((at,),) = self._rows("SELECT max(taken_at) FROM inputs")
        return datetime.fromisoformat(at) if at else None

    def watermarks(self) -> dict[str, int]:
        """Source -> last instant seen, microseconds UTC."""
        return {str(source): int(us) for source, us in self._rows("SELECT source, us FROM watermarks ORDER BY source")}

    def files(self, table: str, since: int = BEFORE_ALL, until: int = AFTER_ALL) -> list[Path]:
        """The files of a table or kind of blob that hold days of the span; month files hold others too."""
        with told(self.root):
            return [self.root / file.name for file in catalogue.current(self.db, table, since, until)]

    def select(self, table: str, since: int = BEFORE_ALL, until: int = AFTER_ALL) -> str | None:
        """SQL that stands for a table's rows of a span of days, to be read by DuckDB; None if there are none."""
        with told(self.root):
            files = catalogue.current(self.db, table, since, until)
        return catalogue.selection(self.root, table_named(table), files, since, until) if files else None

    def span(self, table: str) -> tuple[int, int] | None:
        """First and last day that the store has of a table."""
        ((first, last),) = self._rows(
            "SELECT min(first), max(last) FROM files WHERE superseded IS NULL AND tbl = ?", (table,)
        )
        return None if first is None else (first, last)

    def blob(self, kind: str, until: int = AFTER_ALL) -> tuple[int, Path] | None:
        """The latest blob of a day up to `until`: its day and its file; StoreDamaged where it is not as written."""
        with told(self.root):
            found = catalogue.current(self.db, kind, until=until)
            if not found:
                return None
            path = self.root / found[-1].name
            # Damage of a table is noticed by its reader; nothing notices that of arrays.
            if not path.exists() or path.stat().st_size != found[-1].bytes or checksum(path) != found[-1].sha256:
                raise damaged(self.root, f"{found[-1].name} is not as it was written")
        return found[-1].last, path

    def alerts(
        self,
        since: int = BEFORE_ALL,
        until: int = AFTER_ALL,
        *,
        agent: str | None = None,
        case: str | None = None,
    ) -> tuple[alerts.KeptAlert, ...]:
        """Alerts of a span of days, of one agent or case if asked: raised, known and suppressed ones."""
        with told(self.root):
            return tuple(alerts.kept(self.db, since, until, agent, case))

    # What analysts and operators do

    @contextmanager
    def deciding(self) -> Iterator[sqlite3.Connection]:
        """A short transaction on the database, for cases and the history."""
        if self.mode == "read":
            raise StoreReadOnly(f"the store {self.root} is open for reading only", "Open it with mode='decide'.")
        with told(self.root), transaction(self.db) as db:
            yield db
            history.seal_what_is_left(db)

    def record(
        self, what: str, about: Mapping[str, Any] | None = None, why: str = "", who: str | None = None
    ) -> history.Entry:
        """Write one line of history: who (by default whoever is at the keyboard) did or looked up what, and why."""
        with self.deciding() as db:
            return history.append(db, who or history.person(), what, about, why)

    def history(self, after: int = 0) -> tuple[history.Entry, ...]:
        """The history, oldest first."""
        with told(self.root):
            return tuple(history.entries(self.db, after))

    def history_head(self) -> tuple[int, str]:
        """Number and hash of the last entry; keep it elsewhere, and `verify` can tell if the end was cut off."""
        with told(self.root):
            return history.head(self.db)

    def verify_history(self, known_head: tuple[int, str] | None = None) -> tuple[str, ...]:
        """What is wrong with the history, in sentences."""
        with told(self.root):
            return tuple(history.verify(self.db, known_head))

    def verify(
        self, known_head: tuple[int, str] | None = None, readers: Mapping[str, Reader] | None = None
    ) -> tuple[Fault, ...]:
        """What is wrong with the store: files, database, records (by `readers` of tables), history."""
        return verify(self.root, self.db, known_head, readers)

    def repair(self, author: str) -> Repaired:
        """Set aside what is damaged, and say which nights must be scanned again."""
        self._must_hold_lock()
        return repair(self.root, self.db, author)

    def compact(self, before: int, author: str | None = None) -> tuple[Compacted, ...]:
        """Merge the day files of whole months before the day `before`."""
        self._must_hold_lock()
        return compact(self.root, self.db, before, author or history.person())

    def prune(
        self, today: int, author: str, keep: Mapping[str, int] | None = None, strict: StrictRetention | None = None
    ) -> tuple[Pruned, ...]:
        """Remove what is older than its table is kept for (days per table), and than `strict` privacy says besides."""
        self._must_hold_lock()
        return prune(self.root, self.db, today, author, keep, strict)

    def forget(self, kind: Kind, person: str, author: str, why: str, *, sentences: bool = False) -> Forgotten:
        """Erase one customer or agent everywhere; of a plain word that is nobody's id, `sentences` too."""
        self._must_hold_lock()
        return forget(self.root, self.db, kind, person, author=author, why=why, sentences=sentences)

    def hold(self, reason: str, author: str) -> Hold:
        """Forbid removal until the hold is released."""
        with self.deciding() as db:
            return hold(db, reason, author)

    def release(self, hold_id: int, reason: str, author: str) -> None:
        """End a hold."""
        with self.deciding() as db:
            release(db, hold_id, reason, author)

    def kept_reading(self) -> KeptReading:
        """By which columns, and by which rule for ids, its logs are read."""
        with told(self.root):
            return kept_reading(self.db)

    def remap(self, author: str, why: str) -> KeptReading:
        """Read logs anew from the next run on; what was kept until now."""
        with self.deciding() as db:
            return remap(db, author, why)

    def holds(self, standing: bool = True) -> tuple[Hold, ...]:
        """Holds that stand, or all there ever were."""
        with told(self.root):
            return holds(self.db, standing)

    def _rows(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with told(self.root):
            return self.db.execute(sql, values).fetchall()

    def _must_hold_lock(self) -> None:
        if self.mode != "write":
            raise StoreReadOnly(f"the store {self.root} is not open for writing", "Open it with mode='write'.")
