"""The picture of the hours of the day: what it shows, what it marks, and when it marks nothing."""

from __future__ import annotations

from onlooker.report.hour_map import DAYS, STEPS, draw_hours
from onlooker.schema.days import iso

FIRST = 20454
OFFICE = {9: 4, 10: 8, 15: 2}


def office(days: int) -> dict[int, dict[int, int]]:
    return {FIRST + n: dict(OFFICE) for n in range(days)}


def test_an_hour_never_worked_before_the_first_alert_is_marked_and_its_neighbours_of_old_are_not() -> None:
    hours = office(40) | {FIRST + 40: {**OFFICE, 3: 5, 11: 1}}
    picture = draw_hours(hours, [iso(FIRST + 40)])
    assert picture is not None
    assert [cell.title for cell in picture.cells if cell.unusual] == ["03 h 5 (unusual)"]
    assert [date for _, date, alerted in picture.rows if alerted] == [iso(FIRST + 40)]
    assert picture.said[-1][1] == f"{iso(FIRST + 40)}: 03 h 5 (unusual), 09 h 4, 10 h 8, 11 h 1, 15 h 2"
    drawn = sum(path.count("M") for _, path in picture.shades)
    assert (drawn, picture.odd.count("M")) == (len(picture.cells), 1)


def test_nights_after_the_first_alert_make_nothing_usual() -> None:
    late = {FIRST + n: {3: 9} for n in range(40, 60)}
    picture = draw_hours(office(40) | late, [iso(FIRST + 40), iso(FIRST + 59)])
    assert picture is not None and all(cell.unusual for cell in picture.cells if cell.title.startswith("03 h"))


def test_too_few_days_before_mark_nothing_and_say_so() -> None:
    picture = draw_hours(office(5) | {FIRST + 5: {3: 5}}, [iso(FIRST + 5)])
    assert picture is not None
    assert not [cell for cell in picture.cells if cell.unusual]
    assert "too few days came before" in picture.description


def test_the_last_active_days_are_shown_and_the_busiest_hour_is_darkest() -> None:
    picture = draw_hours(office(60), [iso(FIRST + 50)])
    assert picture is not None
    assert len(picture.rows) == DAYS and picture.rows[-1][1] == iso(FIRST + 50)
    assert {cell.shade for cell in picture.cells if cell.title == "10 h 8"} == {STEPS}
    assert all(1 <= cell.shade <= STEPS for cell in picture.cells)


def test_nobody_seen_is_no_picture() -> None:
    assert draw_hours({}, []) is None
