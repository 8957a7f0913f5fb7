"""Stores that several tests go on from: made once, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .organisation import LONG, Line, log, night, night_files, write

BEFORE = 21
"""Nights that the store has to which the tests add."""
LONG_BEFORE = 72
"""The same of the longer log."""


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return night_files(tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="session")
def begun(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the first files; do not write to it."""
    place = tmp_path_factory.mktemp("begun") / "store"
    night(place, *files[:BEFORE])
    return place


@pytest.fixture(scope="session")
def whole(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that took in all files at once; do not write to it."""
    place = tmp_path_factory.mktemp("whole") / "store"
    night(place, *files, closed=True)
    return place


@pytest.fixture
def store(begun: Path, tmp_path: Path) -> Path:
    """A copy of `begun`."""
    return Path(shutil.copytree(begun, tmp_path / "store"))


@pytest.fixture(scope="session")
def grown_by(begun: Path, files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A store that goes on from `begun` with so many more files, one a night; do not write to it."""
    made: dict[int, Path] = {0: begun}

    def grown(nights: int) -> Path:
        if nights not in made:
            place = tmp_path_factory.mktemp(f"grown-{nights}") / "store"
            shutil.copytree(grown(nights - 1), place)
            night(place, files[BEFORE + nights - 1])
            made[nights] = place
        return made[nights]

    return grown


@pytest.fixture(scope="session")
def local_days() -> list[tuple[str, list[Line]]]:
    """The longer log by local dates."""
    found: dict[str, list[Line]] = {}
    for line in log(**LONG):
        found.setdefault(line.text[:10], []).append(line)
    return sorted(found.items())


@pytest.fixture(scope="session")
def long_store(local_days: list[tuple[str, list[Line]]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the longer log; do not write to it."""
    place = tmp_path_factory.mktemp("long")
    days = (write(place / f"{day}.csv", lines) for day, lines in local_days[:LONG_BEFORE])
    night(place / "store", *days, closed=True)
    return place / "store"
