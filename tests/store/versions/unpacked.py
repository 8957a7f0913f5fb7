"""Stores of earlier versions, unpacked, and this version's commands on them."""

from __future__ import annotations

import os
import tarfile
import time
from pathlib import Path

from onlooker.config import Settings
from onlooker.nightly import scan_into
from onlooker.scanning.result import Scan

ARCHIVES = tuple(sorted(Path(__file__).parent.glob("*.tar.xz")))
SIDE_TABLES = ("agents", "tickets", "customers")
LONG_AGO = 3600


def unpack(archive: Path, folder: Path) -> Path:
    """The folder, with `store/`, the next night's log and the side tables."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    then = time.time() - LONG_AGO
    for log in folder.glob("access-*.csv"):
        os.utime(log, (then, then))
    return folder


def next_night(folder: Path, accept_scoring: bool = False) -> Scan:
    """The night after the store's last one."""
    tables = {name: str(folder / f"{name}.csv") for name in SIDE_TABLES}
    with scan_into(
        folder / "store", sorted(folder.glob("access-*.csv")), Settings(threads=2, **tables), closed=True,
        accept_scoring=accept_scoring,
    ) as done:  # fmt: skip
        return done


def scan_arguments(folder: Path) -> list[str]:
    """The arguments that take the next night in, scored as this version scores."""
    tables = [part for name in SIDE_TABLES for part in (f"--{name}", str(folder / f"{name}.csv"))]
    logs = [str(path) for path in sorted(folder.glob("access-*.csv"))]
    places = ["--store", str(folder / "store"), "--out", str(folder / "out")]
    return ["scan", "--accept-scoring", "--closed", *places, *tables, *logs]
