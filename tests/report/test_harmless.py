from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onlooker.report.harmless import columns, fit, for_html, for_terminal, shorten, title, visible

from .hostile import HOSTILE

DANGEROUS = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Łukasz Ødegård 顧客", "Łukasz Ødegård 顧客"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\u202eb", "a\\u202eb"),
        ("\r\n\t", "\\r\\n\\t"),
        ("\U000e0041", "\\U000e0041"),
        ("e\u0301", "e\u0301"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 3 + "\\u0301\\u0301"),
        ("\u3164", "\\u3164"),
    ],
)
def test_hidden_characters_become_their_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


@settings(deadline=None)
@given(st.text())
def test_nothing_dangerous_is_left(text: str) -> None:
    assert not {unicodedata.category(char) for char in visible(text)} & DANGEROUS


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(8, 60))
def test_a_terminal_cell_fits(text: str, limit: int) -> None:
    assert columns(for_terminal(text, limit)) <= limit


@settings(deadline=None)
@given(st.text(), st.integers(8, 60))
def test_html_text_fits(text: str, limit: int) -> None:
    assert len(for_html(text, limit)) <= limit


def test_both_ends_of_a_long_string_stay() -> None:
    assert shorten("abcdefghijklmnop", 10) == "abcde…mnop"
    assert fit("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_title_is_short_and_visible(text: str) -> None:
    assert len(title(text)) <= 300
    assert title(text).isprintable()
