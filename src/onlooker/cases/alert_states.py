"""Alerts with the state of their cases: what is new, what was raised again and why, who has it, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from onlooker.cases.case_records import RAISED_AGAIN, Case
from onlooker.cases.case_tables import read_cases
from onlooker.schema.findings import Alert
from onlooker.store import KeptAlert, Store


def with_cases(
    kept: Sequence[KeptAlert], cases: Iterable[Case], raised_by: str, night: str, viewer: str | None = None
) -> tuple[Alert, ...]:
    """The alerts that were not held back, as they stand now.

    `raised_by` is the run that judged the last night, and `night` that night (ISO; empty before the first).
    Sealed cases are left out, but for a `viewer` from whom they are not hidden.
    """
    by_id = {case.id: case for case in cases}
    sealed = {case.id for case in by_id.values() if not shown_to(case, viewer)}
    told = [one for one in kept if one.state != "suppressed" and one.case_id not in sealed]
    fresh = {case_id: new_nights(told, case_id, raised_by) for case_id in by_id}
    return tuple(_alert(one, by_id, raised_by, fresh, night) for one in told)


def shown_to(case: Case, viewer: str | None) -> bool:
    """Whether somebody sees a case; without a `viewer`, whether everybody does."""
    return not case.hidden_from or (viewer is not None and not case.is_hidden_from(viewer))


def rarest_open_night(store: Store, agent: str) -> str | None:
    """The night with the highest score of the agent's open cases' alerts, of ties the newest; None without one."""
    cases = [case for case in read_cases(store.db, agent=agent) if case.state != "closed"]
    alerts = [one.record for case in cases for one in store.alerts(case=case.id)]
    return max(alerts, key=lambda one: (one["score"], one["date"]))["date"] if alerts else None


def hidden_from(store: Store, agent: str, viewer: str) -> bool:
    """Whether a case about `agent` was sealed from `viewer`."""
    return any(case.is_hidden_from(viewer) for case in read_cases(store.db, agent=agent))


def sealed_agents(store: Store) -> frozenset[str]:
    """Agents of cases that are hidden from somebody."""
    return frozenset(case.agent_id for case in read_cases(store.db) if case.hidden_from)


def new_nights(kept: Iterable[KeptAlert], case_id: str, raised_by: str) -> frozenset[str]:
    """Nights of a case's alerts that the run `raised_by` raised."""
    return frozenset(str(one.record["date"]) for one in kept if one.case_id == case_id and one.run_id == raised_by)


def why_raised_again(case: Case, fresh: frozenset[str], night: str) -> str:
    """Why a case is before an analyst once more: as the night noted it, or because of alerts on the nights `fresh`."""
    nights = fresh | ({night} if night else set())
    for note in reversed(case.notes):
        on, colon, why = note.text.partition(": ")
        if note.what == RAISED_AGAIN and colon and on in nights:
            return why
    if fresh and case.opened not in fresh:
        return f"a new alert on {max(fresh)}; the case is from {case.opened}"
    return ""


def _alert(
    one: KeptAlert, cases: Mapping[str, Case], raised_by: str, fresh: Mapping[str, frozenset[str]], night: str
) -> Alert:
    record = dict(one.record) | {"new": one.run_id == raised_by}
    if case := cases.get(one.case_id or ""):
        record |= {
            "case_id": case.id,
            "case_state": case.standing,
            "verdict": case.verdict.kind if case.verdict else "",
            "assignee": case.assignee or "",
            "since": case.opened,
            "raised_again": why_raised_again(case, fresh[case.id], night),
        }
    return Alert.from_record(record, one.lines)
