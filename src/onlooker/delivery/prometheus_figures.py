"""Figures of a store for monitoring, in the text format of Prometheus: counts and times, and no name of anybody."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from onlooker.atomic_files import write_whole_bytes
from onlooker.schema.findings import SEVERITIES
from onlooker.schema.version import __version__
from onlooker.store import Status, Store, as_day

READABLE_BY_ALL = 0o644
"""Whoever collects figures is another user, and may see what is in them."""


@dataclass(frozen=True)
class Figure:
    """One gauge: its name without `onlooker_`, what it says, and its value, or one for each label."""

    name: str
    help: str
    value: float | None = None
    """None where there is nothing to say: the gauge is then left out."""
    by: str = ""
    """Name of the label."""
    values: Mapping[str, float] = field(default_factory=dict)


def figures_text(store: Store, now: datetime) -> str:
    """All figures of an open store, as a file for the textfile collector; `now` is an instant with its zone."""
    lines: list[str] = []
    for figure in figures(store, now):
        samples = dict(figure.values) if figure.by else {} if figure.value is None else {"": figure.value}
        if samples:
            name = f"onlooker_{figure.name}"
            lines += [f"# HELP {name} {figure.help}", f"# TYPE {name} gauge"]
            for label, value in samples.items():
                labels = f'{{{figure.by}="{label}"}}' if figure.by else ""
                lines.append(f"{name}{labels} {value:.15g}")
    return "\n".join(lines) + "\n"


def figures(store: Store, now: datetime) -> Iterator[Figure]:
    """The figures, those that an alarm would look at first."""
    with store.snapshot():
        status = store.status()
        ended = [run for run in store.runs() if run.outcome == "done"]
        last = status.last_night
        severities = Counter(
            str(alert.record["severity"])
            for alert in (store.alerts(*[as_day(date.fromisoformat(last))] * 2) if last else ())
            if alert.state == "raised"
        )
    yield from of_the_last_night(status, severities, now)
    yield Figure("missing_nights", "Expected nights between the first and the last that were not judged.",
                 len(status.missing_nights))  # fmt: skip
    yield Figure("waiting_events", "Events of days that are not judged yet.", status.waiting_events)
    yield Figure("cases_open", "Open cases.", status.open_cases)
    yield Figure("cases_unassigned", "Open cases that nobody has taken.", status.unassigned_cases)
    yield Figure("outbox_waiting", "Messages that have not arrived.", status.outbox_waiting)
    if status.last_run:
        yield Figure("last_run_ok", "1 if the last run came to its end.", float(status.last_run["outcome"] == "done"))
    if ended:
        yield Figure("last_run_timestamp_seconds", "When the last run that came to its end began.",
                     datetime.fromisoformat(ended[0].started).timestamp())  # fmt: skip
        yield Figure("last_run_seconds", "How long it took.", ended[0].record.get("seconds"))
    yield Figure("store_bytes", "Size of the store's tables.", by="table", values=dict(sorted(status.bytes.items())))
    yield Figure("info", "Version of Onlooker that wrote this.", by="version", values={__version__: 1})


def of_the_last_night(status: Status, severities: Mapping[str, int], now: datetime) -> Iterator[Figure]:
    """What the last judged night was like; nothing before the first."""
    if status.last_night is None:
        return
    over = datetime.combine(date.fromisoformat(status.last_night) + timedelta(days=1), datetime.min.time(), UTC)
    yield Figure("last_night_timestamp_seconds", "End of the last judged night's date in UTC.", over.timestamp())
    yield Figure("last_night_age_seconds", "Time since then, when this was written.", (now - over).total_seconds())
    yield Figure("last_night_doubts", "What was missing from the log of the last night.",
                 len(status.last_nights[0]["doubts"]) if status.last_nights else 0)  # fmt: skip
    yield Figure("last_night_alerts", "Alerts raised on the last night.", by="severity",
                 values={name: severities.get(name, 0) for name in SEVERITIES})  # fmt: skip


def write_figures(path: Path, store: Store) -> None:
    """Write the figures to `path`, whole or not at all, readable by all: they name nobody."""
    with write_whole_bytes(path) as out:
        out.write(figures_text(store, datetime.now(UTC)).encode())
        os.fchmod(out.fileno(), READABLE_BY_ALL)
