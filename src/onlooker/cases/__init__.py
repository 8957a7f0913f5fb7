"""Cases: what analysts work on, and what they decided, which counts from the next night on."""

from onlooker.cases.alert_states import hidden_from, rarest_open_night, sealed_agents, with_cases
from onlooker.cases.case_records import (
    Case,
    ExcludedDays,
    Explanation,
    Note,
    Scope,
    Suppression,
    Verdict,
    same_person,
)
from onlooker.cases.desk import CaseDesk
from onlooker.cases.gathering import RaisedAgain, count_on, gather, gather_nights
from onlooker.cases.policy import NotAllowed, raised_again
from onlooker.cases.precision import Precision, in_words, wilson

__all__ = [
    "Case",
    "CaseDesk",
    "ExcludedDays",
    "Explanation",
    "NotAllowed",
    "Note",
    "Precision",
    "RaisedAgain",
    "Scope",
    "Suppression",
    "Verdict",
    "count_on",
    "gather",
    "gather_nights",
    "hidden_from",
    "in_words",
    "raised_again",
    "rarest_open_night",
    "same_person",
    "sealed_agents",
    "wilson",
    "with_cases",
]
