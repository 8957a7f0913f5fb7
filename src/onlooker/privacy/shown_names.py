"""What stands for an id where people see it: in every record that leaves the tool, by the names of its fields."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from onlooker.errors import EngineError, OnlookerError, UsageError
from onlooker.privacy.names_in_text import in_known_sentences, replace_ids, replace_people
from onlooker.privacy.pseudonyms import SHAPE, IdKind, Pseudonym, Pseudonyms
from onlooker.schema.privacy_modes import Mode
from onlooker.store.personal_fields import IDS, SENTENCES

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Value = TypeVar("Value")

FIELDS: Mapping[str, IdKind] = {
    **dict.fromkeys(("agent", "agent_id", "agents", "asserted_by", "manager"), "agent"),
    **dict.fromkeys(("customer", "customer_id", "customers"), "customer"),
    **dict.fromkeys(("ticket", "ticket_id", "tickets"), "ticket"),
    **dict.fromkeys(("team", "teams"), "team"),
}  # fmt: skip
"""Fields that hold an id or a list of ids."""
EITHER = ("whom", "person", "person_id")
"""Fields that hold the id of an agent or of a customer."""
STAFF = IDS["agent"] - FIELDS.keys() - {*EITHER, "may_export"}
"""Fields of people who work with the tool, who are named; an agent is hidden there where the record is about them."""
TEXTS = SENTENCES | {"because", "lines", "next", "story", "summary", "surges", "why_none", "no_alert", "fault"}
BY_AGENT = ("series", "hours")
"""Fields whose keys are agents."""
NOT_OF_PEOPLE = ("settings", "mapping")
"""Fields whose values are settings or names of columns: what stands under `agent_id` there is no agent."""
NOT_SHOWN = "(not shown)"
WITH_FREE_TEXT = (
    "Run", "Reading", "Entry", "Explanation", "Note", "Question", "Reveal", "Suppression", "Verdict",
)  # fmt: skip
"""Records whose sentences may name somebody who is in none of their fields: notes of a run, what people typed."""
LINES_OF_LOGS = ("SourceLine",)
"""Records whose text is a line of a log."""


def refuse_statements() -> None:
    """Raise UsageError where the engine's statements are to be written: ids stand in them."""
    if os.environ.get("ONLOOKER_SQL"):
        raise UsageError(
            "ONLOOKER_SQL writes the statements of the SQL engine, and ids stand in them",
            "Take the variable away, or run with privacy = open.",
        )


