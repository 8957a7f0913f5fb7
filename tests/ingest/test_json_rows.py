"""Rows cut out of JSON that is not one object per line, however it is written and wherever its blocks end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onlooker.ingest.json_rows import JsonRows
from onlooker.ingest.json_shape import shape_of

TRICKY = st.sampled_from(['q"\\', "\\", '\\\\"', "x,y", "[{", "}]", "\n\r\t", "é", "", "\U0001f600", "\x7f"])
VALUES = st.recursive(
    TRICKY | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TRICKY | st.just("Records"), inner, max_size=3),
    max_leaves=8,
)
ROWS = st.lists(st.fixed_dictionaries({"k": VALUES}), max_size=4)
BLOCKS = st.lists(st.integers(1, 50), min_size=1, max_size=5)
INDENT = st.sampled_from([None, 0, 2])


def cut(text: str, rows: JsonRows, blocks: list[int]) -> list[Any]:
    raw, out, place, turn = text.encode(), b"", 0, 0
    while place < len(raw):
        size = blocks[turn % len(blocks)]
        out += rows.feed(raw[place : place + size])
        place, turn = place + size, turn + 1
    assert not rows.unfinished
    return [json.loads(line) for line in out.decode().split("\n") if line.strip()]


@settings(max_examples=60, deadline=None)
@given(ROWS, VALUES, INDENT, st.booleans(), BLOCKS)
def test_the_rows_of_a_list_of_a_wrapper_and_of_documents_are_what_was_written(
    rows: list[Any], other: Any, indent: int | None, ascii_only: bool, blocks: list[int]
) -> None:
    def text(value: Any) -> str:
        return json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    wrapped = {"before": other, "Records": rows, "after": [{"no": "row"}]}
    assert cut(text(rows), JsonRows(), blocks) == rows
    assert cut("".join(map(text, rows)), JsonRows(listed=False), blocks) == rows
    assert cut(text(wrapped), JsonRows(("Records",)), blocks) == rows
    assert cut(text(wrapped) + text(wrapped), JsonRows(("Records",)), blocks) == rows + rows
    assert cut(text({"Records": other, "in": wrapped}), JsonRows(("in", "Records")), blocks) == rows


def test_a_quote_left_open_spoils_no_more_than_its_line() -> None:
    good = '{"a": 1}'
    found = JsonRows().feed(f'[{good},\n{{"a": "open}},\n{good},\n{good}]'.encode()).decode()
    assert found.count(good) == 3


@pytest.mark.parametrize(
    ("text", "path", "number"),
    [
        ('{"Records": [{"t": 1}]}', ("Records",), 1),
        ('{"meta": {"page": 1}, "data": [{"t": 1, "who": "ann"}, {"t": 2, "who": "bob"}]}', ("data",), 2),
        ('{"time": "2026-03-02T08:00:00Z", "event": {"access_logs": [{"t": 1}]}}', ("event", "access_logs"), 1),
        ('{"items": [{"t": 1}]}\n{"items": [{"t": 2}]}', ("items",), 2),
        ('{"whatever": [{"t": 1}, {"t": 2}]}', ("whatever",), 2),
        ('{"made": "2026-03-03T00:00:00Z", "trail": [{"t": 1772438400}, {"t": 1772438401}]}', ("trail",), 2),
        ('[{"t": 1}, {"t": 2}]', (), 2),
        ('[\n{"t": 1},\n{"t": 2},\n]', (), 2),
        ('{"t": 1}\n{"t": 2}', (), 2),
        ('{\n"t": 1\n}\n{\n"t": 2\n}', (), 2),
    ],
)
def test_where_the_rows_are(text: str, path: tuple[str, ...], number: int) -> None:
    shape = shape_of(text, text.split("\n"), 10)
    assert (shape.path, len(shape.rows)) == (path, number)


@pytest.mark.parametrize(
    "row",
    [
        {"recorded": "2026-03-02T08:00:00Z", "agent": [{"a": 1}, {"a": 2}], "entity": [{"what": "x"}]},
        {"id": {"time": "2026-03-02T08:00:00Z"}, "events": [{"name": "view", "parameters": [{"name": "doc_id"}]}]},
        {"ts": 1772438400, "results": [{"customer": "C-1"}, {"customer": "C-2"}, {"customer": "C-3"}]},
    ],
)
def test_an_event_with_a_list_is_a_row_and_no_wrapper(row: dict[str, Any]) -> None:
    lines = [json.dumps(row)] * 3
    shape = shape_of("\n".join(lines), lines, 10)
    assert (shape.lines, shape.path, shape.rows[0]) == (True, (), row)
    if "results" not in row:
        assert shape_of(json.dumps(row), lines[:1], 10).rows == [row]


def test_a_text_that_is_cut_shows_its_rows_as_far_as_they_go() -> None:
    text = json.dumps({"resourceType": "Bundle", "entry": [{"resource": {"id": n, "x": "y" * 50}} for n in range(50)]})
    shape = shape_of(text[:900], [text[:900]], 100)
    assert (shape.path, shape.inner) == (("entry",), ("resource",))
    assert [row["id"] for row in shape.rows[:5]] == [0, 1, 2, 3, 4]
