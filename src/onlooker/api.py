"""The functions of the package: the same jobs as the commands, for notebooks and scripts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onlooker.config import load

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from onlooker.log_profile import Profile
    from onlooker.scan_result import Scan

Logs = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def paths_of(logs: Logs) -> list[str | os.PathLike[str]]:
    """One path or several, as a list."""
    return [logs] if isinstance(logs, str | os.PathLike) else list(logs)


def scan(
    logs: Logs = (),
    out: str | os.PathLike[str] | None = None,
    store: str | os.PathLike[str] | None = None,
    closed: bool = False,
    *,
    tables: str | Sequence[str] = (),
    spark: SparkSession | None = None,
    **options: Any,
) -> Scan:
    """Scan record-access logs (paths, folders or globs) and return the run, its alerts and its tables as pandas frames.

    `out` is a folder for the files that the command writes; without it nothing is written. With `store` the nights
    accumulate in a folder, and only days that are over are judged unless `closed` says that all are. `options` are
    the settings of the command, by the same names (`budget=3`, `tz="Europe/Vienna"`, `map={"agent_id": "user"}`).

    With `engine="spark"`, or in a session `spark` that is already there, the heavy part runs on Spark; `tables` are
    then logs by their names in its catalog.
    """
    from onlooker.nightly import scan_into
    from onlooker.pipeline import scan as run

    folder = Path(out) if out is not None else None
    settings = load({"engine": "spark", **options} if spark is not None else options)
    if store is not None:
        return scan_into(Path(store), paths_of(logs), settings, out=folder, closed=closed)
    named = [tables] if isinstance(tables, str) else list(tables)
    return run(paths_of(logs), settings, tables=named, out=folder, session=spark)


def check(logs: Logs, **options: Any) -> Profile:
    """How the logs would be understood: mapping, counts, rejects, gaps, columns that are missing."""
    from onlooker.engines.duck import DuckEngine
    from onlooker.ingest import read_logs
    from onlooker.log_profile import profile

    settings = load(options)
    with DuckEngine(memory=settings.memory, threads=settings.threads) as engine:
        return profile(engine, read_logs(engine, paths_of(logs), columns=settings.map, timezone=settings.tz))
