"""The page's words about signals are those of docs/signals.md, all of them and as plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onlooker.features import COUNTS
from onlooker.report.glossary import about, checks, paragraphs
from onlooker.rules import Given, rules

from .factories import REASONS, make_alert


def test_every_signal_and_rule_has_its_paragraph() -> None:
    ruled = {rule.name for rule in rules(Given(200, ["somebody"], True, 200, 2000))}
    assert {feature.name for feature in COUNTS if feature.scored} | ruled <= set(paragraphs())


@pytest.mark.parametrize("name", paragraphs())
def test_a_paragraph_is_plain_text_and_stands_by_itself(name: str) -> None:
    one = paragraphs()[name]
    for text in (one.meaning, one.innocent, one.check):
        assert text and text[0] == text[0].upper() and text == " ".join(text.split())
        assert not set("*`[]") & set(text)
    # It is read under an alert, where other paragraphs may not be.
    assert not one.check.startswith("As for") and "Needs a" not in one.check


def test_checks_follow_the_reasons_and_say_nothing_twice() -> None:
    orphans, known = paragraphs()["orphans"], [replace(REASONS[0], signal=name) for name in ("orphans", "orphans", "x")]
    assert checks(make_alert(reasons=tuple(known))) == [orphans.check]
    assert len(checks(make_alert(reasons=tuple(replace(REASONS[0], signal=name) for name in paragraphs())))) == 3
    assert about([make_alert(reasons=tuple(known))]) == [orphans]
