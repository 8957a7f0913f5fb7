"""Alerts as JSON lines for machines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from onlooker.atomic_files import write_whole
from onlooker.outputs.cells import one_line
from onlooker.outputs.output import Output
from onlooker.schema.findings import Alert


def write_alerts_jsonl(path: Path, alerts: Iterable[Alert], *, group: str | None = None) -> None:
    """Write one JSON object per alert and line, every field in its order, `format` among them."""
    with write_whole(path, group=group) as out:
        for alert in alerts:
            out.write(one_line(alert.record()) + "\n")


OUTPUT = Output(
    "alerts.jsonl",
    "one alert a line, for machines: every field, and the exact strings of the log",
    lambda path, results, group: write_alerts_jsonl(path, results.alerts, group=group),
    begins=b'{"id"',
    has=b'"headline"',
)
