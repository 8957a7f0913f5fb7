from __future__ import annotations

import html
import re

import pytest

from onlooker.outputs.alert_format import Exported
from onlooker.outputs.alerts_markdown import COLUMNS, lines, plain
from onlooker.schema.hidden_characters import escape, replace_hidden

from .records import HOSTILE, make_alert

TRICKS = [trick for trick, _ in HOSTILE.values()] + [
    "[a](http://evil.example)", "<img src=x>", "@everyone", "a | b", "`code`", "**bold**", "www.evil.example", "\\",
    "$x$",
]  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_a_name_is_shown_as_it_is_and_nothing_else(trick: str) -> None:
    header, rule, row = lines([Exported(make_alert(trick))])
    assert len(re.findall(r"(?<!\\)\|", row)) == len(COLUMNS) + 1 == len(re.findall(r"\|", header))
    assert rule.count("---") == len(COLUMNS) and row.isprintable()
    assert html.unescape(re.sub(r"\\(.)", r"\1", plain(trick))) == replace_hidden(trick, escape)
    assert not re.search(r"(?<!\\)[<`*\[]|https?://|www\.|@", plain(trick))
