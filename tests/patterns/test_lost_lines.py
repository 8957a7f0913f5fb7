"""Lines that did not count as they should: whose they are, and when it is nobody's doing."""

from __future__ import annotations

import numpy as np
import pytest

from onlooker.patterns import Given, Lost, lost_lines

from .people import days_of, found

LINES = 10_000


def told(*lost: Lost, others: int = 0, share: float | None = 0.2) -> list[tuple[str, int, float, str]]:
    """Who passes on days 0 to 4 of ten agents who all work."""
    in_all = sum(one.lost for one in lost) + others
    pattern = lost_lines.pattern(Given((), lost, LINES, in_all, share))
    return [] if pattern is None else found(pattern, days_of({"customers": np.ones((10, 5))}))


def test_a_fifth_of_the_lines_and_twenty_are_told_on_the_last_day() -> None:
    ((agent, day, size, text),) = told(Lost("agent 003", 30, 5, 15, 200))
    assert (agent, day, size) == ("agent 003", 4, 50.0)
    assert text == (
        "Of 250 lines that came of this agent, 30 could not be read, 5 repeat the event_id of a line that says "
        "something else, 15 came after their day had been judged; of everybody else's it is 0.0%."
    )


@pytest.mark.parametrize("lost", [Lost("agent 003", 19, events=0), Lost("agent 003", 30, events=130)])
def test_few_lines_and_a_small_share_are_not(lost: Lost) -> None:
    assert told(lost) == []


def test_where_everybody_loses_lines_it_is_the_log() -> None:
    assert told(Lost("agent 003", 500, events=500), others=1_000) == []
    assert told(Lost("agent 003", 500, events=500), others=800) != []


def test_spellings_are_one_person_and_who_did_not_work_is_no_day() -> None:
    several = [Lost("Agent 003", 15, events=10), Lost("agent\u200b003", 15, events=10)]
    assert [(one[0], one[2]) for one in told(*several)] == [("agent 003", 30.0)]
    assert told(Lost("nobody", 50)) == []


def test_without_a_share_nobody_is_told() -> None:
    assert told(Lost("agent 003", 500), share=None) == []
