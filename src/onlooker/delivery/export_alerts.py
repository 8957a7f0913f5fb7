"""The alerts of a store, with how far work on each is, as they are exported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from onlooker.cases import Case, CaseDesk
from onlooker.errors import UsageError
from onlooker.outputs.alert_format import Exported, Status
from onlooker.outputs.formats_of_alerts import FORMATS
from onlooker.privacy.people_seen import EVERYBODY, PeopleSeen
from onlooker.schema.days import AFTER_ALL, BEFORE_ALL
from onlooker.schema.findings import Alert
from onlooker.store import KeptAlert, Store, as_day


@dataclass(frozen=True)
class Export:
    """Alerts in the format of another tool."""

    lines: tuple[str, ...]
    """Without their ends."""
    held_back: int
    """Alerts of the span that suppressions hold back, and that are not among them."""
    noted: bool = False
    """Whether the history has it; not where one may only read the store."""


def must_be_format(name: str) -> None:
    """Raise UsageError for a format that there is not."""
    if name not in FORMATS:
        raise UsageError(f"alerts can't be exported as {name!r}", f"Formats are {', '.join(FORMATS)}.")


def export_store(
    store: Store, form: str, first: date | None, last: date | None, *, suppressed: bool = False,
    shown: Callable[[Alert], Alert] = lambda alert: alert, seen: PeopleSeen = EVERYBODY,
) -> Export:  # fmt: skip
    """The alerts of an open store from the local date `first` to `last`, in a format.

    Of people who are `seen`; `shown` says how names are.
    """
    span = (BEFORE_ALL if first is None else as_day(first), AFTER_ALL if last is None else as_day(last))
    found = (
        one for one in alerts_to_export(store, *span, suppressed=suppressed) if seen.sees_alert(one.alert.record())
    )
    alerts = (replace(one, alert=shown(one.alert)) for one in found)
    lines = tuple(FORMATS[form].lines(alerts))
    told = (alert for alert in store.alerts(*span) if alert.state == "suppressed" and seen.sees_alert(alert.record))
    held = 0 if suppressed else sum(1 for _ in told)
    return Export(lines, held)


def alerts_to_export(store: Store, first: int, last: int, *, suppressed: bool = False) -> Iterator[Exported]:
    """Alerts of the local days `first` to `last` in order; those held back only if asked for; no sealed cases."""
    cases = {case.id: case for case in CaseDesk(store).cases(None)}
    for kept in store.alerts(first, last):
        if suppressed or kept.state != "suppressed":
            case = cases.get(kept.case_id or "")
            if case and case.hidden_from:
                continue
            yield Exported(Alert.from_record(kept.record, kept.lines), status_of(kept, case), kept.case_id)


def status_of(kept: KeptAlert, case: Case | None) -> Status:
    """How far work on an alert is: that of its case."""
    if kept.state == "suppressed":
        return "suppressed"
    if case is None:
        return "new"
    if case.state == "closed":
        return "closed"
    return "in progress" if case.assignee else "new"
