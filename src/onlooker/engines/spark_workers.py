"""Watching the workers of a cluster during a run: without any, Spark would wait for ever; a night is given up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from onlooker.errors import EngineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOK_EVERY = 2.0
"""Seconds between two looks at how many workers there are."""
PATIENCE = 30.0
"""Seconds without any worker after which a run is given up. The work of one that is lost goes to the others."""


class Workers:
    """Those that a driver of this process has; with none for PATIENCE seconds, what runs is cancelled."""

    def __init__(self, session: SparkSession, master: str) -> None:
        self._context: Any = session.sparkContext
        self._master = master
        self._ended = threading.Event()
        self.gone = False
        self._watch = threading.Thread(target=self._look, name="onlooker-workers", daemon=True)
        self._watch.start()

    def _look(self) -> None:
        missing = 0.0
        while not self._ended.wait(LOOK_EVERY):
            # The driver counts as one. A stopped context has no workers, and nothing that could be cancelled.
            missing = 0.0 if self._count() > 1 else missing + LOOK_EVERY
            self.gone = missing >= PATIENCE
            if self.gone:
                self._context.cancelAllJobs()

    def _count(self) -> int:
        return int(self._context._jsc.sc().getExecutorMemoryStatus().size())

    @contextmanager
    def needed(self, where: str) -> Iterator[None]:
        """Errors of what runs inside are due to the workers, if these have gone."""
        try:
            yield
        except EngineError as error:
            if not self.gone:
                raise
            raise EngineError(
                f"Spark{where}: all workers of {self._master} have gone.",
                "Start them again (its web page shows whether they are there), and run the same command once more.",
                error.message,
            ) from error

    def close(self) -> None:
        """Look no more."""
        self._ended.set()
        self._watch.join()
