"""What each step of a run works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.engines.spark import SparkEngine
from onlooker.scanning.stage_clock import Clock

AnyEngine = DuckEngine | SparkEngine
Progress = Callable[[str, float], None]
"""Told what is being done, and which part of it is, 0 to 1."""


def quiet(_what: str, _share: float) -> None:
    """No progress is shown."""


@dataclass(frozen=True)
class Job:
    """One run: its engine, its settings, and where its files go."""

    engine: AnyEngine
    settings: Settings
    out: Path | None = None
    stdin: BinaryIO | None = None
    progress: Progress = quiet
    clock: Clock = field(default_factory=Clock)
