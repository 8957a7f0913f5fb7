"""The store that a scan without --store leaves in DIR/store: visits, days, scores, alerts and cases, made anew.

It has the form of a store, so that cases, tracing and exposure work on it. Nothing accumulates in it: it keeps no
events, and no state of scoring from which a next night could go on.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onlooker.cases import gather_nights
from onlooker.checks.completeness import of_night
from onlooker.engines.protocol import Engine
from onlooker.errors import StoreBusy, UsageError
from onlooker.scanning.found import Found
from onlooker.scanning.out_folder import make_out
from onlooker.schema.days import day_of
from onlooker.schema.findings import Run
from onlooker.schema.version import __version__
from onlooker.store import Commit, KeptAlert, Store, TakenFile, Writing
from onlooker.store.history_chain import append, person
from onlooker.store.kept_reading import keep_of
from onlooker.store.lock import StoreLock
from onlooker.store.working_store import carry_history, decided, is_working, mark_working

NAME = "store"
ASIDE = ".store-"
"""Begins the name of a state that is being made; a killed scan leaves it, and the next one removes it."""


class WorkingState:
    """The working state of one scan into the folder `out`: `keep`, `commit`, `finish`, or else `discard`."""

    def __init__(self, out: Path) -> None:
        """Begin beside the state that is there. Raises UsageError if something else is in its place."""
        self.place = out / NAME
        check_replaceable(out)
        make_out(out)
        remove_leftovers(out)
        self._aside = out / f"{ASIDE}{secrets.token_hex(4)}"
        self._store = Store.open(self._aside, "write", create=True)
        self._run_id = self._aside.name.removeprefix(ASIDE)
        self._store.start_run(self._run_id, __version__)
        self._writing: Writing = self._store.begin(self._run_id)

    def keep(self, engine: Engine, table: str, first: int, last: int) -> None:
        """Write a table of the engine as it is: rows of the days `first` to `last`."""
        self._writing.adopt(table, first, last, *engine.parquet_writers(table))

    def commit(self, engine: Engine, found: Found, run_id: str, at: str) -> None:
        """Add the days, scores, alerts and cases of a run that began `at`."""
        outcome, reading = found.outcome, found.reading
        days = sorted(outcome.lines["day"].unique().to_pylist())
        span = (days[0], days[-1]) if days else (0, 0)
        self.keep(engine, "agent_days", *span)
        self._writing.put("scores", outcome.stored, *span)
        number = Counter(day_of(alert.date) for alert in outcome.alerts)
        unexplained = outcome.unexplained()

        def afterwards(db: sqlite3.Connection) -> None:
            gather_nights(db, days, unexplained, at)
            mark_working(db)
            carry_history(db, self.place)
            keep_of(db, reading.mappings, reading.join_ids)
            append(db, person(), "scan", {"run": run_id})

        self._writing.commit(
            Commit(
                inputs=tuple(TakenFile(file, tuple(days)) for file in reading.inputs if file.sha256),
                nights={
                    day: {"alerts": number[day], **of_night(found.doubted, day), "columns": dict(reading.mapping)}
                    for day in days
                },
                alerts=tuple(KeptAlert(alert.record_to_keep(), day_of(alert.date)) for alert in outcome.alerts),
            ),
            afterwards,
        )

    def finish(self, run: Run) -> list[str]:
        """Put the state in its place, with the record of the run; returns what must be said of that."""
        self._store.finish_run(self._run_id, run.record())
        self._store.close()
        return put_in_place(self._aside, self.place)

    def discard(self) -> None:
        """Leave what was there as it was."""
        if self._aside.exists():
            self._writing.abort()
            self._store.close()
            shutil.rmtree(self._aside)


def check_replaceable(out: Path) -> None:
    """Raise UsageError unless `out` has no store, or the working state of an earlier scan."""
    place = out / NAME
    if place.exists() and not is_working(place) and not (place.is_dir() and not any(place.iterdir())):
        raise UsageError(
            f"{place} is in the way: a scan without --store leaves its working state there, and this is not one that "
            "a scan made",
            f"Name another folder with --out, or --store {place} to add these logs to that store.",
        )


def put_in_place(made: Path, place: Path) -> list[str]:
    """Put the finished state in the place of the old one; one that analysts decided on is kept beside it, and named."""
    told = []
    with one_at_a_time(place.parent):
        check_replaceable(place.parent)
        old = place.with_name(f"{ASIDE}{secrets.token_hex(4)}.old")
        if place.exists():
            if decided(place):
                old = free_name(place)
                told.append(f"Analysts had decided on cases of the scan before: its state is kept as {old}.")
            place.rename(old)
        made.rename(place)
        if not told:
            shutil.rmtree(old, ignore_errors=True)
    return told


def free_name(place: Path) -> Path:
    """The first of store-1, store-2, ... that is not taken."""
    number = 1
    while (found := place.with_name(f"{NAME}-{number}")).exists():
        number += 1
    return found


def remove_leftovers(out: Path) -> None:
    """Remove the unfinished states of scans that were killed; those of scans that run are locked."""
    for left in out.glob(f"{ASIDE}*"):
        try:
            StoreLock(left / "lock").release()
        except (StoreBusy, FileNotFoundError):
            continue
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the folder's own lock for a moment, so that two scans into it don't change places at once."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
