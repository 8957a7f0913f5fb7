from __future__ import annotations

import math

import pytest
from tests.report.factories import make_run

from onlooker.alerts import numbers as words


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (2.5e-5, "as extreme in 1 of 40,000 agent-days"),
        (0.0213, "as extreme in 1 of 47 agent-days"),
        (0.2, "as extreme in 1 of 5 agent-days"),
        (0.7, "not unusual among agent-days"),
        (1e-40, "as extreme in fewer than 1 of 1,000,000 agent-days"),
        (0.0, "no p-value"),
        (math.nan, "no p-value"),
    ],
)
def test_a_p_value_in_words(p: float, text: str) -> None:
    assert words.rarity(p) == text


@pytest.mark.parametrize(
    ("q", "text"),
    [
        (0.0, "fewer than one ordinary night in 1,000 brings one like this"),
        (0.001, "about one ordinary night in 1,000 brings one like this"),
        (0.02, "about one ordinary night in 50 brings one like this"),
        (0.41, "about one ordinary night in 2 brings one like this"),
        (0.9, "most ordinary nights bring one like this"),
        (math.nan, "no q-value"),
    ],
)
def test_a_q_value_in_words(q: float, text: str) -> None:
    assert words.by_chance(q) == text


@pytest.mark.parametrize(
    ("q", "worth", "text"),
    [
        (0.001, 10, "fewer than one ordinary night in 10 brings one like this"),
        (0.1, 10, "about one ordinary night in 10 brings one like this"),
        (0.3, 10, "about one ordinary night in 3 brings one like this"),
        (0.02, 1, "the log is too short to say how many ordinary nights bring one like this"),
        (0.02, 0, "the log is too short to say how many ordinary nights bring one like this"),
        (0.9, 0, "most ordinary nights bring one like this"),
        (0.0, 10_000, "fewer than one ordinary night in 1,000 brings one like this"),
    ],
)
def test_no_night_is_called_rarer_than_those_it_was_compared_with(q: float, worth: int, text: str) -> None:
    assert words.by_chance(q, worth) == text


def test_no_agent_day_is_called_rarer_than_those_it_was_compared_with() -> None:
    assert words.rarity(1e-5, worth=600) == "as extreme in fewer than 1 of 600 agent-days"
    assert words.rarity(0.02, worth=600) == "as extreme in 1 of 50 agent-days"


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (3.14, "3.1"), (41.2, "41"), (1234567, "1,234,567"), (math.inf, "–")]
)
def test_counts(value: float, text: str) -> None:
    assert words.count(value) == text


def test_shares_and_sizes() -> None:
    assert words.percent(0.2, 100) == "under 1 %"
    assert words.percent(1, 0) == "–"
    assert words.size(97_001_332) == "92.5 MiB"
    assert words.size(12) == "12 B"
    assert words.size(5 * 1024**4) == "5.0 TiB"


def test_what_is_not_a_date_stays_as_it_is() -> None:
    assert words.weekday("2026-11-20") == "Fri 2026-11-20"
    assert words.weekday("someday") == "someday"


def test_a_receipt_gives_the_reasons_largest_first() -> None:
    assert words.receipt(make_run()) == (
        "Nothing tonight. 3,871 of 3,902 agents judged; 31 not, because fewer than 5 worked days (22), no peers (9)."
    )


def test_a_young_log_gives_no_receipt() -> None:
    young = words.receipt(make_run(counts={"agents_judged": 3, "agents_seen": 3, "log_days": 14}))
    assert young.startswith("Too early to say: the log is 14 days old")
    assert words.receipt(make_run(counts={"agents_judged": 3, "agents_seen": 3, "log_days": 15})).startswith("Nothing")


def test_a_run_that_begins_in_the_first_days_of_the_log_says_so() -> None:
    counts = {"agents_judged": 3, "agents_seen": 3, "log_days": 20, "nights": 18}
    partly = words.receipt(make_run(counts=counts | {"nights_too_early": 12}))
    assert partly == (
        "Nothing tonight. 3 of 3 agents judged. Of its 18 nights, 12 are among the first 14 days of the log, which "
        "have nothing before them to compare with: hard rules and patterns alone looked at those."
    )
    assert words.receipt(make_run(counts=counts | {"nights_too_early": 18})).startswith("Too early to say")
    assert words.receipt(make_run(counts=counts | {"nights_too_early": 0})) == "Nothing tonight. 3 of 3 agents judged."


def test_the_last_night_is_the_last_one_judged_and_not_a_day_that_waits() -> None:
    run = make_run(last_night="2026-11-19", last_date="2026-11-20", counts={"agents_judged": 3, "agents_seen": 3})
    assert words.last_night(run) == "On the last night, 2026-11-19, 3 of 3 agents judged."
    none = make_run(last_night="", counts={"agents_judged": 0, "agents_seen": 0})
    assert words.last_night(none) == "No night was judged."
    assert words.receipt(none) == "Nothing tonight. No night was judged."


@pytest.mark.parametrize(
    ("counts", "notes", "text"),
    [
        ({"agent_days": 3871}, (), "Nothing tonight. 3,871 agent-days judged."),
        ({"agents_judged": 10}, (), "Nothing tonight. 10 of 10 agents judged."),
        (
            {"agents_judged": 9, "agents_not_judged": 1},
            ("1 agent could not be judged: no history.",),
            "Nothing tonight. 9 of 10 agents judged; 1 not, because of this: 1 agent could not be judged: no history.",
        ),
        (
            {"agents_judged": 0, "agents_not_judged": 5, "not_judged_there_is_nobody_to_compare_them_with_yet": 5},
            (),
            "Nothing tonight. 0 of 5 agents judged; 5 not, because there is nobody to compare them with yet.",
        ),
        (
            {"agents_judged": 9, "agents_not_judged": 1},
            (),
            "Nothing tonight. 9 of 10 agents judged; 1 not, because the run does not say why.",
        ),
    ],
)
def test_a_receipt_takes_what_the_run_tells(counts: dict[str, int], notes: tuple[str, ...], text: str) -> None:
    assert words.receipt(make_run(counts=counts, notes=notes)) == text
