"""The pictures of a case: what they draw, where, and what they say to whoever cannot see them."""

from __future__ import annotations

import re
from dataclasses import replace
from math import isclose

from onlooker.report import case_pictures as pictures
from onlooker.report.day_axis import LEFT, RIGHT
from onlooker.schema.case_evidence import CaseEvidence, QueuePlace
from onlooker.schema.explanations import BY_NAME

FIRST = "2026-11-14"
BEFORE = [(f"2026-11-{day:02}", count) for day, count in zip(range(4, 14), (9, 2, 4, 4, 4, 4, 4, 4, 4, 5), strict=True)]
SINCE = [(FIRST, 9), ("2026-11-15", 18), ("2026-11-16", 10)]


def case(**changes: object) -> CaseEvidence:
    evidence = CaseEvidence("kim", "case-1", FIRST, "2026-11-16", "unexplained", "visits without an explanation")
    return replace(evidence, **changes)  # type: ignore[arg-type]


def test_the_band_goes_from_least_to_most_of_the_days_before_the_case() -> None:
    drawn = pictures.draw_signal(case(counted=(*BEFORE, *SINCE)), {"2026-11-15"})
    assert drawn is not None and drawn.band is not None and drawn.usual is not None
    one = (pictures.BASE - pictures.TOP) / (18 * 1.04)
    assert isclose(drawn.band[0], pictures.BASE - 9 * one) and isclose(drawn.band[1], 7 * one)
    assert isclose(drawn.usual, pictures.BASE - 4 * one)
    assert [spot.date for spot in drawn.spots if spot.alerted] == ["2026-11-15"]
    assert isclose(drawn.spots[-1].y, pictures.BASE - 10 * one)
    assert drawn.band_name == f"least to most of 10 days worked before {FIRST}"
    assert "13 days worked" in drawn.description and "at most 18;" in drawn.description
    assert drawn.description.endswith("above the band on 2 of the days since.")


def test_few_days_before_make_no_band_and_many_only_the_last_28() -> None:
    few = pictures.draw_signal(case(counted=(*BEFORE[-6:], *SINCE)), ())
    assert few and (few.band, few.usual, few.band_name) == (None, None, f"no band: too few days before {FIRST}")
    assert pictures.draw_signal(case(counted=(*BEFORE[-7:], *SINCE)), ()).band  # type: ignore[union-attr]
    old = [(f"2026-09-{day:02}", 500) for day in range(1, 20)]
    october = [(f"2026-10-{day:02}", 4) for day in range(1, 19)]
    many = pictures.draw_signal(case(counted=(*old, *october, *BEFORE, *SINCE)), ())
    assert many and many.band and many.description.endswith("above the band on 2 of the days since.")


def test_explanations_stand_on_each_other_and_each_has_its_part() -> None:
    assert sorted(name for _, names in pictures.GROUPS for name in names) == sorted(BY_NAME)
    explained = (("2026-11-15", "mismatch", 1), ("2026-11-15", "ticket", 8), ("2026-11-15", "unexplained", 3))
    drawn = pictures.draw_explained(case(explained=(*explained, ("2026-11-16", "unknown", 6))), {"2026-11-16"})
    assert drawn is not None
    one = (pictures.BASE - pictures.TOP) / (12 * 1.04)
    bare, early, own, _, given = drawn.bars
    assert re.fullmatch(rf"M\d+,{pictures.BASE}v-{4 * one:.1f}", bare) and own == ""
    assert re.fullmatch(rf"M\d+,{pictures.BASE - 4 * one:.0f}v-{8 * one:.1f}", given)
    assert re.fullmatch(rf"M\d+,{pictures.BASE}v-{6 * one:.1f}", early)
    assert [spot.title for spot in drawn.spots] == [
        "2026-11-15: 12 visits: 1 mismatch, 3 unexplained, 8 ticket",
        "2026-11-16: 6 visits: 6 unknown",
    ]
    assert drawn.description.endswith("from 2026-11-15 to 2026-11-16: 18 in all, 4 with no explanation.")


def test_a_day_stands_at_the_same_place_in_both_pictures() -> None:
    both = case(counted=tuple(SINCE[1:]), explained=((FIRST, "ticket", 1), ("2026-11-16", "ticket", 1)))
    signal, explained = pictures.draw_signal(both, ()), pictures.draw_explained(both, ())
    assert signal and explained and signal.spots[-1].x == explained.spots[-1].x


def test_the_agent_stands_among_the_colleagues() -> None:
    drawn = pictures.draw_place(QueuePlace("queue cards", 6.0, (1.0, 2.0, 3.0, 8.0, 12.0)))
    one = (RIGHT - LEFT) / (12 * 1.02)
    assert isclose(drawn.own, LEFT + 6 * one) and isclose(drawn.middle, LEFT + 3 * one)
    assert drawn.others.count("M") == 5
    assert drawn.description == (
        "6 per day worked; of 5 colleagues of queue cards, two have more, and half have at most 3."
    )
    alone = pictures.draw_place(QueuePlace("", 14.0, (1.0, 2.0, 20.0))).description
    assert alone == "14 per day worked; of 3 colleagues in the log, one has more, and half have at most 2."
