"""One run on a store: what is new is read, the days that are over are judged and committed whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from onlooker.config import Settings
from onlooker.errors import UsageError
from onlooker.nightly.store_past import StorePast
from onlooker.scanning.job import Progress, quiet
from onlooker.scanning.result import Scan
from onlooker.scanning.run import run

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def scan_into(
    store_path: Path,
    logs: Sequence[str | os.PathLike[str]],
    settings: Settings,
    *,
    out: Path | None = None,
    closed: bool = False,
    accept_scoring: bool = False,
    rules_only: bool = False,
    stdin: BinaryIO | None = None,
    progress: Progress = quiet,
    tables: Sequence[str] = (),
    session: SparkSession | None = None,
) -> Scan:
    """Take `logs` into the store at `store_path`, judge the days that are over, and commit them whole.

    `closed` says that the logs are complete: all their days are judged. `accept_scoring` agrees to an upgrade's new
    scoring, which until then is only compared with the old one. With `rules_only` no new night is judged: hard rules
    look at the days that wait. With Spark, `session` is one that is already there. The scan returned shows the store's
    alerts of the last nights and this run's tables.
    """
    if tables:
        raise UsageError(
            "tables of a catalog are not taken into a store: it knows by a file's checksum what it has taken in",
            "Write the night's rows as Parquet, to a path that this machine and Spark's workers see.",
        )
    past = StorePast(store_path, closed=closed, accept_scoring=accept_scoring, rules_only=rules_only, session=session)
    return run(logs, settings, past, out=out, stdin=stdin, progress=progress)
