"""What a notebook shows: escaped, with hidden characters visible, short, and without a request."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from onlooker.schema.hidden_characters import is_hidden
from onlooker.schema.notebook_html import MOST_ROWS, as_html


class Tags(HTMLParser):
    """The tags of a text, with their attributes, and what stands between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[tuple[str, tuple[tuple[str, str | None], ...]]] = set()
        self.said = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        self.said += data


PLAIN = {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"}


@given(st.text(st.sampled_from("<>&\"'/ =scriptimgonerror\u202e\u200b\0\x1b[$"), max_size=60))
def test_no_string_of_a_log_becomes_markup_or_stays_hidden(hostile: str) -> None:
    shown = as_html(hostile, [(hostile, hostile)], (hostile,), [(hostile,)], [hostile])
    found = Tags(shown)
    assert {tag for tag, _ in found.tags} <= PLAIN
    assert {attributes for _, attributes in found.tags} <= {(), (("scope", "col"),)}
    assert not any(is_hidden(char) for char in shown)


def test_numbers_are_readable_and_what_is_missing_is_empty() -> None:
    shown = as_html("t", [("events", 151542)], ("a", "b", "c", "d"), [(None, float("nan"), 0.000123456, True)])
    assert "events: 151,542" in shown
    assert "<td></td><td></td><td>0.0001235</td><td>yes</td>" in shown


def test_long_tables_are_cut_and_say_so() -> None:
    rows = [(number,) for number in range(MOST_ROWS + 3)]
    shown = as_html("t", columns=("n",), rows=rows)
    assert shown.count("<tr>") == MOST_ROWS + 1
    assert "3 more rows are not shown" in shown
    assert "not shown" not in as_html("t", columns=("n",), rows=rows[:MOST_ROWS])


def test_a_long_cell_is_cut() -> None:
    assert len(as_html("x" * 10_000)) < 1_000
