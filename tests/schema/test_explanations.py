"""The explanations of a visit: what the tables, the documents and the SQL say of them is one."""

from __future__ import annotations

import re
from pathlib import Path

from onlooker.engines.duck import DuckEngine
from onlooker.schema.explanations import (
    EXPLANATIONS,
    IS_UNEXPLAINED,
    IS_WITHOUT,
    LOOK,
    UNEXPLAINED,
    WITHOUT,
    strength_sql,
)
from onlooker.schema.tables import VISITS

PAGE = Path("docs/signals.md").read_text()


def test_the_table_of_visits_lists_them_all() -> None:
    described = next(column.meaning for column in VISITS.columns if column.name == "explanation")
    assert set(re.split(r", | or ", described)) == {one.name for one in EXPLANATIONS}


def test_the_page_says_of_each_whether_it_takes_somebody_else() -> None:
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*?) ?\|$", PAGE, re.MULTILINE)
    said = {name: word for name, word in rows if name in {one.name for one in EXPLANATIONS}}
    words = {"weak": "no", "strong": "yes", "depends": "yes, ", "none": ("", "counts as", "kept out")}
    assert len(said) == len(EXPLANATIONS)
    for one in EXPLANATIONS:
        assert said[one.name].startswith(words[one.strength]), one.name
    assert [name for name, word in said.items() if word == "counts as unexplained"] == ["mismatch"]


def test_what_is_unexplained_has_no_explanation_and_too_early_to_tell_is_not_unexplained() -> None:
    assert set(WITHOUT) - set(UNEXPLAINED) == {"unknown"} and set(UNEXPLAINED) < set(WITHOUT)
    given = ", ".join(f"('{one.name}', FALSE), ('{one.name}', TRUE)" for one in EXPLANATIONS)
    with DuckEngine(threads=1) as engine:
        rows = engine.rows(
            f"""SELECT explanation, other, strength, {IS_UNEXPLAINED}, {IS_WITHOUT}, {LOOK}
            FROM (SELECT *, {strength_sql("other")} AS strength FROM (VALUES {given}) AS v(explanation, other)) v"""
        )
    for name, other, strength, unexplained, without, look in rows:
        one = next(each for each in EXPLANATIONS if each.name == name)
        if one.strength == "depends":
            assert strength == ("strong" if other else "weak")
        elif one.strength == "none":
            assert strength == "none"
        assert unexplained == one.unexplained and without == (one.strength == "none")
        assert (look > 1) == (one.strength != "none")
