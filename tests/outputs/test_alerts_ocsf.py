"""OCSF findings are held against the schema that a package carries; nothing is asked of the network."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from onlooker.outputs.alert_format import Exported, Status
from onlooker.outputs.alerts_ocsf import VERSION, finding, lines
from onlooker.schema.findings import Alert

from .records import HOSTILE, make_alert


@cache
def validator() -> Draft202012Validator:
    from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

    return Draft202012Validator(OcsfJsonSchemaEmbedded(get_ocsf_schema(VERSION)).get_class_schema("detection_finding"))


def faults(document: dict[str, Any]) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator().iter_errors(document)]


VARIANTS = {
    "score": make_alert(),
    "rule": make_alert(kind="rule", kinds=("rule", "daily_cap")),
    "pattern": make_alert(kind="pattern", pattern="many_exports", pattern_size=40.0),
    "team": make_alert("team north", kind="ring", visits=(), expected=None),
    "service": make_alert(actor_type="service", visits=(), reasons=()),
    "late": make_alert(later=("With the data that came by 2026-11-22: score 2.10.",)),
    **{name: make_alert(trick, headline=trick, team=trick) for name, (trick, _) in HOSTILE.items()},
}


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("status", ["new", "in progress", "suppressed", "closed"])
def test_every_kind_of_alert_is_a_finding_of_the_schema(name: str, status: Status) -> None:
    (line,) = lines([Exported(VARIANTS[name], status, "case-1")])
    assert line.isprintable()
    assert faults(json.loads(line)) == []


def test_the_schema_would_find_a_fault() -> None:
    document = finding(Exported(make_alert()))
    del document["finding_info"]["uid"]
    assert faults(document) and faults(finding(Exported(make_alert())) | {"colour": "red"})


def test_the_ids_of_the_schema_say_what_the_words_say() -> None:
    document = finding(Exported(make_alert(), "in progress"))
    assert (document["severity_id"], document["status_id"], document["confidence_id"]) == (5, 2, 3)
    assert (document["class_uid"], document["type_uid"], document["activity_id"]) == (2004, 200402, 2)


def test_a_repeat_has_the_same_id_and_an_update_says_so() -> None:
    alert: Alert = make_alert()
    first, closed = finding(Exported(alert)), finding(Exported(alert, "closed", "case-1"))
    assert first["finding_info"]["uid"] == closed["finding_info"]["uid"] == first["metadata"]["uid"] == alert.id
    assert (first["activity_name"], closed["activity_name"]) == ("Create", "Update")
    assert lines([Exported(alert)]).__next__() == lines([Exported(alert)]).__next__()


def test_times_are_those_of_the_evidence() -> None:
    alert = make_alert()
    first = min(visit.first_seen for visit in alert.visits)
    from onlooker.outputs.alert_format import milliseconds, read_instant

    document = finding(Exported(alert))
    assert document["finding_info"]["first_seen_time"] == milliseconds(read_instant(first)) == document["start_time"]
    assert document["time"] == document["end_time"] >= document["start_time"]


def test_each_reason_is_an_analysis_with_its_baseline() -> None:
    alert = make_alert()
    found = finding(Exported(alert))["anomaly_analyses"]
    assert len(found) == len(alert.reasons)
    for reason, one in zip(alert.reasons, found, strict=True):
        assert float(one["anomalies"][0]["observations"][0]["value"]) == pytest.approx(reason.observed, rel=1e-5)
        assert ("baselines" in one) == (reason.expected is not None)
