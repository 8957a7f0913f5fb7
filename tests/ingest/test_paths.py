"""Paths into a column: what they pick, and that SQL picks the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onlooker.engines.duck import DuckEngine
from onlooker.ingest.nested import inside
from onlooker.ingest.paths import parse_path
from onlooker.ingest.quoting import literal

AGENTS = [{"requestor": False, "who": {"ref": "Device/1"}}, {"requestor": True, "who": {"ref": "Practitioner/ann"}}]
ENTITY = [{"what": {"ref": "Patient/C-1"}}, {"what": {"ref": "Observation/7"}}, {"what": {"ref": "Patient/C-2"}}]


@pytest.mark.parametrize(
    ("path", "value", "picked"),
    [
        ("a.b.c", {"b": {"c": 7}}, "7"),
        ('a."x.y"', {"x.y": "z"}, "z"),
        ("a[0].id", [{"id": "C-1"}, {"id": "C-2"}], "C-1"),
        ("a[-1].id", [{"id": "C-1"}, {"id": "C-2"}], "C-2"),
        ("a[requestor=true].who.ref", AGENTS, "Practitioner/ann"),
        ("a[who.ref=Device/1].requestor", AGENTS, "false"),
        ("a[].what.ref~Patient/{customer_id}", ENTITY, '["C-1","C-2"]'),
        ("a[].what.ref~Patient/{customer_id}", ENTITY[:2], "C-1"),
        ("a[].p[name=doc_id].value", [{"p": [{"name": "doc_id", "value": "D"}]}], "D"),
        ("a~/users/{customer_id}", "/api/v2/users/4040.json?include=x", "4040"),
        ("a~/users/{customer_id}", "/api/v2/users/ann%40x.example/edit", "ann@x.example"),
        ("a~/orgs/{org}/users/{customer_id}", "https://h/orgs/1/users/2", "2"),
        ("a~/v*/users/{customer_id}", "/v12/users/3#top", "3"),
        ("a~?id={customer_id}", "/show?id=9&tab=2", "9"),
        ("a~/users/{customer_id}", "/assets/users.css", None),
        ("a.b", "no JSON", None),
        ("a[0].b", {"b": 1}, None),
    ],
)
def test_a_path_picks_a_value_in_sql_as_in_the_sample(path: str, value: Any, picked: str | None) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    found = parse_path(path, ["a", "b"])
    assert found is not None
    assert found.pick(text) == picked
    with DuckEngine() as engine:
        assert engine.rows(f"SELECT {found.sql('t')} FROM (SELECT {literal(text)} AS t)") == [(picked,)]


@pytest.mark.parametrize("path", ["c.b", "a", "a..b", "a[", "a[x", "a~", "a~/{x}/{y}"])
def test_what_is_no_path_into_a_column_is_none(path: str) -> None:
    assert parse_path(path, ["a", "b"]) is None


def test_the_longest_column_that_fits_is_meant() -> None:
    found = parse_path("a.b.c", ["a", "a.b"])
    assert found is not None and found.base == "a.b"


SMALL = st.sampled_from(["a", "b", "Patient/x", "/users/1", "true", ""])
VALUES = st.recursive(
    SMALL | st.none() | st.booleans() | st.integers(-9, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "p"]), inner, max_size=3),
    max_leaves=10,
)
STEP = st.sampled_from([".a", ".b", ".p", "[0]", "[-1]", "[]", "[a=true]", "[b=a]", "[p.a=b]"])


@settings(max_examples=30, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=8), st.lists(STEP, min_size=1, max_size=4), st.booleans())
def test_sql_and_sample_never_differ(values: list[Any], steps: list[str], patterned: bool) -> None:
    found = parse_path("x" + "".join(steps) + ("~Patient/{customer_id}" if patterned else ""), ["x"])
    assert found is not None
    texts = [*map(json.dumps, values), "{broken"]
    rows = ", ".join(f"({number}, {literal(text)})" for number, text in enumerate(texts))
    got = ENGINE.rows(f"SELECT {found.sql('t')} FROM (VALUES {rows}) AS v(n, t) ORDER BY n")
    assert [value or None for (value,) in got] == [found.pick(text) or None for text in texts]


ENGINE = DuckEngine()


def test_lists_are_opened_by_what_tells_their_elements_apart() -> None:
    rows = [
        json.dumps([{"requestor": True, "who": f"p{n}"}, {"requestor": False, "who": "device"}][:: 1 if n % 2 else -1])
        for n in range(6)
    ]
    found = inside("agent", rows)
    assert found["agent[requestor=true].who"] == [f"p{n}" for n in range(6)]
    assert all(parse_path(name, ["agent"]) for name in found)


def test_pairs_of_name_and_value_are_opened_by_name() -> None:
    cells = [json.dumps({"P": [{"name": "doc", "value": n}, {"name": "title", "value": "x"}]}) for n in range(3)]
    assert inside("c", cells)["c.P[name=doc].value"] == ["0", "1", "2"]


def test_a_column_of_text_is_not_opened() -> None:
    assert inside("note", ["[sic] a remark", "plain"]) == {}
