"""Entries of the history by who acted, whom it concerned, when, and what was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from onlooker.store.history_chain import Entry
from onlooker.store.personal_fields import Kind
from onlooker.store.scrubbing import Person

KINDS: tuple[Kind, ...] = ("agent", "customer")


@dataclass(frozen=True)
class Wanted:
    """Which entries are wanted; what is not given asks for nothing."""

    who: str | None = None
    """Who acted, as the history spells it; case does not matter."""
    whom: str | None = None
    """An agent, a customer or a case that the entry concerns or names."""
    since: str | None = None
    """First date in UTC, ISO."""
    until: str | None = None
    """Last date in UTC, ISO."""
    what: str | None = None
    """What was done: the beginning of it, such as `case` or `explain`; case does not matter."""

    def record(self) -> dict[str, Any]:
        """What is asked for, without what is not."""
        return {name: value for name, value in self.__dict__.items() if value}

    def among(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries that fit, in their order."""
        return (entry for entry in entries if self._fits(entry))

    def _fits(self, entry: Entry) -> bool:
        day = entry.at[:10]
        return (
            (not self.who or entry.who.casefold() == self.who.casefold())
            and (not self.since or day >= self.since)
            and (not self.until or day <= self.until)
            and (not self.what or entry.what.casefold().startswith(self.what.casefold()))
            and (not self.whom or names(entry, self.whom))
        )


def names(entry: Entry, person: str) -> bool:
    """Whether an entry names an agent, a customer or a case: in a field of ids, or as a word of a sentence."""
    told = {"about": dict(entry.about), "why": entry.why}
    return entry.about.get("case") == person or any(Person(kind, person).scrubbed(told) != told for kind in KINDS)