@dataclass(frozen=True)
class Names:
    """What is shown instead of ids: themselves where `pseudonyms` is None."""

    pseudonyms: Pseudonyms | None = None
    mode: Mode = "open"
    known: Callable[[], frozenset[str]] = field(default=frozenset, repr=False)
    """The agents and subjects that are known, for sentences and for the way back."""
    find_customers: Callable[[Pseudonyms, Collection[str]], Mapping[str, str]] = field(
        default=lambda _pseudonyms, _wanted: {}, repr=False
    )
    """Pseudonyms of customers and tickets -> the ids of those that are known; it reads the whole store."""
    revealed: frozenset[str] = frozenset()
    """Agents and teams of cases that were revealed."""
    find_alerted: Callable[[], frozenset[str]] = field(default=frozenset, repr=False)
    """Whom an alert that was kept is about or names."""
    typed: dict[str, str] = field(default_factory=dict, repr=False)
    """What somebody typed for an id -> what is shown for it, should it stand in an error."""
    customers: dict[str, str] = field(default_factory=dict, repr=False)
    """Pseudonyms of customers and tickets that were looked up already -> their ids."""

    def __post_init__(self) -> None:
        """Note that this process hides names."""
        if self.pseudonyms is not None:
            refuse_statements()
            _MADE.append(self.mode)

    @property
    def private(self) -> bool:
        """Whether ids are hidden."""
        return self.pseudonyms is not None

    @cached_property
    def people(self) -> frozenset[str]:
        """The agents and subjects that are known."""
        return self.known()

    @cached_property
    def alerted(self) -> frozenset[str]:
        """Whom an alert that was kept is about or names."""
        return self.find_alerted()

    @cached_property
    def by_pseudonym(self) -> dict[str, str]:
        """Pseudonyms of the agents and subjects that are known -> their ids."""
        return {self.of("agent", one): one for one in self.people}

    @property
    def strict(self) -> bool:
        """Whether nothing is shown of people whom no alert was about."""
        return self.mode == "strict"

    @property
    def said(self) -> str:
        """The note of a run that hides names; empty where ids are shown."""
        if self.pseudonyms is None:
            return ""
        return (
            f"Names are pseudonyms of the key {self.pseudonyms.key_id} (privacy = {self.mode}); "
            "`onlooker cases reveal` names one case."
        )

    def of(self, kind: str, identity: str) -> str:
        """What is shown for one id of an agent, customer, ticket or team."""
        if self.pseudonyms is None or not identity or isinstance(identity, Pseudonym):
            return identity
        if SHAPE.fullmatch(identity) and identity in self.people:
            # A login of that form is a login: an agent may have taken a colleague's pseudonym for one.
            return self.pseudonyms.make(kind, identity)  # type: ignore[arg-type]
        if kind == "agent":
            what, _, name = identity.partition(" ")
            if what == "team" and name:
                return self.pseudonyms.of("team", name)
            if what in ("queue", "site", "rule") and name and identity not in self.people:
                return identity
        return self.pseudonyms.of(kind, identity)  # type: ignore[arg-type]

    def shown(self, value: Value, *, revealed: bool = False) -> Value:
        """A record, a list of them or a table as it is shown; as it is where it is `revealed`."""
        if self.pseudonyms is None or revealed:
            return value
        return _Walk(self, self._own(value)).of(value)  # type: ignore[no-any-return]

    def _own(self, value: Any) -> dict[str, str]:
        """The ids that stand in fields of a record -> what is shown for them, to be found in its sentences."""
        return {one: self.of(kind, one) for kind, one in _ids(value, "") if not isinstance(one, Pseudonym)}

    def of_either(self, identity: str) -> str:
        """What is shown for the id of an agent, or else of a customer."""
        return self.of("agent" if identity in self.people else "customer", identity)

    def text(self, text: str) -> str:
        """A sentence without a record: the ids at known places of it, and those of the people that are known."""
        if self.pseudonyms is None:
            return text
        return replace_people(in_known_sentences(text, self.of), self.people, self.of)

    # The way back

    def real(self, typed: str, kind: str = "agent") -> str:
        """The id that somebody typed, who may have typed its pseudonym. Raises UsageError for one that is not known."""
        text = typed.strip()
        if self.pseudonyms is None:
            return typed
        if SHAPE.fullmatch(text):
            if text not in self.people:
                return self._id_of(text, self.pseudonyms.key_id)
            if text in self.by_pseudonym:
                raise UsageError(
                    f"{text} is the login of one agent and the pseudonym of another",
                    "Name the case by its id, or the agent by the other name.",
                )
        if text and not text.startswith("case-"):
            self.typed[text] = self.of(kind, text)
        return typed

    def look_up(self, typed: Iterable[str]) -> None:
        """Look up the customers and tickets whose pseudonyms somebody typed, all at once."""
        if self.pseudonyms is not None:
            wanted = {text for text in map(str.strip, typed) if SHAPE.fullmatch(text)}
            wanted = {text for text in wanted - self.customers.keys() if text.startswith(("customer-", "ticket-"))}
            self.customers.update(self.find_customers(self.pseudonyms, wanted) if wanted else {})

    def _id_of(self, pseudonym: str, key_id: str) -> str:
        self.look_up([pseudonym])
        found = self.customers.get(pseudonym) or self.by_pseudonym.get(pseudonym)
        if found is None:
            raise UsageError(
                f"nobody in the store has the pseudonym {pseudonym}",
                f"Another key makes other pseudonyms; those shown here are of the key {key_id}.",
            )
        self.typed[found] = pseudonym  # an error names it as it was typed
        return found

    @contextmanager
    def in_errors(self) -> Iterator[None]:
        """Errors raised in this block name nobody: neither people who are known nor ids that somebody typed."""
        try:
            yield
        except OnlookerError as error:
            if self.pseudonyms is not None:
                if isinstance(error, EngineError):  # it may quote what it read
                    error.message = error.message.replace(error.said, NOT_SHOWN)
                error.message, error.hint = (
                    self.text(replace_ids(one, self.typed)) for one in (error.message, error.hint)
                )
                error.args = (error.message,)
                raise error.with_traceback(None) from None  # what it came from, and where, may name somebody
            raise


