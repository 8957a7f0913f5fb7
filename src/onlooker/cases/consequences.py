"""What a verdict does from the next scan on, in sentences: which days teach nothing, what is explained, until when."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from onlooker.cases.case_records import Case, Explanation, Verdict
from onlooker.cases.case_tables import read_case
from onlooker.cases.desk import CaseDesk
from onlooker.privacy import OPEN, Names
from onlooker.schema.days import day_of, iso
from onlooker.store import Store

NO_LONGER_COVERED = 1.5
"""A day with this many times the visits of the case's busiest day, or more, is not covered by an explanation."""
NAMED = 5
"""Members of a team that are named one by one."""


def accepted_level(store: Store, explanation: Explanation) -> int:
    """Most visits without a reason of an agent and day that an explanation accepts, where it names no customers.

    A day with more is not covered at all, so that it stands out as the case itself did.
    """
    if explanation.case_id is None:
        return 0
    counted = read_case(store.db, explanation.case_id).unexplained.values()
    alerted = (int(alert.record["unexplained"]) for alert in store.alerts(case=explanation.case_id))
    return max(ceil(NO_LONGER_COVERED * max([0, *counted, *alerted])) - 1, 0)


def consequences(desk: CaseDesk, case: Case, names: Names = OPEN) -> Iterator[str]:
    """What the verdict on a closed case did, and how to take it back; unless it was revealed, with `names` as shown."""
    verdict, names = case.verdict, OPEN if case.revealed else names
    if verdict is None:
        return
    if verdict.kind == "confirmed":
        yield from _confirmed(desk, case, verdict, names)
    elif verdict.kind == "benign":
        yield from _benign(desk, case, names)
    elif verdict.kind == "false alarm":
        yield "It counts as a false alarm in the precision. Nothing is explained: such visits are judged as before."
    else:
        yield "Nothing is explained, and no day leaves the baselines."
    if verdict.kind in ("false alarm", "unsure"):
        yield f"A further alert about {names.of('agent', case.agent_id)} opens a new case."
    yield f"To take it back: onlooker cases reopen {case.id} --reason WHY"


def _confirmed(desk: CaseDesk, case: Case, verdict: Verdict, names: Names) -> Iterator[str]:
    left = desk.spoken_of(case, day_of(verdict.first), day_of(verdict.last))
    for days in left[:NAMED]:
        span = f"{iso(days.first)} to {iso(days.last)} ({days.last - days.first + 1} days)"
        yield f"Leave the baselines from the next scan on: {span} of {names.of('agent', days.agent_id)}."
    if len(left) > NAMED:
        yield f"So do the days of {len(left) - NAMED} more members."
    yield f"If it goes on, the next alert about {names.of('agent', case.agent_id)} raises this case again."
    held = len(desk.store.holds())
    holds = (
        f"a hold stands ({held})" if held else f"onlooker store hold --reason {case.id} forbids removal from the store"
    )
    yield f"To keep what it rests on: {holds}; the log files themselves lie outside of it: set them aside."


def _benign(desk: CaseDesk, case: Case, names: Names) -> Iterator[str]:
    for made in desk.explanations():
        if made.case_id != case.id or made.ended:
            continue
        if made.scope.customers:
            covered = "visits without a ticket"
        else:
            level = accepted_level(desk.store, made)
            covered = f"at most {level:,} visits a day without a reason" + (
                "" if level else ": as the case had none, it covers none"
            )
        span = f"{made.first} to {made.until} by the log's clock"
        yield f"Explained from the next scan on ({made.id}): {covered}, {names.shown(made.scope).in_words()}, {span}."
        yield "What is beyond that counts in full." if made.scope.customers else "A day with more counts in full."
