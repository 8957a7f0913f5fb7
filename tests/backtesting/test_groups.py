"""No figure is told of fewer than ten people."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from onlooker.backtesting.groups import REST, merged


@pytest.mark.parametrize("sizes", [(30, 12, 4), (30, 4, 3), (11, 10, 6, 5), (40, 9), (9, 8), (5, 4)])
def test_every_group_has_ten_people_or_there_is_none(sizes: tuple[int, ...]) -> None:
    label = [f"site {place}" for place, size in enumerate(sizes) for _ in range(size)]
    found = merged("site", label, np.ones(len(label), dtype=bool))
    people = Counter(found.group.tolist())
    assert all(people[place] >= 10 for place in range(len(found.names)))
    assert people[-1] == (0 if sum(sizes) >= 10 else len(label))


def test_small_groups_are_one_and_do_not_show_by_what_is_left() -> None:
    label = ["north"] * 20 + ["south"] * 15 + ["attic"] * 2
    found = merged("site", label, np.ones(37, dtype=bool))
    assert found.names == (REST, "north")
    assert {found.names[found.group[place]] for place in range(20, 37)} == {REST}


def test_programs_are_in_no_group() -> None:
    found = merged("site", ["north"] * 24, np.arange(24) < 12)
    assert (found.group[12:] == -1).all()
