"""One definition of characters that nobody sees: the page, cells, JSON and folded ids agree on it."""

from __future__ import annotations

import json

import pytest

from onlooker.outputs.cells import cell, one_line
from onlooker.report.harmless import for_terminal, visible
from onlooker.schema.hidden_characters import escape, is_hidden
from onlooker.schema.same_person import folded

SHOWN = ["a", "é", "-", "–", "你", "😀"]
HIDDEN = ["\x00", "\x1b", "\x7f", "\x85", "\xad", "\u061c", "\u200b", "\u202e", "\u2028", "\u2066", "\ufeff", "\u3164",
          "\u115f", "\u2800", "\ue000", "\U000e0041", "\u0378", "\ud800"]  # fmt: skip


@pytest.mark.parametrize("char", HIDDEN)
def test_hidden_everywhere(char: str) -> None:
    assert is_hidden(char)
    text = f"ann{char}b"
    assert visible(text) == for_terminal(text) == cell(text) == f"ann{escape(char)}b"
    assert char not in one_line({"id": text}) and json.loads(one_line({"id": text})) == {"id": text}
    assert folded(text) == "annb"


@pytest.mark.parametrize("char", SHOWN)
def test_shown_everywhere(char: str) -> None:
    assert not is_hidden(char)
    assert visible(f"ann{char}") == cell(f"ann{char}") == f"ann{char}" and char in one_line({"id": char})


def test_no_character_is_hidden_on_the_page_and_seen_in_a_cell() -> None:
    for char in map(chr, range(0x10000)):
        assert (visible(char) != char) == (cell(f"a{char}") != f"a{char}"), escape(char)
