"""Lines that say the same twice are counted once.

Two lines are one if they are equal in every column of the log, those that are not used included; or if they carry the
same event_id for the same instant, agent, customer and action. Looking at whole lines is dear, so it is done only for
lines whose instant, agent, customer, action and event_id occur twice; and whether there are any is cheap to see from
hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from onlooker.engines.base import Engine
from onlooker.ingest.judge import judged
from onlooker.ingest.load import STORED, Loaded
from onlooker.ingest.records import temporary
from onlooker.ingest.times import Zone

PART = 16_000_000
"""Hashes looked at together: 128 MB."""


def remove_duplicates(engine: Engine, files: Sequence[Loaded], stored: Sequence[str], zone: Zone | None) -> int:
    """Take repeated lines out of `events`, which keeps the columns `stored`; returns how many."""
    event_id = "event_id" if "event_id" in stored else "NULL::VARCHAR"
    key = f"us, agent_id, customer_id, action, {event_id}"
    if not _some_key_repeats(engine, key):
        return 0
    columns = ", ".join(stored)
    keys = f"SELECT hash({key}) AS h FROM {STORED}"
    temporary(engine, "ingest_repeated", f"SELECT h FROM ({keys}) GROUP BY h HAVING count(*) > 1")
    twins = " UNION ALL ".join(
        f"SELECT whole, {columns} FROM ({judged(file.plan.raw, file.plan.mapped, zone, file.plan.timed)}) "
        f"WHERE reason IS NULL AND hash({key}) IN (SELECT h FROM ingest_repeated)"
        for file in files
    )
    temporary(engine, "ingest_twins", twins)
    identity = f"{key}, CASE WHEN {event_id} IS NULL THEN whole END"
    first = f"SELECT *, row_number() OVER (PARTITION BY {identity} ORDER BY whole, {columns}) AS turn FROM ingest_twins"
    temporary(engine, "ingest_kept", f"SELECT {columns} FROM ({first}) WHERE turn = 1 ORDER BY us, agent_id, whole")
    ((found, kept),) = engine.rows("SELECT (SELECT count(*) FROM ingest_twins), (SELECT count(*) FROM ingest_kept)")
    if found > kept:
        engine.rows(f"DELETE FROM {STORED} WHERE hash({key}) IN (SELECT h FROM ingest_repeated)")
        engine.rows(f"INSERT INTO {STORED} SELECT * FROM ingest_kept")
    for name in ("ingest_repeated", "ingest_twins", "ingest_kept"):
        engine.drop(name)
    return int(found - kept)


def _some_key_repeats(engine: Engine, key: str) -> bool:
    ((rows,),) = engine.rows(f"SELECT count(*) FROM {STORED}")
    parts = rows // PART + 1
    # Equal lines have the same instant, so they meet in the same part.
    wheres = [f"WHERE us // 1000000 % {parts} = {part}" if parts > 1 else "" for part in range(parts)]
    return any(_repeats(engine, key, where) for where in wheres)


def _repeats(engine: Engine, key: str, where: str) -> bool:
    hashes = engine.arrays(f"SELECT hash({key}) AS h FROM {STORED} {where}")["h"]
    high = hashes >= np.uint64(1 << 63)
    # Sorting releases the interpreter's lock: two halves, two cores.
    with ThreadPoolExecutor(2) as pool:
        return any(pool.map(_has_equals, (hashes[high], hashes[~high])))


def _has_equals(hashes: np.ndarray) -> bool:
    hashes.sort()
    return bool((hashes[1:] == hashes[:-1]).any())
