"""What reading asks of an engine."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from onlooker.engines.protocol import Engine


class EngineWithFolder(Engine, Protocol):
    """An engine that also has a folder for temporary files."""

    @property
    def folder(self) -> Path:
        """Lives as long as the engine."""
