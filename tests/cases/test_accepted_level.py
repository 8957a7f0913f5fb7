"""A benign verdict accepts a level, and not more of the same."""

from datetime import date, timedelta

import pytest

from onlooker.cases.accepted_level import AcceptedLevel, accepted_level, beyond_accepted
from onlooker.cases.case_records import Case, Verdict


def days(first, number, count):
    begin = date.fromisoformat(first)
    return {(begin + timedelta(days=i)).isoformat(): count for i in range(number)}


def case(kind="benign", first="2026-03-01", last="2026-03-28", unexplained=None):
    verdict = Verdict(kind, "moved to the fraud desk", "dana", "2026-03-29T08:00:00Z", first, last)
    counted = days("2026-03-01", 28, 4) if unexplained is None else unexplained
    return Case("c1", "a7", "closed", first, last, ("x",), (last,), counted, verdict=verdict)


def test_what_a_benign_verdict_accepts_is_the_mean_of_its_days_and_has_a_date():
    assert accepted_level(case()) == AcceptedLevel(56.0, "2026-03-28")


def test_days_outside_the_verdict_are_not_accepted():
    assert accepted_level(case(unexplained=days("2026-03-01", 28, 4) | days("2026-04-01", 5, 90))).customers == 56.0


@pytest.mark.parametrize("kind", ["confirmed", "unsure"])
def test_other_verdicts_accept_nothing(kind):
    assert accepted_level(case(kind)) is None


def test_a_verdict_about_one_loud_day_does_not_accept_such_a_day_every_day():
    level = accepted_level(case(first="2026-03-28", unexplained={"2026-03-28": 30}))
    assert level.customers == 30.0
    assert beyond_accepted(level, days("2026-03-29", 3, 30), "2026-03-31") is not None


@pytest.mark.parametrize(("count", "again"), [(3, False), (4, False), (5, False), (6, True), (40, True)])
def test_half_as_much_again_comes_up_and_what_stays_does_not(count, again):
    found = beyond_accepted(AcceptedLevel(56.0, "2026-03-28"), days("2026-04-01", 20, count), "2026-04-20")
    assert (found is not None) == again


def test_the_reason_says_how_many_and_what_was_accepted_when():
    found = beyond_accepted(AcceptedLevel(56.0, "2026-03-28"), days("2026-04-01", 20, 7), "2026-04-20")
    assert found == "98 unexplained customers in the 14 days to 2026-04-20; 56 were accepted on 2026-03-28"


def test_days_before_the_verdict_are_no_growth():
    before = days("2026-03-20", 9, 50)
    assert beyond_accepted(AcceptedLevel(56.0, "2026-03-28"), before, "2026-03-29") is None


def test_two_instead_of_one_is_chance():
    assert beyond_accepted(AcceptedLevel(1.0, "2026-03-28"), {"2026-04-03": 2}, "2026-04-05") is None
