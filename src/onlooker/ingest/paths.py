"""Paths to a value inside of a column: JSON members, list elements by place or by content, and a part of a text.

    actor.email                             a member
    target[0].id                            the first element of a list, and a member of it
    agent[requestor=true].who.reference     the first element that has this
    entity[].what.reference                 every element; several different values stay a JSON list
    url~/users/{customer_id}                what stands there in the text

The first part is a column of the log. The same path is SQL for the engine, and a function for the sample.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from onlooker.ingest.quoting import literal
from onlooker.schema.tables import EVENTS


@dataclass(frozen=True)
class Each:
    """All elements of a list."""


@dataclass(frozen=True)
class Having:
    """The first element in which the member at `path` is `value`."""

    path: tuple[str, ...]
    value: str


Step = str | int | Each | Having
_STEP = re.compile(
    r"""\.(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<key>[^.\[\]~"]+))
    |\[(?P<place>-?\d+)\] | (?P<each>\[\*?\])
    |\[(?P<member>[^\]=]+)=(?P<value>[^\]]*)\]""",
    re.VERBOSE,
)
_ENDING = r"(?:\.(?:json|xml|html?|csv|pdf|aspx?|php|do))?(?:[/?#&;,\s]|$)"
_TEXT = r"[^/?#&;,\s]+?"


@dataclass(frozen=True)
class Path:
    """A value inside of the column `base`."""

    base: str
    steps: tuple[Step, ...] = ()
    pattern: str = ""
    """A regular expression whose first group is wanted, or whether it occurs if it has none."""

    def sql(self, text: str) -> str:
        """SQL of the value, given SQL of the column's text. NULL where there is none."""
        if not self.steps:
            return _part_sql(text, self.pattern)
        value = f"TRY_CAST({text} AS JSON)"
        if Each() in self.steps:
            return _one_of(_all_sql(value, self.steps, self.pattern))
        return _part_sql(_first_sql(value, self.steps), self.pattern)

    def pick(self, text: str | None) -> str | None:
        """The value, given the column's text."""
        if text is None:
            return None
        if not self.steps:
            return _part(text, self.pattern)
        try:
            found = [as_text(value) for value in _walk(json.loads(text), self.steps)]
        except (ValueError, RecursionError):
            return None
        parts = sorted({part for value in found if (part := _part(value, self.pattern)) is not None})
        if len(parts) < 2:
            return parts[0] if parts else None
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def parse_path(text: str, names: Sequence[str]) -> Path | None:
    """A path into one of the columns `names`, the longest that fits; None if it begins with none, or can't be read."""
    bases = [name for name in names if text.startswith(name) and text[len(name) : len(name) + 1] in (".", "[", "~")]
    for base in sorted(bases, key=len, reverse=True):
        found = _parse(base, text[len(base) :])
        if found:
            return found
    return None


