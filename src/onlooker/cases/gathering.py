"""What a night does to cases: new alerts join or open them, quiet agents go on being counted, some come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from onlooker.cases.case_records import RAISED_AGAIN, Case, Note, Record, case_id
from onlooker.cases.case_tables import read_cases, write_case
from onlooker.cases.policy import goes_on, raised_again
from onlooker.schema.days import iso
from onlooker.store.kept_alerts import KeptAlert, kept, put_into_case

ONLOOKER = "onlooker"
"""Who the notes of a night are signed by."""


@dataclass(frozen=True)
class RaisedAgain(Record):
    """A case that a night puts before an analyst once more."""

    case_id: str
    agent_id: str
    why: str


def gather(db: sqlite3.Connection, alerts: Iterable[KeptAlert], at: str) -> None:
    """Put alerts into the cases of their agents, opening those that are missing; suppressed alerts open none.

    An alert that is in a case already stays there, so a repeated night changes nothing. One that falls into the days
    of a closed case (late data) joins that one, and one after a confirmed case opens that one again, whose verdict
    stands until the next; any other opens a new case.
    """
    for alert in sorted(alerts, key=lambda alert: (alert.day, alert.id)):
        if alert.state == "suppressed":
            continue
        night = iso(alert.day)
        case = _case_for(list(read_cases(db, agent=alert.agent_id)), night)
        if case is None and alert.state == "known":
            continue
        case = case or _opened(alert.agent_id, night, at)
        if alert.id not in case.alerts:
            case = _opened_again(case, night, at) if alert.state == "raised" and goes_on(case, night) else case
            case = replace(case, alerts=(*case.alerts, alert.id), days=tuple(sorted({*case.days, night})))
            if alert.state == "raised" and case.state == "open":
                case = replace(case, raised=max(case.raised, night))
            write_case(db, case)
        put_into_case(db, [alert.id], case.id)


def gather_nights(
    db: sqlite3.Connection, days: Sequence[int], unexplained: Mapping[int, Mapping[str, int]], at: str
) -> tuple[RaisedAgain, ...]:
    """Put the kept alerts of a run's nights into cases and let open cases go on counting; inside the run's commit.

    `unexplained` has customers without an explanation by day and agent. Returns the cases that come back: those that
    an analyst could have worked on before this run, by where they stand on its last night. A case that the run opened
    counts as raised on its last night, since nobody could have taken it before.
    """
    seen = frozenset(case.id for case in read_cases(db, "open"))
    again: tuple[RaisedAgain, ...] = ()
    for day in days:
        gather(db, kept(db, day, day), at)
        again = count_on(db, day, unexplained.get(day, {}), at, seen if day == days[-1] else frozenset())
    for case in read_cases(db, "open"):
        if days and case.id not in seen:
            write_case(db, replace(case, raised=max(case.raised, iso(days[-1]))))
    return again


def count_on(
    db: sqlite3.Connection, day: int, unexplained: Mapping[str, int], at: str, seen: Collection[str] | None = None
) -> tuple[RaisedAgain, ...]:
    """Add a night's unexplained customers per agent to the open cases, and say which come back because of it.

    Repeating a night replaces its count. Call it after `gather`, in the same transaction. Only cases of the ids
    `seen`, if given, come back.
    """
    night = iso(day)
    again = []
    for case in read_cases(db, "open"):
        if night < case.opened:
            continue
        counted = {night: unexplained[case.agent_id]} if case.agent_id in unexplained else {}
        changed = replace(case, unexplained={**case.unexplained, **counted})
        why = raised_again(changed, night) if seen is None or case.id in seen else None
        if why is not None:
            note = Note(at, ONLOOKER, RAISED_AGAIN, f"{night}: {why}")
            changed = replace(changed, raised=night, notes=(*case.notes, note))
            if not case.hidden_from:  # what is raised again is told to everybody
                again.append(RaisedAgain(case.id, case.agent_id, why))
        if changed != case:
            write_case(db, changed)
    return tuple(again)


def _case_for(cases: list[Case], night: str) -> Case | None:
    for case in cases:
        if case.state == "open" or case.opened <= night <= case.last or goes_on(case, night):
            return case
    return None


def _opened_again(case: Case, night: str, at: str) -> Case:
    until = case.verdict.last if case.verdict else case.last
    note = Note(at, ONLOOKER, RAISED_AGAIN, f"{night}: it goes on after it was confirmed up to {until}")
    return replace(case, state="open", raised=max(case.raised, night), notes=(*case.notes, note))


def _opened(agent_id: str, night: str, at: str) -> Case:
    note = Note(at, ONLOOKER, "opened", f"alert of {night}")
    return Case(case_id(agent_id, night), agent_id, "open", night, night, (), (night,), notes=(note,))
