"""Alerts -> what the page of each case shows: nobody else is looked up."""

from __future__ import annotations

from collections.abc import Sequence

from onlooker.alerts.evidence_of_cases import visits_of_cases as of_visits
from onlooker.alerts.evidence_of_cases.daily_counts import daily_counts, queue_places
from onlooker.alerts.evidence_of_cases.ring_members import ring_members
from onlooker.alerts.evidence_of_cases.subjects import NOUNS, Sources, Subject, subjects
from onlooker.engines.protocol import Engine
from onlooker.schema.case_evidence import CaseEvidence
from onlooker.schema.days import iso
from onlooker.schema.findings import Alert


def gather_evidence(engine: Engine, sources: Sources, alerts: Sequence[Alert]) -> tuple[CaseEvidence, ...]:
    """One for each of the first cases that `alerts` are of, in the order of the list."""
    cases = subjects(alerts)
    counted = daily_counts(engine, sources, cases)
    places = queue_places(engine, sources, cases)
    with of_visits.case_visits(engine, sources, cases) as any_visits:
        explained = of_visits.explained_by_day(engine) if any_visits else {}
        offsets = of_visits.offsets(engine) if any_visits else {}
        first = of_visits.first_visits(engine) if any_visits else {}
        totals = of_visits.totals(engine) if any_visits else {}
        shared = of_visits.shared_customers(engine, cases) if any_visits else {}

    def evidence(one: Subject) -> CaseEvidence:
        signals, members = ring_members(sources, one) if one.is_ring else ((), ())
        visits, customers = totals.get(one.number, (0, 0))
        return CaseEvidence(
            one.case.agent_id, one.case.telling.case_id, iso(one.first_day), iso(one.last_day), one.signal,
            NOUNS[one.signal], counted.get(one.number, ()), explained.get(one.number, ()), places.get(one.number),
            first.get(one.number, ()), visits, customers, shared.get(one.number, ()), signals, members,
            offsets.get(one.number, {}),
        )  # fmt: skip

    return tuple(evidence(one) for one in cases)
