"""Alerts as documents of the Elastic Common Schema, one a line (https://www.elastic.co/docs/reference/ecs)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onlooker.outputs.alert_format import AlertFormat, Exported, instants, iso_instant, signals_of
from onlooker.outputs.attack_techniques import FRAMEWORK, techniques_of
from onlooker.outputs.cells import one_line
from onlooker.schema.findings import Alert, Severity
from onlooker.schema.version import __version__

VERSION = "9.0.0"
SEVERITY: dict[Severity, int] = {"low": 21, "medium": 47, "high": 73, "critical": 99}
"""The scores that Elastic's own detection rules use."""


def lines(alerts: Iterable[Exported]) -> Iterator[str]:
    """One document a line."""
    return (one_line(document(one)) for one in alerts)


def document(one: Exported) -> dict[str, Any]:
    """The document of an alert. `event.id` is the alert's id: take it for the document's, and a repeat replaces."""
    alert = one.alert
    first, last = map(iso_instant, instants(alert))
    names, about_team = signals_of(alert), alert.kind == "ring"
    rule = alert.pattern or (names[0] if names else alert.kind)
    return {
        "@timestamp": last,
        "ecs": {"version": VERSION},
        "message": alert.headline,
        "event": {
            "id": alert.id, "kind": "alert", "category": ["intrusion_detection"], "type": ["info"],
            "module": "onlooker", "dataset": "onlooker.alerts", "provider": "onlooker", "action": f"{alert.kind}-alert",
            "severity": SEVERITY[alert.severity], "start": first, "end": last,
            "reason": " ".join(reason.text for reason in alert.reasons) or alert.headline,
        },
        "observer": {"vendor": "Onlooker", "product": "Onlooker", "version": __version__, "type": "ueba"},
        "rule": {"id": rule, "name": alert.headline, "category": alert.kind},
        "threat": _threat(names),
        **({"group": {"name": alert.agent_id}} if about_team else {"user": _user(alert)}),
        "related": {"user": [] if about_team else [alert.agent_id]},
        "onlooker": {
            "night": alert.date, "severity": alert.severity, "confidence": alert.confidence, "status": one.status,
            "case": one.case, "signals": list(names), "pattern": alert.pattern, "pattern_size": alert.pattern_size,
            "score": alert.score, "p_value": alert.p_value, "q_value": alert.q_value, "rank": alert.rank,
            "customers": alert.customers, "customers_expected": alert.expected, "unexplained": alert.unexplained,
            "actor_type": alert.actor_type, "team": alert.team, "site": alert.site,
            "against": list(alert.against), "later": list(alert.later),
            "visits": [{"customer_id": visit.customer_id, "first_seen": visit.first_seen, "why": visit.why}
                       for visit in alert.visits],
        },
    }  # fmt: skip


def _user(alert: Alert) -> dict[str, str]:
    return {"id": alert.agent_id, "name": alert.agent_id}


def _threat(names: Iterable[str]) -> dict[str, Any]:
    found = techniques_of(names)
    return {
        "framework": FRAMEWORK,
        "tactic": {
            "id": list(dict.fromkeys(one.tactic_id for one in found)),
            "name": list(dict.fromkeys(one.tactic for one in found)),
        },
        "technique": {
            "id": [one.technique_id for one in found],
            "name": [one.technique for one in found],
            "subtechnique": {
                "id": [one.sub_id for one in found if one.sub_id],
                "name": [one.sub for one in found if one.sub],
            },
        },
    }


FORMAT = AlertFormat("ecs", "alerts.ecs.ndjson", "one document of the Elastic Common Schema a line", lines)
OUTPUT = FORMAT.output(b'{"@timestamp"', b'"ecs": ')
