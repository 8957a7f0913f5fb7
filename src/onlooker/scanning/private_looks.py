"""Looking something up in a store: what may be asked, what is on record, and how names are shown in the answer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from onlooker.cases import Case, CaseDesk, hidden_from
from onlooker.cases.history_of_sealed_cases import entries_seen_by
from onlooker.config import Settings
from onlooker.errors import UsageError
from onlooker.ingest.ids import normal_id
from onlooker.privacy import Names
from onlooker.privacy.names_in_store import names_in_store
from onlooker.privacy.people_seen import EVERYBODY, PeopleSeen, people_seen
from onlooker.privacy.pseudonyms import IdKind
from onlooker.store import Store
from onlooker.store.history_chain import Entry, person
from onlooker.store.history_filters import Wanted
from onlooker.store.recorded_look_ups import record_look

SUBJECTS: Mapping[str, IdKind] = {"agent": "agent", "customer": "customer", "whom": "agent"}
"""Fields that say whom a look is about, and the kind of id that stands in them."""
WITHOUT_REASON = ("today", "export", "cases listed", "case shown", "suppressions listed", "history shown", "receipt")
"""Looks that need no reason: the daily work on cases, the history, and what was delivered already."""
Value = TypeVar("Value")


@dataclass(frozen=True)
class Look:
    """One look, which is in the store's history as far as it may be."""

    store: Store
    names: Names
    noted: bool
    """Whether it is in the store's history."""
    viewer: str
    """Who looks."""
    subject: str = ""
    """Whom it is about, as the store spells it."""
    seen: PeopleSeen = EVERYBODY
    """Whose people are seen."""
    sealed: bool = False
    """Whether a case about the subject is sealed from the viewer, who is then shown as much as if there were none."""

    @property
    def desk(self) -> CaseDesk:
        """The cases that the viewer sees."""
        return CaseDesk(self.store, viewer=self.viewer, seen=self.seen)

    def shown(self, found: Value) -> Value:
        """What was found, with names as they are shown: those of a case that was revealed as they are."""
        return self.names.shown(found, revealed=not self.sealed and self.subject in self.names.revealed)

    def history(self, asked: Wanted) -> tuple[Entry, ...]:
        """The entries of the history that were asked for and that the viewer sees, oldest first."""
        asked = replace(asked, whom=self.subject or None)
        entries = entries_seen_by(self.viewer, self.store, asked.among(self.store.history()))
        return tuple(self.names.shown(one) for one in entries if self.seen.sees_entry(one.about))


@contextmanager
def private_look(
    path: str | os.PathLike[str], what: str, about: Mapping[str, Any], settings: Settings, reason: str = "",
    who: str | None = None,
) -> Iterator[Look]:  # fmt: skip
    """Look something up; a pseudonym in `about` is understood, and the history has the id.

    Raises UsageError where privacy is strict and there is no reason, and for a pseudonym of nobody.
    """
    named = {name: str(value) for name, value in about.items() if name in SUBJECTS and value}
    with _opened(path, settings) as (store, names, seen):
        must_have_reason(names, what, reason)
        real = {name: as_stored(names.real(text, SUBJECTS[name]), store) for name, text in named.items()}
        if seen.limited and real and (what == "person shown" or "agent" in real):
            seen.must_see(names.of("agent", next(iter(real.values()))), *real.values())
        subject, viewer = next(iter(real.values()), ""), who or person()
        sealed = bool(subject) and hidden_from(store, subject, viewer)
        must_be_alerted_on(names, what, subject, sealed)
        noted = record_look(Path(path), what, {**about, **real}, reason, who)
        yield Look(store, names, noted, viewer, subject, seen, sealed)


@contextmanager
def case_look(
    path: str | os.PathLike[str], name: str, settings: Settings, reason: str = "", who: str | None = None
) -> Iterator[tuple[Look, Case]]:
    """Look at the case that `name` means: its id, the beginning of one, its agent, or the agent's pseudonym.

    Raises UsageError for a case that is not there, or that whoever looks does not see.
    """
    with _opened(path, settings) as (store, names, seen):
        look = Look(store, names, True, who or person(), seen=seen)
        case = look.desk.named(names.real(name))
        noted = record_look(Path(path), "case shown", {"case": case.id, "agent": case.agent_id}, reason, who)
        yield replace(look, noted=noted, subject=case.agent_id), case


@contextmanager
def _opened(path: str | os.PathLike[str], settings: Settings) -> Iterator[tuple[Store, Names, PeopleSeen]]:
    """A store to read, how its names are shown, in errors too, and whose people are seen."""
    with Store.open(Path(path)) as store:
        names = names_in_store(store, settings.privacy, settings.pseudonym_key)
        with names.in_errors():
            yield store, names, people_seen(store, settings.vendors, settings.sites)


def must_have_reason(names: Names, what: str, reason: str) -> None:
    """Raise UsageError for a look-up without a reason where privacy is strict."""
    if names.strict and what not in WITHOUT_REASON and not reason.strip():
        raise UsageError(
            "a look-up needs a reason here (privacy = strict)",
            'Add --reason "WHY", such as the number of a case or of a request: it stands in the history.',
        )


def must_be_alerted_on(names: Names, what: str, agent: str, sealed: bool) -> None:
    """Raise UsageError for the scores of somebody whom no alert is about, where privacy is strict."""
    if names.strict and what == "explain" and (sealed or agent not in names.alerted):
        raise UsageError(
            f"no alert is about {agent}, and scores of people without one are not shown (privacy = strict)",
            "`onlooker exposure` lists whose records were opened, with a reason.",
        )


def as_stored(text: str, store: Store) -> str:
    """An id as the store has it, without hidden characters and, where ids are joined, in one spelling."""
    return normal_id(text, fold=bool(store.kept_reading().join_ids))
