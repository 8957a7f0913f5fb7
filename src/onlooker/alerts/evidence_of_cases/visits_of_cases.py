"""The visits of cases: what explains them by day, which come first, which of their customers others opened as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True)
class VisitsOfCases:
    """What the visits say; everything by number of the case."""

    explained: Mapping[int, tuple[tuple[str, str, int], ...]] = field(default_factory=dict)
    """Date, explanation and number of visits."""
    offsets: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    """The offset from UTC of each date, microseconds."""
    first: Mapping[int, tuple[CaseVisit, ...]] = field(default_factory=dict)
    """The visits to look at first, at most MOST_VISITS."""
    totals: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Number of visits, and of customers."""
    shared: Mapping[int, tuple[SharedCustomers, ...]] = field(default_factory=dict)
    """Other agents who were alerted on and opened the same customers, except those whose case was found harmless."""


def visits_of_cases(engine: Engine, sources: Sources, cases: Sequence[Subject]) -> VisitsOfCases:
    """What the visits of `cases` say; nothing where no visits are kept. Leaves no table on the engine."""
    import pyarrow as pa

    stored = sources.visits(first_day_read(cases)) if cases else None
    if not stored:
        return VisitsOfCases()
    rows = [(one.number, who, one.first_day, one.last_day) for one in cases for who in one.people]
    names = ("number", "agent_id", "first_day", "last_day")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    engine.take(PEOPLE, pa.table(columns))
    named = literals(sorted({who for one in cases for who in one.people}))
    engine.table(OWN, VISITS.format(visits=f"(SELECT * FROM {stored} WHERE agent_id IN ({named})) v"))
    try:
        return VisitsOfCases(
            _explained(engine), _offsets(engine), _first(engine), _totals(engine), _shared(engine, cases)
        )
    finally:
        engine.drop(OWN)
        engine.drop(PEOPLE)


def _explained(engine: Engine) -> dict[int, tuple[tuple[str, str, int], ...]]:
    return {
        number: tuple((iso(day), explanation, int(visits)) for day, explanation, visits in rows)
        for number, rows in _by_case(engine.rows(BY_DAY)).items()
    }


def _offsets(engine: Engine) -> dict[int, dict[str, int]]:
    return {
        number: {
            iso(day): us
            for day, us in offsets_by_day((int(day), int(low), int(high)) for day, low, high in rows).items()
        }
        for number, rows in _by_case(engine.rows(OFFSETS)).items()
    }


def _first(engine: Engine) -> dict[int, tuple[CaseVisit, ...]]:
    return {
        number: tuple(
            CaseVisit(agent, customer, iso(day), int(first_us), int(last_us), int(events), explanation)
            for agent, customer, day, first_us, last_us, events, explanation in rows
        )
        for number, rows in _by_case(engine.rows(FIRST)).items()
    }


def _totals(engine: Engine) -> dict[int, tuple[int, int]]:
    return {int(number): (int(visits), int(customers)) for number, visits, customers in engine.rows(TOTALS)}


def _shared(engine: Engine, cases: Sequence[Subject]) -> dict[int, tuple[SharedCustomers, ...]]:
    by_number = {one.number: one for one in cases}

    def others(own: Subject, rows: Iterable[Sequence[Any]]) -> Iterable[SharedCustomers]:
        for number, customers, without in rows:
            other = by_number[int(number)]
            if not (other.harmless or other.is_ring or other.case.agent_id in own.people):
                yield SharedCustomers(*other.case.about, int(customers), int(without))

    return {
        number: tuple(others(by_number[number], rows))[:MOST_OTHERS]
        for number, rows in _by_case(engine.rows(SHARED)).items()
    }


def _by_case(rows: Iterable[Sequence[Any]]) -> dict[int, list[Sequence[Any]]]:
    """Rows that begin with the number of their case, in their order, by that number and without it."""
    found: dict[int, list[Sequence[Any]]] = {}
    for number, *rest in rows:
        found.setdefault(int(number), []).append(rest)
    return found
