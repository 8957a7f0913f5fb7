"""The alerts of a store, with how far work on each is, as they are exported."""

from __future__ import annotations

from collections.abc import Iterator

from onlooker.cases import Case, CaseDesk
from onlooker.outputs.alert_format import Exported, Status
from onlooker.schema.findings import Alert
from onlooker.store import KeptAlert, Store


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
