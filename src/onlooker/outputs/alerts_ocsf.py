"""Alerts as OCSF Detection Findings (class 2004 of https://schema.ocsf.io, version 1.8.0), one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onlooker.outputs.alert_format import AlertFormat, Exported, Status, instants, milliseconds, signals_of
from onlooker.outputs.attack_techniques import Technique, techniques_of
from onlooker.outputs.cells import one_line
from onlooker.schema.findings import Alert, Confidence, Reason, Severity, VisitToSee
from onlooker.schema.version import __version__

VERSION = "1.8.0"
CLASS = 2004
CREATE, UPDATE = (1, "Create"), (2, "Update")
SEVERITY: dict[Severity, tuple[int, str]] = {
    "low": (2, "Low"), "medium": (3, "Medium"), "high": (4, "High"), "critical": (5, "Critical")
}  # fmt: skip
CONFIDENCE: dict[Confidence, tuple[int, str]] = {"low": (1, "Low"), "medium": (2, "Medium"), "high": (3, "High")}
STATUS: dict[Status, tuple[int, str]] = {
    "new": (1, "New"), "in progress": (2, "In Progress"), "suppressed": (3, "Suppressed"), "closed": (4, "Resolved")
}  # fmt: skip
USER_TYPES = {"human": 1, "ai": 4, "service": 4}
USER_UID, GROUP_NAME, RESOURCE_UID = (31, "User Object: uid"), (32, "Group Object: name"), (10, "Resource UID")
RULE, STATISTICAL = (1, "Rule"), (3, "Statistical")
IN_DAYS = 5
"""Type of a timespan."""


def lines(alerts: Iterable[Exported]) -> Iterator[str]:
    """One finding a line."""
    return (one_line(finding(one)) for one in alerts)


def finding(one: Exported) -> dict[str, Any]:
    """The finding of an alert. Its uid is the alert's id: a receiver that knows it has an update before it."""
    alert = one.alert
    first, last = map(milliseconds, instants(alert))
    activity, severity = UPDATE if one.changed else CREATE, SEVERITY[alert.severity]
    return {
        "activity_id": activity[0], "activity_name": activity[1],
        "category_uid": 2, "category_name": "Findings",
        "class_uid": CLASS, "class_name": "Detection Finding",
        "type_uid": CLASS * 100 + activity[0], "type_name": f"Detection Finding: {activity[1]}",
        "severity_id": severity[0], "severity": severity[1],
        "confidence_id": CONFIDENCE[alert.confidence][0], "confidence": CONFIDENCE[alert.confidence][1],
        "status_id": STATUS[one.status][0], "status": STATUS[one.status][1],
        "is_alert": True,
        "time": last, "start_time": first, "end_time": last,
        "message": alert.headline,
        "metadata": {
            "version": VERSION, "uid": alert.id, "log_name": "alerts",
            "product": {"name": "Onlooker", "vendor_name": "Onlooker", "version": __version__},
        },
        "finding_info": _info(alert, first, last),
        "anomaly_analyses": _analyses(alert),
        "evidences": _evidences(alert),
        "observables": _observables(alert),
        "resources": [{"uid": visit.customer_id, "type": "customer record"} for visit in alert.visits],
        "unmapped": {
            "night": alert.date, "score": alert.score, "p_value": alert.p_value, "q_value": alert.q_value,
            "rank": alert.rank,
            "customers": alert.customers, "customers_expected": alert.expected, "unexplained": alert.unexplained,
            "pattern": alert.pattern, "pattern_size": alert.pattern_size, "team": alert.team, "site": alert.site,
            "case": one.case, "against": list(alert.against), "later": list(alert.later),
        },
    }  # fmt: skip


def _info(alert: Alert, first: int, last: int) -> dict[str, Any]:
    analytic = RULE if alert.kind == "rule" else STATISTICAL
    names = signals_of(alert)
    return {
        "uid": alert.id, "title": alert.headline, "desc": " ".join(reason.text for reason in alert.reasons),
        "types": [alert.kind], "data_sources": ["record access log"],
        "first_seen_time": first, "last_seen_time": last,
        "analytic": {
            "name": alert.pattern or (names[0] if names else alert.kind), "uid": alert.kind,
            "type_id": analytic[0], "type": analytic[1], "version": __version__,
            "related_analytics": [{"name": name, "type_id": analytic[0], "type": analytic[1]} for name in names],
        },
        "attacks": [_attack(technique) for technique in techniques_of(names)],
    }  # fmt: skip


def _attack(technique: Technique) -> dict[str, Any]:
    sub = {"sub_technique": {"uid": technique.sub_id, "name": technique.sub}} if technique.sub_id else {}
    return {
        "tactic": {"uid": technique.tactic_id, "name": technique.tactic},
        "technique": {"uid": technique.technique_id, "name": technique.technique},
        **sub,
    }


def _analyses(alert: Alert) -> list[dict[str, Any]]:
    """One per reason: what was observed, and what was expected where something was."""
    return [
        {
            "analysis_targets": [{"name": reason.agent_id or alert.agent_id, "type": _target(alert, reason)}],
            "anomalies": [_observed(reason, reason.observed) | {"observed_pattern": reason.text}],
            **({} if reason.expected is None else {"baselines": [_observed(reason, reason.expected)]}),
        }
        for reason in alert.reasons
    ]


def _target(alert: Alert, reason: Reason) -> str:
    return "agent" if reason.agent_id or alert.kind != "ring" else "team"


def _observed(reason: Reason, value: float) -> dict[str, Any]:
    span = {"duration_days": reason.horizon, "type_id": IN_DAYS, "type": "Days"}
    return {
        "observation_parameter": reason.signal, "observation_type": "count",
        "observations": [{"value": f"{value:.6g}", "timespan": span}],
    }  # fmt: skip


def _user(alert: Alert) -> dict[str, Any]:
    return {"uid": alert.agent_id, "name": alert.agent_id, "type_id": USER_TYPES.get(alert.actor_type, 0)}


def _evidences(alert: Alert) -> list[dict[str, Any]]:
    who = {} if alert.kind == "ring" else {"user": _user(alert)}
    seen = [{"name": visit.why, **who, "data": _visit(visit)} for visit in alert.visits]
    return seen or [{"name": alert.headline, **who, "data": {"night": alert.date, "customers": alert.customers}}]


def _visit(visit: VisitToSee) -> dict[str, Any]:
    return {
        "customer_id": visit.customer_id, "first_seen": visit.first_seen, "last_seen": visit.last_seen,
        "events": visit.events, "explanation": visit.explanation,
    }  # fmt: skip


def _observables(alert: Alert) -> list[dict[str, Any]]:
    what, (number, words) = ("team", GROUP_NAME) if alert.kind == "ring" else ("evidences[].user.uid", USER_UID)
    people = [{"name": what, "type_id": number, "type": words, "value": alert.agent_id}]
    number, words = RESOURCE_UID
    customers = dict.fromkeys(visit.customer_id for visit in alert.visits)
    return people + [
        {"name": "resources[].uid", "type_id": number, "type": words, "value": customer} for customer in customers
    ]


FORMAT = AlertFormat("ocsf", "alerts.ocsf.jsonl", "one OCSF Detection Finding a line", lines)
OUTPUT = FORMAT.output(b'{"activity_id"', b'"class_uid": 2004')
