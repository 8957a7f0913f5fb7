"""What a backtest leaves in its folder: figures, pictures, and nobody's name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import onlooker


@pytest.fixture(scope="module")
def written(small_log: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("written") / "out"
    onlooker.backtest(small_log, out, campaigns=["breach", "slow"], tries=1, seed=1, threads=1)
    return out


@pytest.fixture(scope="module")
def document(written: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((written / "backtest.json").read_text())
    return found


def test_a_loud_theft_is_found_early_and_a_slow_one_later_or_never(document: dict[str, Any]) -> None:
    breach, slow = ({b["budget"]: b for b in one["by_budget"]} for one in document["campaigns"])
    assert breach[5]["found"]["value"] == 1.0
    assert breach[5]["nights"] <= 5
    assert slow[5]["gone"]["value"] >= breach[5]["gone"]["value"]


def test_a_larger_budget_finds_no_less(document: dict[str, Any]) -> None:
    for one in document["tries"]:
        nights = [one["known_on_night"][str(b)] or 10**6 for b in (1, 3, 5, 10)]
        assert nights == sorted(nights, reverse=True)


def test_no_id_of_the_log_stands_in_any_file(written: Path, document: dict[str, Any]) -> None:
    for path in written.iterdir():
        assert not re.search(r"clerk-\d|\bc\d{4}\b|T-\d{4}", path.read_text())
    assert document["tries"][0]["agents"] == ["planted-0001-1"]


def test_the_page_asks_nothing_of_the_network_and_has_pictures(written: Path, document: dict[str, Any]) -> None:
    page = (written / "backtest.html").read_text()
    assert document["sentence"] in page
    assert page.count("<svg") == 3
    assert not re.search(r"(src|href)=\"(?!#|data:)", page)
    assert (written / "backtest.json").stat().st_mode & 0o777 == 0o600


def test_the_sentence_says_how_much_when_and_after_how_many(document: dict[str, Any]) -> None:
    form = (
        r"Had one agent begun \d+ views a day on \d+ [A-Z][a-z]+, this would have been known on the \d+(st|nd|rd|th) "
    )
    assert re.fullmatch(form + r"night, after [\d,]+ customers\.", document["sentence"])


def test_the_rankers_stand_beside(document: dict[str, Any]) -> None:
    assert {"onlooker", "count 1", "z 7", "iforest 28", "ecod 1", "glance z"} <= set(document["rankers"])
    assert all(0 <= one["value"] <= 1 for one in document["rankers"].values())
