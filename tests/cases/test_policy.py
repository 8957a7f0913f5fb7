"""Who may decide, for how long, and what comes back: the pure rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onlooker.cases import Case, NotAllowed, Scope, raised_again, same_person, wilson
from onlooker.cases.policy import check_author, check_second, check_term, days_in_all

NIGHT = date(2026, 3, 2)


def day(n: int) -> str:
    return (NIGHT + timedelta(days=n)).isoformat()


def case(**changes) -> Case:
    values = {"assignee": "ana", "unexplained": {day(0): 6}} | changes
    return Case("case-1", "sam", "open", day(0), day(0), ("a",), (day(0),), **values)


def test_a_case_comes_back_when_its_unexplained_customers_double():
    quiet = case(unexplained={day(0): 6, day(1): 3, day(2): 2})
    assert raised_again(quiet, day(2)) is None
    doubled = case(unexplained={day(0): 6, day(1): 3, day(2): 3})
    assert raised_again(doubled, day(2)) == "12 unexplained customers by now; 6 when it was last raised on 2026-03-02"


def test_later_days_do_not_count_for_an_earlier_night():
    assert raised_again(case(unexplained={day(0): 6, day(5): 90}), day(4)) is None


def test_a_case_without_unexplained_customers_comes_back_at_ten_and_not_for_a_single_one():
    assert raised_again(case(unexplained={day(1): 9}), day(1)) is None
    assert raised_again(case(unexplained={day(1): 9, day(2): 1}), day(2))


def test_an_even_case_comes_back_after_ever_longer_times():
    current, nights = case(unexplained={day(n): 3 for n in range(100)}), []
    for n in range(1, 100):
        if raised_again(current, day(n)):
            nights.append(n)
            current = Case(**{**current.__dict__, "raised": day(n)})
    assert nights == [3, 7, 15, 31, 63]


def test_a_case_that_nobody_takes_comes_back_every_three_days():
    alone = case(assignee=None, unexplained={})
    assert [n for n in range(1, 5) if raised_again(alone, day(n))] == [3, 4]
    assert raised_again(alone, day(3)) == "nobody has taken it in the 3 days since 2026-03-02"
    assert raised_again(case(unexplained={}), day(30)) is None


def test_a_closed_case_stays_closed():
    closed = Case(**{**case(assignee=None, unexplained={day(0): 1, day(9): 99}).__dict__, "state": "closed"})
    assert raised_again(closed, day(9)) is None


@pytest.mark.parametrize("name", ["sam", "SAM", " Sam ", "sam@example.org", "CORP\\Sam", "corp\\SAM@example.org"])
def test_a_person_is_known_however_the_login_is_written(name):
    assert same_person(name, "sam@support.example")
    with pytest.raises(NotAllowed):
        check_author(name, ("ana", "Sam"), "close this")


def test_other_people_are_other_people():
    assert not same_person("samuel", "sam")
    check_author("samuel", ("sam",), "close this")


@pytest.mark.parametrize("nobody", ["", "  ", "@example.org"])
def test_a_decision_needs_an_author(nobody):
    with pytest.raises(NotAllowed, match="needs an author"):
        check_author(nobody, (), "close this")


SAM = Scope(agents=("sam",))


def test_ninety_days_take_one_person_and_more_take_two():
    check_term("ana", None, SAM, day(0), day(89))
    with pytest.raises(NotAllowed, match="91 days are more than 90"):
        check_term("ana", None, SAM, day(0), day(90))
    check_term("ana", "dora", SAM, day(0), day(900))


def test_days_add_up_once_each_over_a_year():
    assert days_in_all(day(20), day(29), []) == 10
    assert days_in_all(day(20), day(29), [(day(0), day(9)), (day(12), day(24))]) == 10 + 10 + 8
    assert days_in_all(day(400), day(409), [(day(0), day(9)), (day(40), day(49))]) == 10 + 5
    assert days_in_all(day(0), day(499), []) == 500


@pytest.mark.parametrize("second", ["Ana@example.org", "sam", ""])
def test_the_second_person_is_another_and_not_the_agent(second):
    with pytest.raises(NotAllowed):
        check_term("ana", second, SAM, day(0), day(200))


def test_nothing_covers_everybody_or_ends_before_it_begins():
    with pytest.raises(NotAllowed, match="everybody"):
        check_term("ana", None, Scope(signals=("volume",)), day(0), day(5))
    with pytest.raises(NotAllowed, match="before it begins"):
        check_term("ana", None, SAM, day(0), day(-1))


def test_a_scope_covers_an_alert_only_if_it_covers_all_of_it():
    scope = Scope(agents=("sam",), signals=("glances", "orphans"))
    assert scope.covers("sam", "north", ["glances"], [])
    assert not scope.covers("sam", "north", ["glances", "exports"], [])
    assert not scope.covers("sam", "north", [], [])
    assert not scope.covers("kim", "north", ["glances"], [])
    project = Scope(teams=("north",), customers=("C1", "C2"))
    assert project.covers("sam", "north", ["exports"], ["C1"])
    assert not project.covers("sam", "north", ["exports"], ["C1", "C3"])
    assert not project.covers("sam", None, ["exports"], ["C1"])
    assert project.covers_visit("sam", "north", "C2")
    assert not project.covers_visit("sam", "north", "C3")


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_share_and_stays_within_bounds(hits_of):
    hits, n = hits_of
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


def test_wilsons_interval_of_known_values():
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # Brown, Cai and DasGupta 2001, formula (4)


@pytest.mark.parametrize(
    "second",
    ["ana\u200b", "\u200bana", "ａｎａ", "ana.", "ana/", "ana+x", "A N A", "ana (me)", "ANA@corp", "\u200b", "-"],
)
def test_a_second_person_is_somebody_else_however_the_name_is_spelled(second: str) -> None:
    with pytest.raises(NotAllowed, match="second person"):
        check_second("ana", second, (), True)


def test_a_second_person_with_a_name_of_their_own_may_agree() -> None:
    check_second("ana", "anna", ("kim",), True)
    check_second("ana", "Müller, Eva", ("kim",), True)
