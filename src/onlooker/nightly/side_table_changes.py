"""Side tables from run to run: which of them changed since the last one, so that whoever reads the report knows."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from onlooker.ingest.files import find_files
from onlooker.store.parquet_files import checksum

MARK = "side_tables"


def fingerprints(tables: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Table -> checksum of its files; `folder` is for temporary links."""
    found = {}
    for name, path in tables.items():
        sums = sorted(checksum(file.path) for file in find_files([path], folder, None))
        found[name] = hashlib.sha256("".join(sums).encode()).hexdigest()
    return found


def of_the_last_run(db: sqlite3.Connection) -> dict[str, str] | None:
    """The fingerprints that the last run kept; None before the first."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (MARK,)).fetchone()
    return json.loads(row[0]) if row else None


def keep(db: sqlite3.Connection, tables: Mapping[str, str]) -> None:
    """Keep this run's fingerprints. Inside its commit."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (MARK, json.dumps(dict(tables), sort_keys=True)))


def told(before: Mapping[str, str] | None, now: Mapping[str, str]) -> Iterator[str]:
    """What must be said of tables that differ from those of the last run."""
    if before is None:
        return
    changed = sorted(name for name in before.keys() & now.keys() if before[name] != now[name])
    kinds = (
        ("changed", changed),
        ("new", sorted(now.keys() - before.keys())),
        ("gone", sorted(before.keys() - now.keys())),
    )
    said = [f"{', '.join(names)} ({kind})" for kind, names in kinds if names]
    if said:
        yield (
            f"Side tables differ from those of the last run: {'; '.join(said)}. They count from now on; nights "
            "that were judged stay as they are."
        )
