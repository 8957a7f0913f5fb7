"""The visits of cases: what explains them by day, which come first, which customers others have opened, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from onlooker.alerts.evidence_of_cases.subjects import SHOWN_DAYS, Sources, Subject, first_day_read
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literals
from onlooker.schema.case_evidence import CaseVisit, SharedCustomers
from onlooker.schema.days import iso
from onlooker.schema.explanations import IS_WITHOUT
from onlooker.schema.local_clock import LEAST_OFFSET, offsets_by_day

MOST_VISITS = 200
MOST_OTHERS = 10

PEOPLE, OWN = "case_people", "case_visits"
VISITS = f"""
SELECT p.number, v.agent_id, v.customer_id, v.day, v.first_us, v.last_us, v.hour, v.events, v.explanation,
       v.day >= p.first_day AS of_case
FROM {{visits}} JOIN {PEOPLE} p ON p.agent_id = v.agent_id AND v.day > p.last_day - {SHOWN_DAYS} AND v.day <= p.last_day
"""
BY_DAY = f"""SELECT number, day, explanation, count(*) FROM {OWN}
GROUP BY number, day, explanation ORDER BY number, day, explanation"""
OFFSETS = f"""SELECT number, day, min({LEAST_OFFSET}), max({LEAST_OFFSET}) FROM {OWN}
GROUP BY number, day ORDER BY number, day"""
FIRST = f"""
SELECT number, agent_id, customer_id, day, first_us, last_us, events, explanation
FROM (SELECT *, row_number() OVER (PARTITION BY number ORDER BY CASE WHEN {IS_WITHOUT} THEN 0 ELSE 1 END,
        day DESC NULLS LAST, first_us NULLS LAST, customer_id NULLS LAST, agent_id NULLS LAST) AS place
      FROM {OWN} WHERE of_case) ranked
WHERE place <= {MOST_VISITS} ORDER BY number, place
"""
TOTALS = f"SELECT number, count(*), count(DISTINCT customer_id) FROM {OWN} WHERE of_case GROUP BY number"
OPENED = f"""SELECT number, customer_id, max(CASE WHEN {IS_WITHOUT} THEN 1 ELSE 0 END) AS bare
FROM {OWN} WHERE of_case GROUP BY number, customer_id"""
SHARED = f"""
SELECT a.number, b.number, count(*) AS customers, CAST(sum(a.bare * b.bare) AS BIGINT) AS without
FROM ({OPENED}) a JOIN ({OPENED}) b ON a.customer_id = b.customer_id AND a.number <> b.number
GROUP BY a.number, b.number ORDER BY a.number, without DESC, customers DESC, b.number
"""


@contextmanager
def case_visits(engine: Engine, sources: Sources, cases: Sequence[Subject]) -> Iterator[bool]:
    """While it lasts the engine has the visits of the cases; whether there are any."""
    import pyarrow as pa

    stored = sources.visits(first_day_read(cases)) if cases else None
    if not stored:
        yield False
        return
    rows = [(one.number, who, one.first_day, one.last_day) for one in cases for who in one.people]
    names = ("number", "agent_id", "first_day", "last_day")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    engine.take(PEOPLE, pa.table(columns))
    named = literals(sorted({who for one in cases for who in one.people}))
    engine.table(OWN, VISITS.format(visits=f"(SELECT * FROM {stored} WHERE agent_id IN ({named})) v"))
    try:
        yield True
    finally:
        engine.drop(OWN)
        engine.drop(PEOPLE)


def explained_by_day(engine: Engine) -> dict[int, tuple[tuple[str, str, int], ...]]:
    """By number of the case: date, explanation, visits."""
    found: dict[int, list[tuple[str, str, int]]] = {}
    for number, day, explanation, visits in engine.rows(BY_DAY):
        found.setdefault(int(number), []).append((iso(day), explanation, int(visits)))
    return {number: tuple(rows) for number, rows in found.items()}


def offsets(engine: Engine) -> dict[int, dict[str, int]]:
    """By number of the case: the offset from UTC of each date."""
    spans: dict[int, list[tuple[int, int, int]]] = {}
    for number, day, low, high in engine.rows(OFFSETS):
        spans.setdefault(int(number), []).append((int(day), int(low), int(high)))
    return {number: {iso(day): us for day, us in offsets_by_day(own).items()} for number, own in spans.items()}


def first_visits(engine: Engine) -> dict[int, tuple[CaseVisit, ...]]:
    """By number of the case: those to look at first."""
    found: dict[int, list[CaseVisit]] = {}
    for number, agent, customer, day, first_us, last_us, events, explanation in engine.rows(FIRST):
        visit = CaseVisit(agent, customer, iso(day), int(first_us), int(last_us), int(events), explanation)
        found.setdefault(int(number), []).append(visit)
    return {number: tuple(visits) for number, visits in found.items()}


def totals(engine: Engine) -> dict[int, tuple[int, int]]:
    """By number of the case: visits, and customers."""
    return {int(number): (int(visits), int(customers)) for number, visits, customers in engine.rows(TOTALS)}


def shared_customers(engine: Engine, cases: Sequence[Subject]) -> dict[int, tuple[SharedCustomers, ...]]:
    """By number of the case: others who were alerted on and opened the same customers, but for cases found harmless."""
    by_number = {one.number: one for one in cases}
    found: dict[int, list[SharedCustomers]] = {}
    for number, other, customers, without in engine.rows(SHARED):
        own, theirs = by_number[int(number)], by_number[int(other)]
        if not theirs.harmless and not theirs.is_ring and theirs.case.agent_id not in own.people:
            shared = SharedCustomers(theirs.case.agent_id, theirs.case.telling.case_id, int(customers), int(without))
            found.setdefault(own.number, []).append(shared)
    return {number: tuple(others[:MOST_OTHERS]) for number, others in found.items()}
