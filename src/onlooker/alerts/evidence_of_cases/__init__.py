"""What the pages of cases are drawn from, read from the tables of a run or a store."""

from onlooker.alerts.evidence_of_cases.gather_evidence import gather_evidence
from onlooker.alerts.evidence_of_cases.subjects import Sources

__all__ = ["Sources", "gather_evidence"]