def as_text(value: Any) -> str | None:
    """A JSON value as the text that the engine makes of it."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def member(name: str) -> str:
    """The step of a path to a member by its name."""
    return f".{name}" if re.fullmatch(r'[^.\[\]~"]+', name) else f".{json.dumps(name, ensure_ascii=False)}"


def _parse(base: str, rest: str) -> Path | None:
    steps: list[Step] = []
    place = 0
    while found := _STEP.match(rest, place):
        place = found.end()
        if found["quoted"] is not None:
            steps.append(str(json.loads(f'"{found["quoted"]}"')))
        elif found["key"] is not None:
            steps.append(found["key"])
        elif found["place"] is not None:
            steps.append(int(found["place"]))
        elif found["each"] is not None:
            steps.append(Each())
        else:
            steps.append(Having(tuple(found["member"].split(".")), found["value"].strip('"')))
    if place == len(rest):
        return Path(base, tuple(steps))
    pattern = regex(rest[place + 1 :]) if rest[place] == "~" else None
    return Path(base, tuple(steps), pattern) if pattern else None


def regex(pattern: str) -> str | None:
    """`/users/{customer_id}` as a regular expression. `{...}` is wanted, `*` is text up to a slash, `^` the start."""
    wanted = re.findall(r"\{[^{}]*\}", pattern)
    chosen = [name for name in wanted if name[1:-1].partition(":")[0] in EVENTS.names] if len(wanted) > 1 else wanted
    if not pattern or len(chosen) != min(len(wanted), 1):
        return None
    pieces = re.split(r"(\{[^{}]*\}|\*)", pattern)
    out = "".join(_piece(piece, piece in chosen) for piece in pieces)
    out = "^" + out[2:] if pattern.startswith("^") else out
    return out + _ENDING if pattern.endswith("}") else out


def _piece(piece: str, chosen: bool) -> str:
    if piece == "*":
        return r"[^/?#&;,\s]*"
    if piece.startswith("{") and piece.endswith("}"):
        text = r"\d+" if piece.endswith(":number}") else _TEXT
        return f"({text})" if chosen else f"(?:{text})"
    return re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", piece)


def _part_sql(value: str, pattern: str) -> str:
    if not pattern:
        return value
    if "(" not in pattern.replace("(?", ""):
        return f"CASE WHEN regexp_matches({value}, {literal(pattern)}) THEN {value} END"
    found = f"nullif(regexp_extract({value}, {literal(pattern)}, 1), '')"
    return f"CASE WHEN contains({value}, '%') THEN coalesce(try(url_decode({found})), {found}) ELSE {found} END"


def _part(value: str | None, pattern: str) -> str | None:
    if value is None or not pattern:
        return value
    found = re.search(pattern, value, re.ASCII)
    if not found or not found.groups():
        return value if found else None
    try:
        return unquote(found[1], errors="strict")
    except UnicodeDecodeError:
        return found[1]


def _first_sql(value: str, steps: Sequence[Step], depth: int = 0) -> str:
    plain = _until_list(steps)
    rest = steps[len(plain) :]
    if not rest:
        return f"json_extract_string({value}, {literal(pointer(plain))})"
    having = rest[0]
    if not isinstance(having, Having):
        raise ValueError(f"{having} gives several values")
    name = f"e{depth}"
    test = f"json_extract_string({name}, {literal(pointer(having.path))}) = {literal(having.value)}"
    found = f"list_filter({_elements(value, plain)}, lambda {name}: {test})[1]"
    return _first_sql(found, rest[1:], depth + 1)


def _all_sql(value: str, steps: Sequence[Step], pattern: str, depth: int = 0) -> str:
    """SQL of the list of values behind the first Each."""
    at = steps.index(Each())
    before, after = steps[:at], steps[at + 1 :]
    plain = _until_list(before)
    name = f"a{depth}"
    if len(plain) < len(before):
        value, plain = _json_sql(value, before, depth), []
    elements = _elements(value, plain)
    if Each() in after:
        return f"flatten(list_transform({elements}, lambda {name}: {_all_sql(name, after, pattern, depth + 1)}))"
    return f"list_transform({elements}, lambda {name}: {_part_sql(_first_sql(name, after, depth + 10), pattern)})"


def _json_sql(value: str, steps: Sequence[Step], depth: int) -> str:
    """SQL of the JSON at the end of steps that select elements."""
    return f"TRY_CAST({_first_sql(value, steps, depth + 20)} AS JSON)"


def _elements(value: str, plain: Sequence[Step]) -> str:
    return f"json_extract({value}, {literal(pointer(plain) + '[*]')})"


def _one_of(values: str) -> str:
    distinct = f"list_sort(list_distinct({values}))"
    return f"CASE WHEN len({distinct}) > 1 THEN CAST(to_json({distinct}) AS VARCHAR) ELSE {distinct}[1] END"


def _until_list(steps: Sequence[Step]) -> list[Step]:
    plain: list[Step] = []
    for step in steps:
        if not isinstance(step, str | int):
            break
        plain.append(step)
    return plain


def pointer(steps: Iterable[Step]) -> str:
    """The engine's name of what members and places lead to."""
    return "$" + "".join(
        f"[{step}]" if isinstance(step, int) else f".{json.dumps(step, ensure_ascii=False)}" for step in steps
    )


def _walk(value: Any, steps: Sequence[Step]) -> list[Any]:
    if not steps:
        return [value]
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        return _walk(value[step], rest) if isinstance(value, dict) and step in value else []
    if not isinstance(value, list):
        return []
    if isinstance(step, int):
        return _walk(value[step], rest) if -len(value) <= step < len(value) else []
    if isinstance(step, Each):
        return [found for element in value for found in _walk(element, rest)]
    having = (e for e in value if [as_text(found) for found in _walk(e, step.path)] == [step.value])
    return next(([*_walk(element, rest)] for element in having), [])
