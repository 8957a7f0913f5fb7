from __future__ import annotations

import re

from onlooker.outputs.attack_techniques import TECHNIQUES, techniques_of
from onlooker.patterns import PATTERNS
from onlooker.rules import RULES


def test_every_pattern_and_every_rule_has_a_technique() -> None:
    names = {module.__name__.rpartition(".")[2] for module in (*PATTERNS, *RULES)}
    assert names - TECHNIQUES.keys() == set()


def test_techniques_are_written_as_the_framework_writes_them() -> None:
    for one in TECHNIQUES.values():
        assert re.fullmatch(r"TA\d{4}", one.tactic_id) and re.fullmatch(r"T\d{4}", one.technique_id)
        assert one.sub_id == "" or one.sub_id.startswith(f"{one.technique_id}.")


def test_an_alert_names_each_technique_once() -> None:
    assert [one.technique_id for one in techniques_of(["glances", "customers", "odd_hours"])] == ["T1213", "T1078"]
    assert [one.technique_id for one in techniques_of([])] == ["T1213"]
