"""Alerts as CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from onlooker.atomic_files import write_whole
from onlooker.outputs.alert_format import AlertFormat, Exported
from onlooker.outputs.cells import cell
from onlooker.outputs.output import Output
from onlooker.schema.findings import CASE_FIELDS, Alert

COLUMNS = (
    "id",
    "date",
    "agent_id",
    "severity",
    "confidence",
    "kind",
    "score",
    "p_value",
    "q_value",
    "rank",
    "customers",
    "unexplained",
    "headline",
    "reasons",
    "actor_type",
    "team",
    "site",
    "pattern",
    "pattern_size",
    "reason",
    *CASE_FIELDS,
)


def write_alerts_csv(path: Path, alerts: Iterable[Alert], *, group: str | None = None) -> None:
    """Write one row per alert with the columns of `COLUMNS`; the reasons' sentences are joined by ` | `."""
    with write_whole(path, group=group) as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows([cell(value) for value in _row(alert)] for alert in alerts)


def lines(alerts: Iterable[Exported]) -> Iterator[str]:
    """The same, line by line."""
    for cells in (COLUMNS, *([cell(value) for value in _row(one.alert)] for one in alerts)):
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(cells)
        yield line.getvalue()


def _row(alert: Alert) -> list[Any]:
    reasons = " | ".join(reason.text for reason in alert.reasons)
    return [reasons if name == "reasons" else getattr(alert, name) for name in COLUMNS]


FORMAT = AlertFormat("csv", "alerts.csv", "one alert a row", lines)
OUTPUT = Output(
    "alerts.csv",
    "one alert a row, for spreadsheets: cells that a spreadsheet could take for a formula begin with an apostrophe",
    lambda path, results, group: write_alerts_csv(path, results.alerts, group=group),
    begins=b"id,date,agent_id,",
)
