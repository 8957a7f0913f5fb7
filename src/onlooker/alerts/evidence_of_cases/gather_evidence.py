"""Alerts -> what the page of each case shows. Nobody is looked up who was not alerted on."""

from __future__ import annotations

from collections.abc import Sequence

from onlooker.alerts.evidence_of_cases.daily_counts import daily_counts, queue_places
from onlooker.alerts.evidence_of_cases.ring_members import ring_members
from onlooker.alerts.evidence_of_cases.subjects import NOUNS, Sources, Subject, subjects
from onlooker.alerts.evidence_of_cases.visits_of_cases import visits_of_cases
from onlooker.engines.protocol import Engine
from onlooker.schema.case_evidence import CaseEvidence
from onlooker.schema.days import iso
from onlooker.schema.findings import Alert


def gather_evidence(engine: Engine, sources: Sources, alerts: Sequence[Alert]) -> tuple[CaseEvidence, ...]:
    """The evidence of each case that gets a page, in the order of the list of `alerts`."""
    cases = subjects(alerts)
    counted = daily_counts(engine, sources, cases)
    places = queue_places(engine, sources, cases)
    seen = visits_of_cases(engine, sources, cases)

    def evidence(one: Subject) -> CaseEvidence:
        signals, members = ring_members(sources, one) if one.is_ring else ((), ())
        visits, customers = seen.totals.get(one.number, (0, 0))
        return CaseEvidence(
            *one.case.about,
            first=iso(one.first_day),
            last=iso(one.last_day),
            signal=one.signal,
            noun=NOUNS[one.signal],
            counted=counted.get(one.number, ()),
            explained=seen.explained.get(one.number, ()),
            place=places.get(one.number),
            visits=seen.first.get(one.number, ()),
            visits_in_all=visits,
            customers_in_all=customers,
            shared=seen.shared.get(one.number, ()),
            signals=signals,
            members=members,
            offsets=seen.offsets.get(one.number, {}),
        )

    return tuple(evidence(one) for one in cases)
