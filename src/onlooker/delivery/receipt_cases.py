"""For the receipt of a month: alerts, cases and how fast they were taken, precision, and who looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from statistics import median
from typing import Any

from onlooker.cases import CaseDesk
from onlooker.cases.case_records import Case
from onlooker.cases.policy import UNASSIGNED_DAYS
from onlooker.cases.precision import precision
from onlooker.delivery.receipt_nights import Month
from onlooker.schema.days import iso
from onlooker.store import Store

TAKEN = frozenset({"assigned", "asked", "referred", "closed"})
"""Notes of a case that say that somebody is at it."""
DAY = 86_400


def alerts_raised(store: Store, month: Month) -> dict[str, Any]:
    """Alerts of the month by what became of them, and raised ones by severity."""
    alerts = store.alerts(month.first, month.last)
    states = Counter(one.state for one in alerts)
    severity = Counter(one.record["severity"] for one in alerts if one.state == "raised")
    return {
        **{state: states[state] for state in ("raised", "known", "suppressed")},
        "by_severity": {name: severity[name] for name in ("critical", "high", "medium", "low")},
    }


def cases_opened(store: Store, month: Month, at: datetime) -> dict[str, Any]:
    """The cases that began with an alert of the month, as they stand at `at`, and how long they waited.

    A case is late if nobody took, asked about, referred or closed it within `UNASSIGNED_DAYS` days of being opened,
    by the clock. Cases that are hidden from somebody are counted, and not named.
    """
    cases = [c for c in CaseDesk(store).cases(None) if iso(month.first) <= c.opened <= iso(month.last)]
    waits = {case.id: _days(case, TAKEN, at) for case in cases}
    closing = [found for case in cases if case.state == "closed" and (found := _days(case, {"closed"}, at))]
    late = [case for case in cases if (waits[case.id] or (0.0, True))[0] > UNASSIGNED_DAYS]
    return {
        "opened": len(cases),
        "closed": sum(case.state == "closed" for case in cases),
        "open": sum(case.state == "open" for case in cases),
        "never_taken": sum(wait is not None and not wait[1] for wait in waits.values()),
        "days_to_be_taken": _spread(wait[0] for wait in waits.values() if wait and wait[1]),
        "days_to_be_closed": _spread(days for days, done in closing if done),
        "late_after_days": UNASSIGNED_DAYS,
        "late": [_late(case, waits[case.id]) for case in late if not case.hidden_from],
        "late_not_named": sum(bool(case.hidden_from) for case in late),
        "precision": precision(c.verdict.kind for c in cases if c.verdict).record(),
        "precision_of_all": CaseDesk(store).precision()[0].record(),
    }


def _days(case: Case, what: Iterable[str], at: datetime) -> tuple[float, bool] | None:
    """Days from when a case was opened to the first note of one of the kinds `what`, or to `at`; and which it is."""
    opened = next((note.at for note in case.notes if note.what == "opened"), None)
    if opened is None:
        return None
    done = next((note.at for note in case.notes if note.what in set(what)), None)
    until = _instant(done) if done else at
    return max(0.0, (until - _instant(opened)).total_seconds() / DAY), done is not None


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _spread(days: Iterable[float]) -> dict[str, float] | None:
    found = sorted(days)
    return {"median": round(median(found), 1), "longest": round(found[-1], 1)} if found else None


def _late(case: Case, wait: tuple[float, bool] | None) -> dict[str, Any]:
    days, taken = wait or (0.0, True)
    return {"case": case.id, "opened": case.opened, "days": round(days, 1), "taken": taken}


def suppressions(store: Store, month: Month) -> list[dict[str, Any]]:
    """Suppressions that held in the month: not whom they cover, but how many, and for which signals."""
    return [
        {"id": one.id, "from": one.span[0], "until": one.span[1], "author": one.author, "second": one.second,
         "agents": len(one.scope.agents), "customers": len(one.scope.customers), "teams": len(one.scope.teams),
         "signals": list(one.scope.signals)}
        for one in CaseDesk(store).suppressions()
        if one.span[0] <= iso(month.last) and one.span[1] >= iso(month.first)
    ]  # fmt: skip


def who_looked(store: Store, month: Month) -> list[dict[str, Any]]:
    """Who did or looked up what in the month (UTC, by the clock), how often: without whom it concerned."""
    done: dict[str, Counter[str]] = {}
    for entry in store.history():
        if entry.at.startswith(month.name):
            done.setdefault(entry.who, Counter())[entry.what] += 1
    return [{"who": who, "what": dict(sorted(what.items()))} for who, what in sorted(done.items())]
