"""The run's own log, as JSON lines: for machines that collect logs, and for eyes that may see no one's name."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from onlooker.errors import OnlookerError

if TYPE_CHECKING:
    from onlooker.schema.findings import Alert, Run


@dataclass(frozen=True)
class RunLog:
    """Says on standard error what a run does, if `on`: times, counts, states; of a log's texts only names of sites."""

    on: bool

    def say(self, event: str, **figures: Any) -> None:
        """One line: `at` (UTC), `event`, and the figures."""
        if self.on:
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            sys.stderr.write(json.dumps({"at": at, "event": event, **figures}) + "\n")
            sys.stderr.flush()

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Say which kind of error ends the run; what it says of itself may name what a log holds."""
        try:
            yield
        except OnlookerError as error:
            self.say("failed", status=error.exit_status, error=type(error).__name__)
            raise

    def finished(self, run: Run, alerts: Sequence[Alert], status: int) -> None:
        """What the run read, judged and found. Doubts name days and sites."""
        for stage, seconds in run.stages.items():
            self.say("stage", run=run.id, stage=stage, seconds=seconds)
        self.say(
            "finished", run=run.id, version=run.version, status=status, seconds=run.seconds, vouched=run.vouched,
            last_night=run.last_night, counts=run.counts, doubts=list(run.doubts), notes=len(run.notes),
            alerts_shown=dict(Counter(alert.severity for alert in alerts)),
            alerts_new=sum(alert.new for alert in alerts),
            alerts_raised_again=sum(bool(alert.raised_again) and not alert.new for alert in alerts),
        )  # fmt: skip
