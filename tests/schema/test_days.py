"""The days that no log has are written once."""

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "onlooker"


def test_a_day_that_never_comes_is_always_the_same_one() -> None:
    other = re.compile(r"10 ?\*\* ?[6-9]\b|iinfo|\b9{5,}\b")
    told = {
        f"{path.name}: {line.strip()}"
        for path in SOURCE.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if other.search(line) and re.search(r"day|night|first|last|seen|since|ALL", line)
    }
    assert told == {"days.py: BEFORE_ALL, AFTER_ALL = -(10**7), 10**7"}
