from __future__ import annotations

import json
from datetime import datetime

import pytest

from onlooker.outputs.alert_format import Exported
from onlooker.outputs.alerts_ecs import document, lines

from .records import HOSTILE, make_alert

KEYWORDS = {
    "ecs": {"version"}, "event": {"id", "kind", "module", "dataset", "provider", "action", "reason"},
    "observer": {"vendor", "product", "version", "type"}, "rule": {"id", "name", "category"}, "user": {"id", "name"},
    "group": {"name"}, "threat": {"framework"},
}  # fmt: skip
"""Fields of ECS 9 that hold one string (https://www.elastic.co/docs/reference/ecs)."""
LISTS = {"event": {"category", "type"}, "related": {"user"}}
DATES, NUMBERS, NESTED = {"event": {"start", "end"}}, {"event": {"severity"}}, {"threat": {"tactic", "technique"}}
KINDS = {"alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal"}
CATEGORIES = {
    "api", "authentication", "configuration", "database", "driver", "email", "file", "host", "iam",
    "intrusion_detection", "library", "malware", "network", "package", "process", "registry",
    "session", "threat", "vulnerability", "web",
}  # fmt: skip
TYPES_OF_INTRUSION_DETECTION = {"allowed", "denied", "info"}


def check(found: dict[str, object]) -> None:
    """Every field is one of the schema and has its type, but for the product's own below `onlooker`."""
    assert datetime.fromisoformat(str(found.pop("@timestamp"))).tzinfo
    assert isinstance(found.pop("message"), str) and isinstance(found.pop("onlooker"), dict)
    for name, fields in found.items():
        assert isinstance(fields, dict)
        for field, value in fields.items():
            if field in KEYWORDS.get(name, ()):
                assert isinstance(value, str), (name, field)
            elif field in LISTS.get(name, ()):
                assert isinstance(value, list) and all(isinstance(one, str) for one in value)
            elif field in DATES.get(name, ()):
                assert datetime.fromisoformat(value).tzinfo
            elif field in NUMBERS.get(name, ()):
                assert isinstance(value, int)
            else:
                assert field in NESTED[name]
    event = found["event"]
    assert isinstance(event, dict)
    assert event["kind"] in KINDS and set(event["category"]) <= CATEGORIES
    assert set(event["type"]) <= TYPES_OF_INTRUSION_DETECTION


@pytest.mark.parametrize("agent", ["m.okafor", *(trick for trick, _ in HOSTILE.values())])
@pytest.mark.parametrize("kind", ["score", "rule", "pattern", "ring"])
def test_every_alert_is_a_document_of_the_schema(agent: str, kind: str) -> None:
    (line,) = lines([Exported(make_alert(agent, kind=kind))])
    assert line.isprintable()
    check(json.loads(line))


def test_it_names_the_alert_its_agent_and_a_technique() -> None:
    found = document(Exported(make_alert(pattern="odd_hours"), "closed", "case-1"))
    assert found["event"]["id"] == "a1b2" and found["related"]["user"] == ["m.okafor"]
    assert found["threat"]["technique"]["subtechnique"]["id"] == ["T1213.004"]
    assert (found["onlooker"]["status"], found["onlooker"]["case"]) == ("closed", "case-1")
