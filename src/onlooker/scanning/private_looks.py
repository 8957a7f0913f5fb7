"""Looking something up in a store: what may be asked, what is on record, and how names are shown in the answer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from onlooker.cases import hidden_from
from onlooker.config import Settings
from onlooker.errors import UsageError
from onlooker.ingest.ids import normal_id
from onlooker.privacy import Names
from onlooker.privacy.names_in_store import names_in_store
from onlooker.privacy.people_seen import EVERYBODY, PeopleSeen, people_seen
from onlooker.privacy.pseudonyms import IdKind
from onlooker.store import Store
from onlooker.store.history_chain import person
from onlooker.store.recorded_look_ups import looked_up

SUBJECTS: Mapping[str, IdKind] = {"agent": "agent", "customer": "customer", "whom": "agent"}
"""Fields that say whom a look is about, and whose pseudonym stands there first of all."""
WITHOUT_REASON = ("today", "export", "cases listed", "case shown", "suppressions listed", "history shown", "receipt")
"""Looks at the work of a morning, at records of it, and at what has been delivered already."""
Value = TypeVar("Value")


@dataclass(frozen=True)
class Look:
    """One look, which is on record as far as it may be."""

    store: Store
    names: Names
    noted: bool
    """Whether it is in the store's history."""
    subject: str = ""
    """Whom it is about, as the store spells it."""
    seen: PeopleSeen = EVERYBODY
    """Whose people are seen."""
    sealed: bool = False
    """Whether a case about the subject is sealed from whoever looks: then it is as if there were none."""

    def shown(self, found: Value) -> Value:
        """What was found, with names as they are shown: those of a case that was revealed as they are."""
        return self.names.shown(found, revealed=not self.sealed and self.subject in self.names.revealed)


@contextmanager
def private_look(
    path: str | os.PathLike[str], what: str, about: Mapping[str, Any], settings: Settings, reason: str = "",
    who: str | None = None,
) -> Iterator[Look]:  # fmt: skip
    """Look something up; a pseudonym in `about` is understood, and the history has the id.

    Raises UsageError where privacy is strict and there is no reason, and for a pseudonym of nobody.
    """
    with Store.open(Path(path)) as opened:
        names = names_in_store(opened, settings.privacy, settings.pseudonym_key)
        named = {name: str(value) for name, value in about.items() if name in SUBJECTS and value}
        with names.in_errors():
            must_have_reason(names, what, reason)
            real = {name: as_stored(names.real(text, SUBJECTS[name]), opened) for name, text in named.items()}
            seen = people_seen(opened, settings.vendors, settings.sites)
            if seen.limited and real and (what == "person shown" or "agent" in real):
                seen.must_see(names.of("agent", next(iter(real.values()))), *real.values())
            subject = next(iter(real.values()), "")
            sealed = bool(subject) and hidden_from(opened, subject, who or person())
            must_be_alerted_on(names, what, subject, sealed)
            with looked_up(Path(path), what, {**about, **real}, reason, who) as (store, noted):
                yield Look(store, names, noted, subject, seen, sealed)


def must_have_reason(names: Names, what: str, reason: str) -> None:
    """Raise UsageError for a look-up without a reason where privacy is strict."""
    if names.mode == "strict" and what not in WITHOUT_REASON and not reason.strip():
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
