"""What the values of a log's columns look like: people, customers, times, or nothing of the kind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from onlooker.ingest.times import CLOCK, DATE

Sample = list[tuple[str | None, ...]]
Plausible = Callable[[Sequence[str]], float]
"""The share of texts that are instants between 1990 and the day after tomorrow."""

ENOUGH = 20
"""Values from which on their number says something."""
MOST = 0.5
"""A column looks like something if more than this share of its values does."""
FILLED = 0.5
"""A column that has a value in a smaller share of the lines does not say who acted, or when, in each of them."""
KINDS, PER_KIND = 12, 10
"""At most this many words without digits, each at least this often on average, are kinds of record, not customers."""
ACTOR = frozenset(
    ["useridentity", "actor", "user", "agent", "principal", "initiator", "operator", "performer", "employee", "caller"]
)
"""Keys of nested JSON under which everything is about who acted."""
EVENT = "id"
"""The key under which nested JSON says which event it is: a customerId there is the organisation's own."""
SHIPPER = re.compile(r"ecs\.version|agent\.(ephemeral_id|type|version)|beat\.(name|hostname)")
"""Columns that say that `agent` is the program which ships the log (Elastic Common Schema)."""

PAGES = "addresses of pages"
_PROGRAM = re.compile(r"[A-Za-z][\w .+-]*/\d[\w.]*(\s.*|\(.*)?|\w+beat")
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}(:\d+)?|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){3,7}")
_URL = re.compile(r"(https?://|/)\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+([ _-][^\W\d_]+)?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DATE, _CLOCK = re.compile(DATE), re.compile(CLOCK)
_MIDNIGHT = re.compile(r"[ T](00:00(:00(\.0+)?)?|12:00(:00)? ?AM)$", re.IGNORECASE)
_YES_NO = frozenset(["true", "false", "yes", "no", "y", "n"])
_ABOUT_TIME = re.compile(r"(?=.*\d).{6,}", re.DOTALL)


@dataclass(frozen=True)
class Values:
    """The values of one column in the sample, without the empty ones."""

    texts: tuple[str, ...]

    @cached_property
    def distinct(self) -> int:
        """How many different ones."""
        return len(set(self.texts))

    @property
    def enough(self) -> bool:
        """Whether their number says something."""
        return len(self.texts) >= ENOUGH

    def mostly(self, pattern: re.Pattern[str]) -> bool:
        """Whether most of them match `pattern` from end to end."""
        return self._share(lambda text: bool(pattern.fullmatch(text))) > MOST

    @cached_property
    def dates(self) -> bool:
        """Dates without a clock; or with one that always says midnight, as spreadsheets write it."""
        midnight = all(_MIDNIGHT.search(text) for text in self.texts)
        return self.mostly(_DATE) or (len(set(self.texts)) > 1 and midnight)

    @cached_property
    def clocks(self) -> bool:
        """Times of day without a date."""
        return self.mostly(_CLOCK)

    @cached_property
    def objects(self) -> bool:
        """JSON text that is no plain list: a record, or several."""
        return self._share(_is_structure) > MOST

    @cached_property
    def mails(self) -> bool:
        """E-mail addresses."""
        return self.mostly(_MAIL)

    @cached_property
    def kinds(self) -> bool:
        """A few words that occur again and again, such as `invoices` and `clients`."""
        few = self.distinct <= KINDS and len(self.texts) >= max(ENOUGH, PER_KIND * self.distinct)
        return few and self._share(lambda text: bool(_WORD.fullmatch(text))) == 1.0

    @cached_property
    def no_id(self) -> str:
        """What it is instead of the id of somebody, in words; empty if it may be one."""
        if self.objects:
            return "JSON text"
        if self.mostly(_ADDRESS):
            return "network addresses"
        if self.mostly(_URL):
            return PAGES
        if self.mostly(_PROGRAM):
            return "names of programs"
        if self.texts and self._share(lambda text: text.lower() in _YES_NO) == 1.0:
            return "yes or no"
        return ""

    def _share(self, holds: Callable[[str], bool]) -> float:
        return sum(map(holds, self.texts)) / len(self.texts) if self.texts else 0.0


@dataclass
class LogSample:
    """The first lines of one log, and what its columns look like."""

    shown: str
    names: tuple[str, ...]
    sample: Sample
    plausible: Plausible
    _values: dict[str, Values] = field(default_factory=dict)

    def values(self, column: str) -> Values:
        """The values of a column that are not empty."""
        if column not in self._values:
            place = self.names.index(column)
            texts = (text for row in self.sample if (text := (row[place] or "").strip()))
            self._values[column] = Values(tuple(texts))
        return self._values[column]

    def empty(self, column: str) -> bool:
        """Whether the sample has lines, and none has a value here."""
        return bool(self.sample) and not self.values(column).texts

    def sparse(self, column: str) -> str:
        """That most lines have no value here, in words; empty if most have one."""
        filled, lines = len(self.values(column).texts), len(self.sample)
        return f"filled in {filled:,} of the first {lines:,} lines" if filled < FILLED * lines else ""

    def times(self, column: str) -> bool:
        """Whether most of a column's values are instants of a plausible span."""
        texts = self._first_texts(column)
        return bool(texts) and self.plausible(texts) > MOST

    def with_times(self, columns: Sequence[str]) -> list[str]:
        """Those of the columns that hold times; their texts are read together, which is faster where they are many."""
        if texts := [text for column in columns for text in self._first_texts(column)]:
            self.plausible(texts)
        return [column for column in columns if self.times(column)]

    def _first_texts(self, column: str) -> tuple[str, ...]:
        texts = self.values(column).texts[:100]
        return texts if any(map(_ABOUT_TIME.match, texts)) else ()

    def example(self, column: str) -> str:
        """A value to show, cut short."""
        text = next(iter(self.values(column).texts), "")
        return text if len(text) <= 40 else f"{text[:39]}…"

    def of_shipper(self, column: str) -> bool:
        """Whether a column is about the program that ships the log, which some logs call the agent."""
        return parent(column) in ("agent", "beat") and any(map(SHIPPER.fullmatch, self.names))

    def mixed_kinds(self, column: str) -> tuple[str, tuple[str, ...]] | None:
        """The column, and its kinds, that says what kind of record an id column speaks of, if one id has several."""
        stem = re.sub(r"[^a-z0-9]?(id|key|number|no)$", "", column.lower())
        for other in self.names:
            kinds = self.values(other)
            named = other != column and re.sub(r"[^a-z0-9]?(type|kind|name)$", "", other.lower()) == stem
            if named and kinds.kinds and kinds.distinct > 1 and not self.follows(other, column):
                return other, tuple(sorted(set(kinds.texts)))
        return None

    def no_person(self, column: str) -> str:
        """Why a column can't say who looked, in words; empty if it can."""
        values = self.values(column)
        if self.empty(column):
            return "empty"
        if self.of_shipper(column):
            return "the program that ships the log"
        if values.enough and values.distinct == len(values.texts):
            return "another value in every line"
        return values.no_id or self.sparse(column)

    def no_customer(self, column: str, agent: str | None) -> str:
        """Why a column can't say whose record it was, in words; empty if it can. `agent` is who looked, if known."""
        values = self.values(column)
        inside_actor = not ACTOR.isdisjoint(part.lower() for part in column.split(".")[:-1])
        faults = {
            "empty": self.empty(column),
            "the same value in every line": values.enough and values.distinct == 1,
            values.no_id: bool(values.no_id),
            "kinds of record": values.kinds,
            "about who looked": inside_actor and not values.enough,
            "about the event": parent(column) == EVENT,
            self.sparse(column): "." in column and bool(self.sparse(column)),
            "the same value in all lines of an agent": agent and values.enough and self.follows(column, agent),
        }
        return next((fault for fault, holds in faults.items() if holds), "")

    def follows(self, column: str, other: str) -> bool:
        """Whether `column` says nothing that `other` does not say: one value each."""
        pairs = self._pairs(column, other)
        return len(pairs) >= 1 and len({theirs for _, theirs in pairs}) == len(pairs)

    def one_to_one(self, column: str, other: str) -> bool:
        """Whether two columns are two names of the same; more than a few lines are needed to say so."""
        enough = self.values(column).enough and self.values(other).enough and self.values(column).distinct > 1
        return enough and self.follows(column, other) and self.follows(other, column)

    def _pairs(self, column: str, other: str) -> set[tuple[str, str]]:
        ours, theirs = self.names.index(column), self.names.index(other)
        pairs = (((row[ours] or "").strip(), (row[theirs] or "").strip()) for row in self.sample)
        return {(one, two) for one, two in pairs if one and two}


def parent(column: str) -> str:
    """The key above a dotted name: `agent` of agent.id."""
    return column.split(".")[-2].lower() if "." in column else ""


def _is_structure(text: str) -> bool:
    if text[:1] not in "{[":
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text[:1] == "{"
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict | list) for one in value))
