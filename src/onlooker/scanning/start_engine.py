"""Which engine the settings ask for, started."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from onlooker.config import Settings
from onlooker.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from onlooker.engines.duck import DuckEngine
    from onlooker.scanning.job import AnyEngine

OF_SPARK = ("master", "remote", "spark_conf", "spark_folder", "tables_to")
"""Settings that mean nothing to DuckDB."""
MEGABYTES = {"K": 1e-3, "M": 1.0, "G": 1e3, "T": 1e6}


def engine_of(settings: Settings, session: SparkSession | None = None) -> AnyEngine:
    """Start the engine of a scan. Raises UsageError for settings that don't go together, EngineError if it can't start.

    `session` is a Spark session that is already there, and goes on afterwards.
    """
    if settings.engine == "duckdb":
        idle = [name for name in OF_SPARK if getattr(settings, name)]
        if idle:
            raise UsageError(f"{_flags(idle)}: only Spark knows what to do with that", "Add --engine spark.")
        return duck_engine(settings)
    if settings.master and settings.remote:
        raise UsageError(
            "--master and --remote: a scan has one Spark", "--master starts a driver here, --remote uses a server."
        )
    master = settings.master or f"local[{settings.threads or '*'}]"
    from onlooker.engines.spark import SparkEngine

    here = heap(settings.memory) if master.startswith("local") and not settings.remote else {}
    return SparkEngine(
        master, settings.remote, session=session, folder=settings.spark_folder, options=here | settings.spark_conf
    )


def duck_engine(settings: Settings) -> DuckEngine:
    """Start DuckDB, which is imported now: what only asks the database does without it."""
    from onlooker.engines.duck import DuckEngine

    return DuckEngine(memory=settings.memory, threads=settings.threads)


def heap(memory: str) -> dict[str, str]:
    """Memory of the driver's Java, which in local mode does all the work; nothing for a share of the machine."""
    size = re.fullmatch(r"([\d.]+)\s?([KMGT])i?B", memory)
    return {"spark.driver.memory": f"{max(512, round(float(size[1]) * MEGABYTES[size[2]]))}m"} if size else {}


def _flags(names: Iterable[str]) -> str:
    return ", ".join(f"--{name.replace('_', '-')}" for name in names)