OPEN = Names()


def any_private() -> bool:
    """Whether this process hides names: an unexpected error then shows where it was raised, and not its text."""
    return bool(_MADE)


_MADE: list[Mode] = []


def _ids(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Kind and id of every field of `value` that holds one; tables are not looked into."""
    if isinstance(value, str):
        if value and (kind := FIELDS.get(name)):
            yield kind, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _ids(part, key) if name not in (*BY_AGENT, *NOT_OF_PEOPLE) else ()
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _ids(part, name)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _ids(getattr(value, one.name), one.name)


@dataclass(frozen=True)
class _Walk:
    """One record on its way out."""

    names: Names
    own: Mapping[str, str]
    free: bool = False
    """Whether sentences may name somebody who stands in no field, as the notes of a run do."""

    def of(self, value: Any, name: str = "") -> Any:
        """The value of the field `name` as it is shown."""
        if isinstance(value, str):
            return self._string(value, name)
        if isinstance(value, Mapping):
            return self._mapping(value, name)
        if isinstance(value, list | tuple):
            return type(value)(self.of(part, name) for part in value)
        if is_dataclass(value) and not isinstance(value, type):
            return self._record(value)
        if type(value).__module__.startswith(("pandas", "pyarrow")):
            return _table(value, self)
        return value

    def _string(self, text: str, name: str) -> str:
        if kind := FIELDS.get(name):
            return self.names.of(kind, text)
        if name in EITHER:
            return self.own.get(text) or self.names.of_either(text)
        if name in STAFF:
            return self.own.get(text, text)
        if name not in TEXTS:
            return text
        said = replace_ids(text, self.own)
        return self.names.text(said) if self.free else said

    def _mapping(self, value: Mapping[Any, Any], name: str) -> dict[Any, Any]:
        if name in BY_AGENT:
            return {self.names.of("agent", key): self.of(part) for key, part in value.items()}
        if name == "mapping":
            return dict(value)
        if name == "settings":
            hidden = {"may_export": [NOT_SHOWN] * len(value.get("may_export") or [])}
            return {**value, **(hidden if "may_export" in value else {})}
        return {key: self.of(part, key) for key, part in value.items()}

    def _record(self, value: Any) -> Any:
        kind = type(value).__name__
        walk = replace(self, free=True) if kind in WITH_FREE_TEXT else self
        made = {one.name: walk.of(getattr(value, one.name), one.name) for one in fields(value) if one.init}
        if kind in LINES_OF_LOGS:
            made["text"] = NOT_SHOWN
        return replace(value, **made)


def _table(table: Any, walk: _Walk) -> Any:
    """A frame or an Arrow table, its columns of ids and sentences as they are shown."""
    frame = hasattr(table, "to_dict")
    for column in list(table.columns if frame else table.schema.names):
        if column in FIELDS or column in EITHER:
            table = (_in_frame if frame else _in_arrow)(table, column, walk)
    return table


def _in_frame(frame: pd.DataFrame, column: str, walk: _Walk) -> pd.DataFrame:
    shown = {one: walk.of(one, column) for one in frame[column].dropna().unique() if isinstance(one, str)}
    return frame.assign(**{column: frame[column].map(lambda one: shown.get(one, one))}) if shown else frame


def _in_arrow(table: pa.Table, column: str, walk: _Walk) -> pa.Table:
    import pyarrow as pa

    if not pa.types.is_string(table[column].type) and not pa.types.is_large_string(table[column].type):
        return table
    kind = table[column].type
    encoded = table[column].combine_chunks().dictionary_encode()
    values = pa.array([None if one is None else walk.of(one, column) for one in encoded.dictionary.to_pylist()], kind)
    return table.set_column(table.schema.names.index(column), column, values.take(encoded.indices))
