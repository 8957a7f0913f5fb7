"""Alerts in the formats of other tools: what they are made from, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from onlooker.atomic_files import write_whole
from onlooker.outputs.output import Output, Results
from onlooker.schema.findings import Alert

Status = Literal["new", "in progress", "suppressed", "closed"]


@dataclass(frozen=True)
class Exported:
    """An alert, and how far work on it is: what may change between two exports."""

    alert: Alert
    status: Status = "new"
    case: str | None = None
    """Id of its case, where it has one."""

    @property
    def changed(self) -> bool:
        """Whether something came later than the alert: an export of it is then an update."""
        return self.status != "new" or bool(self.alert.later)


@dataclass(frozen=True)
class AlertFormat:
    """One format, made line by line."""

    name: str
    """As in `onlooker export --format`."""
    file: str
    """Name of the file that a scan writes, if asked to."""
    holds: str
    """What stands in it, in a few words."""
    lines: Callable[[Iterable[Exported]], Iterator[str]]
    """Whole lines, without their ends, in the order of the alerts; the same for the same alerts."""

    def output(self, begins: bytes, has: bytes = b"") -> Output:
        """The file of a scan, written only where the setting `also_write` names the format."""

        def write(path: Path, results: Results, group: str | None) -> None:
            with write_whole(path, group=group) as out:
                out.writelines(f"{line}\n" for line in self.lines(map(as_scanned, results.alerts)))

        return Output(self.file, self.holds, write, begins, has, only_for=self.name)


def as_scanned(alert: Alert) -> Exported:
    """An alert as a scan shows it: in a store with its case, else new."""
    if alert.case_state == "closed":
        return Exported(alert, "closed", alert.case_id)
    return Exported(alert, "in progress" if alert.assignee else "new", alert.case_id or None)


def instants(alert: Alert) -> tuple[datetime, datetime]:
    """First and last instant of the evidence in UTC: of the visits shown, or else the bounds of the night's date."""
    if alert.visits:
        return (
            min(read_instant(visit.first_seen) for visit in alert.visits),
            max(read_instant(visit.last_seen) for visit in alert.visits),
        )
    begin = datetime.combine(date.fromisoformat(alert.date), time(), UTC)
    return begin, begin + timedelta(days=1) - timedelta(milliseconds=1)


def read_instant(text: str) -> datetime:
    """An instant of a finding (ISO; UTC where it has no offset)."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970, as OCSF and CEF count."""
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def iso_instant(instant: datetime) -> str:
    """An instant as 2026-03-02T08:10:07.000Z."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def signals_of(alert: Alert) -> Sequence[str]:
    """Names of signals, rules and patterns that speak for an alert, strongest first."""
    return tuple(dict.fromkeys(reason.signal for reason in alert.reasons))
