from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

from onlooker.report import chart, day_axis
from onlooker.schema.findings import AgentSeries

from .factories import LAST, make_series


def days(*observed: float, gap: int = 1) -> AgentSeries:
    dates = tuple((LAST - timedelta(days=gap * n)).isoformat() for n in range(len(observed) - 1, -1, -1))
    n = len(observed)
    return AgentSeries("a", dates, observed, (4.0,) * n, (8.0,) * n, (1,) * n, tuple(i == n - 1 for i in range(n)))


def test_positions_are_inside_the_panels_and_in_order() -> None:
    drawn = chart.draw(make_series())
    assert drawn is not None
    xs = [day.x for day in drawn.days]
    assert xs == sorted(xs)
    assert xs[0] >= day_axis.LEFT and xs[-1] <= day_axis.RIGHT
    assert all(chart.TOP <= day.y <= chart.BASE for day in drawn.days)
    assert all(0 <= day.bar <= chart.LOW_BASE - chart.LOW_TOP for day in drawn.days)


def test_the_highest_day_stands_highest_and_zero_on_the_line() -> None:
    drawn = chart.draw(days(0.0, 5.0, 100.0))
    assert drawn is not None
    zero, five, hundred = (day.y for day in drawn.days)
    assert zero == chart.BASE
    assert math.isclose((chart.BASE - hundred) / (chart.BASE - five), 20)


def test_only_the_last_180_active_days_and_it_says_so() -> None:
    drawn = chart.draw(days(*[5.0] * 200))
    assert drawn is not None
    assert len(drawn.days) == 180
    assert drawn.cut == "The last 180 of 200 active days."
    whole = chart.draw(days(*[5.0] * 180))
    assert whole is not None and whole.cut == ""


def test_a_long_absence_breaks_the_line() -> None:
    near, far = chart.draw(days(3.0, 4.0, gap=10)), chart.draw(days(3.0, 4.0, gap=11))
    assert near is not None and far is not None
    assert (near.observed.count("M"), far.observed.count("M")) == (1, 2)


def test_one_day_is_still_a_picture() -> None:
    drawn = chart.draw(days(7.0))
    assert drawn is not None
    assert drawn.slot == 16
    assert drawn.description.startswith("1 active day from 2026-11-20 to 2026-11-20.")


def test_months_on_a_long_axis_and_days_on_a_short_one() -> None:
    long, short = chart.draw(make_series(days=200)), chart.draw(make_series(days=30))
    assert long is not None and short is not None
    assert [tick.label for tick in long.months] == ["Jun 2026", "Jul", "Aug", "Sep", "Oct", "Nov"]
    assert [tick.label for tick in short.months] == ["26 Oct 2026", "2 Nov", "9 Nov", "16 Nov"]


def test_rows_are_round_and_within() -> None:
    drawn = chart.draw(days(1.0, 229.0))
    assert drawn is not None
    assert [tick.label for tick in drawn.rows] == ["0", "50", "100", "150", "200"]


def test_days_that_cannot_be_drawn_are_left_out() -> None:
    assert chart.draw(days()) is None
    assert chart.draw(days(math.nan)) is None
    broken = replace(days(1.0, 2.0), dates=("never", "2026-11-20"), upper=(math.inf, math.inf))
    drawn = chart.draw(broken)
    assert drawn is not None
    assert [day.date for day in drawn.days] == ["2026-11-20"]


def test_labels_of_alerted_days_do_not_overlap_and_the_newest_has_one() -> None:
    series = make_series(loud={LAST - timedelta(days=n): 200 for n in (0, 3, 90)})
    drawn = chart.draw(series)
    assert drawn is not None
    assert len(drawn.alerted) == 3
    assert [day.date for day in drawn.labelled] == ["2026-11-20", "2026-08-22"]


def test_the_description_says_what_the_picture_shows() -> None:
    drawn = chart.draw(days(3.0, 5.0, 100.0))
    assert drawn is not None
    assert drawn.description == (
        "3 active days from 2026-11-18 to 2026-11-20. Distinct customers a day: half the days up to 5, most 100 on "
        "2026-11-20; above what one ordinary day in a hundred exceeds on 1 of them. Alerted on: 2026-11-20."
    )


def test_the_band_after_the_first_alert_is_that_of_the_days_before_it() -> None:
    lines = days(*[5.0] * 20, *[90.0] * 10)
    theft = replace(lines, upper=(8.0,) * 20 + (150.0,) * 10, alerted=(False,) * 20 + (True,) + (False,) * 9)
    drawn = chart.draw(theft)
    assert drawn is not None and drawn.ordinary.endswith("as before the first alert")
    assert ["ordinary up to 8," in day.title for day in drawn.days] == [True] * 30
    young = chart.draw(replace(theft, alerted=(False,) * 3 + (True,) + (False,) * 26))
    assert young is not None and young.ordinary == "99 ordinary days in 100"
    assert "ordinary up to 150," in young.days[-1].title
