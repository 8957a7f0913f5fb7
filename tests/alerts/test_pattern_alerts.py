"""At most one alert a pattern and night; who waits is told; a pattern about somebody is quiet for a while."""

from __future__ import annotations

from onlooker.alerts.pattern_alerts import choose, headline, held_back
from onlooker.patterns.find_patterns import Hit
from onlooker.patterns.pattern import Passed, Pattern

VOLUME, NIGHTS = (Pattern(name, lambda _people, _since: [], "customers", 300) for name in ("volume", "nights"))


def hit(subject: str, day: int, size: float = 150, pattern: Pattern = VOLUME) -> Hit:
    return Hit(pattern, subject, day, (Passed(0, size, size, 0, f"{subject} looked."),), (subject,))


def raised(hits: list[Hit], told: dict[tuple[str, str], int] | None = None) -> list[tuple[str, int, list[str]]]:
    chosen = choose(hits, told or {}, 14)
    return [(several[0].subject, several[0].day, [one.pattern.name for one in several]) for several in chosen.raised]


def test_the_largest_comes_first_and_the_others_on_the_next_nights() -> None:
    hits = [hit(name, day, size) for day in range(3) for name, size in (("a", 150), ("b", 900), ("c", 300))]
    assert raised(hits) == [("b", 0, ["volume"]), ("c", 1, ["volume"]), ("a", 2, ["volume"])]


def test_who_has_a_case_of_the_pattern_waits_for_nobody_and_is_quiet_as_long() -> None:
    hits = [hit(name, day, size) for day in (20, 21) for name, size in (("a", 150), ("b", 900))]
    chosen = choose(hits, {("a", "volume"): 6}, 14, [("A", "volume")])
    assert [(several[0].subject, several[0].day) for several in chosen.raised] == [("a", 20), ("b", 20)]
    assert chosen.waiting == []
    once = choose([hit("b", day, 900) for day in range(40)] + [hit("a", 28, 901)], {}, 14)
    assert [(several[0].subject, several[0].day) for several in once.raised] == [
        ("b", 0),
        ("b", 14),
        ("b", 28),
        ("a", 28),
    ]


def test_who_waits_on_the_last_night_is_told() -> None:
    chosen = choose([hit("a", 5, 150), hit("b", 5, 900), hit("c", 5, 200)], {}, 14)
    (note,) = held_back(chosen)
    assert "c, a" in note
    assert "volume" in note
    assert list(held_back(choose([hit("a", 5)], {}, 14))) == []


def test_a_pattern_is_quiet_about_somebody_and_another_one_is_not() -> None:
    hits = [hit("a", day) for day in range(20)] + [hit("a", 3, pattern=NIGHTS)]
    assert raised(hits) == [("a", 0, ["volume"]), ("a", 14, ["volume"]), ("a", 3, ["nights"])]
    assert raised([hit("a", 5)], {("a", "volume"): 1}) == []
    assert raised([hit("a", 15)], {("a", "volume"): 1}) == [("a", 15, ["volume"])]


def test_spellings_of_one_id_are_quiet_together() -> None:
    told = raised([hit("A.Roy", 0), hit("a.roy", 1), hit("a. roy", 14)])
    assert [(subject, day) for subject, day, _ in told] == [("A.Roy", 0), ("a. roy", 14)]
    assert raised([hit("a.roy", 5)], {("A.ROY", "volume"): 1, ("a.roy", "volume"): -20}) == []


def test_two_patterns_of_one_person_and_night_are_one_alert() -> None:
    assert raised([hit("a", 1), hit("a", 1, pattern=NIGHTS)]) == [("a", 1, ["volume", "nights"])]


def test_many_of_a_queue_are_named_in_one_alert_before_all_others() -> None:
    passed = tuple(Passed(i, 200.0 - i, 300, 50, "Looked.") for i in range(10))
    together = Hit(VOLUME, "queue billing", 1, passed, tuple(f"p{i}" for i in range(10)), 60)
    assert raised([hit("a", 1, 900), together]) == [("queue billing", 1, ["volume"])]
    assert headline(together) == "10 of the 60 people of queue billing at once. The largest: Looked."
