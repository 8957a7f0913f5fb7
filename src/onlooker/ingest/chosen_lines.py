"""Which lines are wanted, where a log has others too: `resource=clients`, `type!=system`, `url~/users/{id}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from onlooker.errors import UsageError
from onlooker.ingest.paths import regex
from onlooker.ingest.quoting import literal, strings

PRESENT = "there"
_FORM = re.compile(r"(?P<column>(?:\[[^\]]*\]|[^=~!\[])+)(?P<how>=|!=|~)(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True)
class Condition:
    """A column or path, and the values that it must have or must not have, or the pattern that must occur in it."""

    column: str
    how: str
    values: tuple[str, ...]

    def sql(self, text: str) -> str:
        """SQL of whether the column's `text` is as wanted."""
        if self.how == PRESENT:
            return f"coalesce({text}, '') <> ''"
        if self.how == "~":
            return " OR ".join(f"regexp_matches({text}, {literal(regex(value) or value)})" for value in self.values)
        within = f"trim({text}) IN ({strings(self.values)})"
        return within if self.how == "=" else f"NOT coalesce({within}, false)"


@dataclass(frozen=True)
class Only:
    """The lines wanted: those that meet every condition; all lines if there is none."""

    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conditions)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns and paths that are looked at."""
        return tuple(condition.column for condition in self.conditions)

    @property
    def shown(self) -> str:
        """The conditions as a user writes them."""
        return ", ".join(
            f"a value in {one.column}" if one.how == PRESENT else f"{one.column}{one.how}{'|'.join(one.values)}"
            for one in self.conditions
        )

    def present(self, column: str) -> Only:
        """Those that have a value in `column` too."""
        return Only((*self.conditions, Condition(column, PRESENT, ())))

    def renamed(self, column: str, other: str) -> Only:
        """Those that must have a value in `column` must have one in `other`."""
        return Only(
            tuple(
                replace(one, column=other) if (one.column, one.how) == (column, PRESENT) else one
                for one in self.conditions
            )
        )

    def sql(self, text_of: Callable[[str], str]) -> str:
        """SQL of whether a line is wanted; empty if all are. `text_of` makes SQL of a column's text."""
        return " AND ".join(f"({one.sql(text_of(one.column))})" for one in self.conditions)


ALL_LINES = Only()


def only(wishes: Sequence[str]) -> Only:
    """The conditions that a user writes; of several values for one column one is enough. Raises UsageError."""
    found: dict[tuple[str, str], list[str]] = {}
    for wish in wishes:
        form = _FORM.fullmatch(wish.strip())
        if form is None:
            raise UsageError(
                f"--where {wish}: this says no column and value",
                "Write COLUMN=VALUE, COLUMN!=VALUE or COLUMN~PATTERN, as in --where resource=clients.",
            )
        found.setdefault((form["column"].strip(), form["how"]), []).append(form["value"].strip())
    return Only(tuple(Condition(column, how, tuple(values)) for (column, how), values in found.items()))
