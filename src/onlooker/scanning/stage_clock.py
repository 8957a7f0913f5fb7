"""How long each stage of a run takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


class Clock:
    """Seconds per stage, and when the first began."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)
        self.started = time.perf_counter()
        self.stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        start = time.perf_counter()
        yield
        self.stages[name] = round(self.stages.get(name, 0.0) + time.perf_counter() - start, 3)

    @property
    def began(self) -> str:
        """When it was started, UTC: `2026-11-20T06:12:45Z`."""
        return self.at.isoformat(timespec="seconds").replace("+00:00", "Z")

    @property
    def seconds(self) -> float:
        """Since it was started."""
        return round(time.perf_counter() - self.started, 3)
