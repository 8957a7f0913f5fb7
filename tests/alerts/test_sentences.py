"""Sentences: every number is the statistic's own, and no word says what a look-up means about a person."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onlooker.alerts import sentences as wording
from onlooker.alerts.short_reasons import row_of
from onlooker.features import COUNTS, FAMILIES, FEATURES
from onlooker.features.feature import Feature
from onlooker.report.glossary import paragraphs
from onlooker.rules import Given, rules
from onlooker.schema.evidence import DAYS, Evidence, Horizon, Statistic
from onlooker.schema.explanations import EXPLANATIONS

RULED = [rule.sentence for rule in rules(Given(200, ["x"], True))]


NOUNS = {feature.name: feature.noun for feature in FEATURES}
DATE = "2026-03-09"
SOURCES = Path(wording.__file__).parent
GUILT = re.compile(
    r"\b(thie(f|ves)|theft|steal\w*|stole\w*|guilt\w*|fraud\w*|crim(e|inal)\w*|suspect\w*|suspicious\w*|malicious\w*|"
    r"offend\w*|culprit\w*|perpetrat\w*|snoop\w*|spy\w*|spie[sd]|insider\w*|abus\w*|misus\w*|violat\w*|illegal\w*)\b",
    re.IGNORECASE,
)


def statistic(signal: str = "customers", horizon: Horizon = "day", **changes: float) -> Statistic:
    made = Statistic(signal, horizon, observed=212, expected=41.2, peers=38, effect=1.04, above=17, worked=20, p=2.5e-5,
                     evidence=4.0)  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def evidence(*statistics: Statistic, own_days: int = 60) -> Evidence:
    return Evidence(statistics, sum(s.evidence for s in statistics), own_days)


def texts(*statistics: Statistic) -> list[str]:
    return [reason.text for reason in wording.reasons(evidence(*statistics), NOUNS, FAMILIES, DATE)]


@pytest.mark.parametrize(
    ("horizon", "text"),
    [
        (
            "day",
            "212 distinct customers on 2026-03-09; 41 expected from the last 60 days worked. Peers: 38 a day.",
        ),
        (
            "week",
            "212 distinct customers in the 7 days to 2026-03-09; 41 expected.",
        ),
        (
            "month",
            "212 distinct customers in the 28 days to 2026-03-09; 41 expected from the time before. Above that on 17 "
            "of 20 days worked.",
        ),
        (
            "level",
            "212 distinct customers per day worked in the 28 days to 2026-03-09; 41 among peers.",
        ),
    ],
)
def test_the_whole_sentence(horizon: Horizon, text: str) -> None:
    assert wording.sentence(statistic(horizon=horizon), "distinct customers", DATE, 60) == text


def test_a_newcomer_s_expectation_is_said_to_be_the_peers() -> None:
    text = wording.sentence(statistic(), "distinct customers", DATE, 9)
    assert "41 expected, mostly from what peers do, since there is little history" in text
    assert "9 days" not in text


@pytest.mark.parametrize("horizon", DAYS)
def test_a_reason_says_no_rarity_of_its_own(horizon: Horizon) -> None:
    """How rare an alert is, is said once: two rarities fight."""
    assert not re.search("extreme|1 of|1 in|agent-days", wording.sentence(statistic(horizon=horizon), "x", DATE, 60))


def test_no_reason_is_a_single_look() -> None:
    single = statistic("dormant", observed=1, expected=0.01, p=1e-6, evidence=9.0)
    several = statistic("unexplained", observed=2, expected=0.1, evidence=1.0)
    assert [r.signal for r in wording.reasons(evidence(single, several), NOUNS, FAMILIES, DATE)] == ["unexplained"]
    assert wording.rests_on_several(evidence(single, several))
    ordinary = statistic("customers", observed=30, expected=40, evidence=-1.0)
    assert not wording.rests_on_several(evidence(single, replace(single, signal="orphans"), ordinary))
    assert wording.rests_on_several(evidence(replace(single, horizon="level", observed=0.4, worked=20)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.03, "under 0.1"),
        (0.06, "0.1"),
        (3.14, "3.1"),
        (4.98, "5"),
        (5.0, "5"),
        (41.2, "41"),
        (12345, "12,345"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert wording.number(value) == text


@settings(max_examples=200, deadline=None)
@given(
    horizon=st.sampled_from(sorted(DAYS)), signal=st.sampled_from(sorted(NOUNS)), observed=st.integers(0, 99_999),
    expected=st.floats(0, 9_999), peers=st.floats(0, 9_999), effect=st.floats(0.1, 9), above=st.integers(0, 28),
    worked=st.integers(1, 28), p=st.floats(1e-12, 1), own=st.integers(0, 84),
)  # fmt: skip
def test_every_number_in_a_sentence_is_in_the_statistic(
    horizon: Horizon, signal: str, observed: int, expected: float, peers: float, effect: float, above: int, worked: int,
    p: float, own: int,
) -> None:  # fmt: skip
    made = Statistic(signal, horizon, observed, expected, peers, effect, above, worked, p, 1.0)
    noun = NOUNS[signal]
    text = wording.sentence(made, noun, DATE, own)
    said = wording.counted(observed, noun)
    assert said in text and wording.number(expected) in text
    known = {wording.number(v) for v in (observed, expected, peers)} | {
        str(own),
        str(above),
        str(worked),
        f"{effect:.2f}",
    }
    known |= {"7", "28"}
    rest = text.replace(DATE, "").replace(said, "").replace("under 0.1", "")
    for found in re.findall(r"\d[\d,]*(?:\.\d+)?", rest):
        assert found in known, f"{found} in {text!r}"


def test_reasons_come_strongest_first_with_the_numbers_they_were_made_from() -> None:
    found = wording.reasons(
        evidence(statistic("off_hours", evidence=2.0, observed=30, expected=3), statistic(evidence=1.5),
                 statistic("customers", "week", evidence=2.5, observed=900, expected=300)),
        NOUNS, FAMILIES, DATE,
    )  # fmt: skip
    assert [(r.signal, r.horizon, r.observed, r.expected, r.evidence) for r in found] == [
        ("customers", 7, 900, 300, 4.0),
        ("off_hours", 1, 30, 3, 2.0),
    ]


def test_at_most_two_reasons_of_a_family_and_five_in_all() -> None:
    signals = [
        "new_customers",
        "new_in_work",
        "lone",
        "glances",
        "new_glances",
        "unexplained",
        "off_hours",
        "customers",
    ]
    found = wording.reasons(
        evidence(*(statistic(name, evidence=9.0 - i) for i, name in enumerate(signals))), NOUNS, FAMILIES, DATE
    )
    assert [r.signal for r in found] == ["new_customers", "new_in_work", "glances", "new_glances", "unexplained"]


def test_what_is_not_above_the_expected_is_no_reason() -> None:
    assert texts(statistic(observed=40, expected=40), statistic("exports", observed=0, expected=0)) == []


def test_what_is_not_rare_is_a_reason_only_if_nothing_else_is() -> None:
    dull, rare = statistic("glances", p=0.4, evidence=3.0), statistic("customers", p=0.01, evidence=1.0)
    assert len(texts(dull)) == 1
    assert len(texts(dull, rare)) == 1 and "distinct customers" in texts(dull, rare)[0]


def test_against_an_alert_speak_ordinary_signals_a_busy_day_and_explained_visits() -> None:
    made = evidence(
        statistic("customers", effect=1.5, evidence=3.0),
        statistic("unexplained", observed=2, expected=3.4, evidence=-0.9, effect=1.0),
        statistic("exports", observed=0, expected=0.2, evidence=-0.8),
    )
    explained, interested = {"ticket": 30, "worked": 5, "unexplained": 2}, {"ticket": 4, "unexplained": 1}
    assert wording.against(made, NOUNS, DATE, explained, interested, ("Little history.",)) == (
        "Not above the ordinary on 2026-03-09: 2 visits without an explanation; 3.4 expected.",
        "It was a busy day for the colleagues as well: 1.50 times the usual.",
        "Of 37 visits on 2026-03-09, 35 have an explanation: 30 under a ticket (4 of them opened by the agent), 5 with "
        "an edit or several minutes of work.",
        "A review sample or a project would cover 1 of the visits without an explanation, but only the agent, or "
        "nobody, stands for it: asserted, not counted.",
        "Little history.",
    )


def test_a_quiet_day_of_the_colleagues_speaks_for_an_alert_rather_than_against_it() -> None:
    assert wording.against(evidence(statistic("customers", effect=0.6)), NOUNS, DATE, {}, {}, ()) == ()


@pytest.mark.parametrize("noun", [*NOUNS.values(), *(sentence.removeprefix("{observed} ") for sentence in RULED)])
def test_one_of_a_thing_is_said_in_the_singular(noun: str) -> None:
    head = next(word for word in noun.split() if word.endswith("s"))
    single = noun.replace(head, head.removesuffix("es" if head == "searches" else "s"), 1)
    assert wording.counted(1, noun) == f"1 {single}"
    assert wording.counted(2, noun) == f"2 {noun}"
    assert wording.counted(11, noun) == f"11 {noun}"
    assert wording.counted(1.4, noun) == f"1.4 {noun}"


def headline(*statistics: Statistic) -> str:
    return wording.headline(evidence(*statistics), NOUNS, FAMILIES, DATE)


@pytest.mark.parametrize("horizon", DAYS)
def test_the_headline_is_the_most_telling_reason(horizon: Horizon) -> None:
    weaker, telling = statistic("off_hours", evidence=1.0), statistic(horizon=horizon)
    assert headline(weaker, telling) == wording.sentence(telling, NOUNS["customers"], DATE, 60)


def test_a_headline_without_a_reason_says_so() -> None:
    assert headline(statistic(observed=1)) == "No single signal stands out; many small deviations add up."


@pytest.mark.parametrize(
    ("made", "row"),
    [
        (statistic("unexplained", "month", observed=111, expected=8.1), "no reason: 111, usual 8.1, 28 days"),
        (statistic("no_ticket", "week", observed=69, expected=22), "no ticket: 69, usual 22, 7 days"),
        (statistic(observed=79, expected=23.2), "customers: 79, usual 23, 1 day"),
        (statistic("unexplained", "level", observed=12.4, expected=4), "no reason: 12 a day, peers 4, 28 days"),
    ],
)
def test_the_row_says_what_how_many_how_many_are_usual_and_over_how_long(made: Statistic, row: str) -> None:
    assert row_of(evidence(statistic("off_hours", evidence=0.1), made), FAMILIES) == row


def test_a_row_without_a_reason_says_so() -> None:
    assert row_of(evidence(statistic(observed=1)), FAMILIES) == "many small deviations"


@pytest.mark.parametrize("feature", COUNTS, ids=lambda feature: feature.name)
def test_the_label_of_every_signal_fits_into_a_row(feature: Feature) -> None:
    assert len(feature.label) <= 36 or not feature.scored


def test_the_horizon_of_a_reason_is_the_strongest_above_the_expected() -> None:
    (reason,) = wording.reasons(
        evidence(statistic(horizon="month", observed=10, evidence=5.0), statistic(horizon="week", evidence=1.0)),
        NOUNS, FAMILIES, DATE,
    )  # fmt: skip
    assert (reason.horizon, reason.evidence) == (7, 6.0)


def test_no_word_of_guilt_in_anything_that_is_said() -> None:
    said = [*NOUNS.values(), *(text for one in EXPLANATIONS for text in (one.of_visit, one.of_several)), *RULED]
    said += [wording.sentence(statistic(name, horizon), noun, DATE, n)
             for name, noun in NOUNS.items() for horizon in DAYS for n in (3, 60)]  # fmt: skip
    said += [path.read_text() for path in (SOURCES / "report" / "templates").glob("*.html")]
    said += [text for one in paragraphs().values() for text in (one.meaning, one.innocent, one.check)]
    counts = {"ticket": 3, "unexplained": 4}
    said += wording.against(evidence(statistic(evidence=-1.0, observed=3)), NOUNS, DATE, counts, counts, ())
    assert len(said) > 100
    for text in said:
        assert not GUILT.search(text), text
    assert GUILT.search("a suspicious thief")
