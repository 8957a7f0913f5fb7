from __future__ import annotations

import re

from onlooker.outputs.attack_techniques import CUSTOMER_RECORDS, TECHNIQUES, techniques_of
from onlooker.patterns import PATTERNS
from onlooker.rules import RULES


def test_each_that_is_told_apart_is_a_pattern_or_a_rule() -> None:
    names = {module.__name__.rpartition(".")[2] for module in (*PATTERNS, *RULES)}
    assert TECHNIQUES.keys() <= names


def test_techniques_are_written_as_the_framework_writes_them() -> None:
    for one in (CUSTOMER_RECORDS, *TECHNIQUES.values()):
        assert re.fullmatch(r"TA\d{4}", one.tactic_id) and re.fullmatch(r"T\d{4}", one.technique_id)
        assert one.sub_id == "" or one.sub_id.startswith(f"{one.technique_id}.")


def test_an_alert_names_each_technique_once() -> None:
    assert [one.technique_id for one in techniques_of(["glances", "customers", "odd_hours"])] == ["T1213", "T1078"]
    assert [one.technique_id for one in techniques_of([])] == ["T1213"]
