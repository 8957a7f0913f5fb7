"""Others' tickets: far above the peers, silent where it is how they work, and never an alert alone."""

from __future__ import annotations

import numpy as np

from onlooker.alerts.pattern_alerts import choose
from onlooker.patterns import Given, borrowed_tickets
from onlooker.patterns.find_patterns import Hit
from onlooker.patterns.pattern import Passed, Pattern

from .people import days_of, found

PATTERN = borrowed_tickets.pattern(Given({"tickets.assigned"}))
ALONE = Pattern("volume", lambda _people, _since: [], "customers", 300)


def test_who_borrows_far_more_than_others_passes_and_not_where_half_of_them_do() -> None:
    assert PATTERN is not None and not PATTERN.alone
    customers, borrowed = np.full((10, 30), 30.0), np.ones((10, 30))
    borrowed[4, 15:] = 25.0
    days = days_of({"customers": customers, "borrowed": borrowed})
    assert {one[0] for one in found(PATTERN, days)} == {"agent 004"}
    borrowed[:] = 8.0
    borrowed[4, 15:] = 60.0
    usual = days_of({"customers": np.maximum(customers, borrowed), "borrowed": borrowed})
    assert found(PATTERN, usual) == []


def test_without_a_history_of_assignees_it_is_not_judged() -> None:
    assert borrowed_tickets.pattern(Given({"tickets"})) is None


def test_it_joins_what_something_else_raised_and_raises_nothing() -> None:
    def hit(subject: str, pattern: Pattern) -> Hit:
        return Hit(pattern, subject, 3, (Passed(0, 50.0, 50.0, 0.0, "x"),), (subject,))

    assert PATTERN is not None
    chosen = choose([hit("ann", PATTERN), hit("bob", PATTERN), hit("ann", ALONE)], {}, 14)
    assert [[one.pattern.name for one in several] for several in chosen.raised] == [["volume", "borrowed_tickets"]]
    assert [one.subject for one in chosen.beside] == ["bob"] and not chosen.waiting
