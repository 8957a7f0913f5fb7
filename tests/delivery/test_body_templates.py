from __future__ import annotations

import json

import pytest

from onlooker.delivery.body_templates import Body, shipped_bodies
from onlooker.errors import UsageError

FACTS = {
    "id": "0f", "event": "new alert", "severity": "high", "confidence": "low", "date": "2026-03-02", "customers": 71,
    "expected": None, "unexplained": 18, "signals": ["glances", "high_volume"], "case": "case-1", "kind": "score",
    "link": 'https://desk.example/"},{"text":"', "format": 1, "alert": "a",
}  # fmt: skip


@pytest.mark.parametrize("name", shipped_bodies())
def test_every_shipped_body_is_json_that_no_value_breaks_out_of(name):
    document = json.loads(Body(name).filled(FACTS))
    assert "$" not in json.dumps(document)
    shape = {
        "plain": set(FACTS),
        "chat": {"text"},
        "ticket": {"external_id", "title", "description", "severity", "labels"},
    }
    assert set(document) == shape[name]


def test_a_string_that_is_one_name_becomes_its_value(tmp_path):
    (tmp_path / "own.json").write_text('{"n": "$customers", "of": ["$signals"], "text": "$customers seen"}')
    filled = json.loads(Body(str(tmp_path / "own.json")).filled(FACTS))
    assert filled == {"n": 71, "of": [["glances", "high_volume"]], "text": "71 seen"}


def test_a_name_that_is_not_known_is_told_with_those_that_are(tmp_path):
    (tmp_path / "own.json").write_text('{"text": "$agent"}')
    with pytest.raises(UsageError, match="agent") as told:
        Body(str(tmp_path / "own.json")).filled(FACTS)
    assert "unexplained" in told.value.hint


def test_a_body_that_is_not_there_or_not_json_is_told(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        Body("nowhere.json")
    (tmp_path / "own.json").write_text("hello")
    with pytest.raises(UsageError, match="not JSON"):
        Body(str(tmp_path / "own.json"))
