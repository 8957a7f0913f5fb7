"""How the rows of days come into the store: through this machine's memory, or as files that Spark's workers made.

Either way a day's files are those of the store, and nobody who reads them can tell which engine wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from onlooker.atomic_files import link_or_copy
from onlooker.nightly.new_events import days_of, with_stored
from onlooker.scanning.job import AnyEngine
from onlooker.store import Store
from onlooker.store.access import make_folder_like
from onlooker.store.layout import BETWEEN, ROW_GROUP, table_named
from onlooker.store.night_transaction import Writing

if TYPE_CHECKING:
    import pyarrow as pa

Put = Callable[[Writing], None]
"""Puts rows that were taken into a commit."""
BY_CUSTOMER = ("events", "visits")
"""Tables that grow with the log and not with its agents: on Spark, the workers write them."""


def give_room(engine: AnyEngine, store: Store) -> None:
    """Let an engine of several machines work inside of the store, the folder that all of its nodes see."""
    if engine.distributed:
        make_folder_like(store.root / BETWEEN, store.root)
        engine.share(store.root / BETWEEN)


def taken(engine: AnyEngine, table: str, select: str, days: Sequence[int]) -> Put:
    """The rows of `select`, which has none of other days than `days`; what is returned puts them into a commit.

    Each of the days is replaced there, also one that has no rows.
    """
    if not (engine.distributed and table in BY_CUSTOMER):
        return partial(_put_rows, table, engine.arrow(f"SELECT * FROM ({select}) taken ORDER BY day"), days)
    none = engine.arrow(f"SELECT * FROM ({select}) taken WHERE 1 = 0")
    files = engine.days_written(table, select, table_named(table).order, ROW_GROUP)
    return partial(_put_files, table, files, none, days)


def take_events(engine: AnyEngine, store: Store) -> Iterator[Put]:
    """The days of which events arrived, with what the store has of them: day by day, but all at once for workers."""
    days = days_of(engine, "arrived")
    if engine.distributed and days:
        named = f"day IN ({', '.join(map(str, days))})"
        yield taken(engine, "events", with_stored(store, days[0], days[-1], named), days)
        return
    for day in days:
        yield taken(engine, "events", with_stored(store, day, day), [day])


def _put_rows(table: str, rows: pa.Table, days: Sequence[int], writing: Writing) -> None:
    for day, its in by_day(rows, days):
        writing.put(table, its, day)


def _put_files(
    table: str, files: Mapping[int, Sequence[Path]], none: pa.Table, days: Sequence[int], writing: Writing
) -> None:
    for day in days:
        if files.get(day):
            writing.adopt(table, day, day, *(partial(link_or_copy, file) for file in files[day]))
        else:
            writing.put(table, none, day)


def by_day(table: pa.Table, days: Sequence[int]) -> Iterable[tuple[int, pa.Table]]:
    """The rows of each of `days` from a table in the order of its days."""
    import numpy as np

    column = table["day"].to_numpy()
    starts, ends = np.searchsorted(column, days, "left"), np.searchsorted(column, days, "right")
    for day, start, end in zip(days, starts, ends, strict=True):
        yield day, table.slice(int(start), int(end - start))
