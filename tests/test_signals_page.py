"""docs/signals.md: every signal and rule that an alert can link to has its paragraph, and there is none besides."""

from __future__ import annotations

import re
from pathlib import Path

from onlooker.alerts.rings.ring_alerts import NAME as RING
from onlooker.features import COUNTS, FEATURES
from onlooker.patterns import PATTERNS, patterns
from onlooker.patterns import Given as PatternGiven
from onlooker.rules import RULES, Given, rules
from onlooker.schema.tables import EVENTS

PAGE = (Path(__file__).parents[1] / "docs" / "signals.md").read_text()


def chapter(title: str) -> str:
    """The text between a first-level heading and the next one."""
    _, _, rest = PAGE.partition(f"\n# {title}\n")
    assert rest, f"no chapter {title}"
    return rest.split("\n# ")[0]


def headings(title: str) -> list[str]:
    return re.findall(r"^## (.+)$", chapter(title), re.MULTILINE)


SCORED = [feature for feature in COUNTS if feature.scored]


def test_every_scored_feature_has_its_heading_and_there_is_no_other() -> None:
    assert {feature.name for feature in FEATURES} <= {feature.name for feature in SCORED}
    assert sorted(headings("Signals")) == sorted(feature.name for feature in SCORED)


def test_every_rule_has_its_heading_and_there_is_no_other() -> None:
    assert sorted(headings("Rules")) == sorted(rule.name for rule in rules(Given(200, ["somebody"], True, 200, 2000)))
    assert sorted(headings("Rules")) == sorted(module.__name__.rpartition(".")[2] for module in RULES)


def test_every_pattern_has_its_heading_and_there_is_no_other() -> None:
    assert sorted(headings("Patterns")) == sorted(
        pattern.name
        for pattern in patterns(PatternGiven(frozenset({*EVENTS.names, "tickets.assigned"}), late_share=0.2))
    )
    assert sorted(headings("Patterns")) == sorted(module.__name__.rpartition(".")[2] for module in PATTERNS)


def test_what_is_said_of_teams_has_its_heading() -> None:
    assert headings("Teams") == [RING]


def test_every_paragraph_says_what_is_innocent_and_what_to_check() -> None:
    for title in ("Signals", "Teams", "Patterns", "Rules"):
        for text in chapter(title).split("\n## ")[1:]:
            name = text.split("\n", 1)[0]
            assert re.match(r"\S+\n\*\*", text), name
            assert text.count("\n- *Innocent:* ") == text.count("\n- *Check:* ") == 1, name


def test_what_needs_a_column_says_so() -> None:
    for feature in SCORED:
        if "ticket_id" in feature.needs:
            (text,) = [t for t in chapter("Signals").split("\n## ") if t.startswith(feature.name + "\n")]
            assert "Needs a ticket column" in text or "needs a ticket column" in text.lower(), feature.name


def test_every_explanation_is_in_the_table() -> None:
    from onlooker.schema.explanations import BY_NAME

    named = re.findall(r"^\| `(\w+)` \|", chapter("Explanations"), re.MULTILINE)
    assert sorted(named) == sorted(BY_NAME)
