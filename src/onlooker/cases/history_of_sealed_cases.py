"""The history as somebody sees it from whom a case was sealed: without the lines about that case and its agent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onlooker.cases.case_tables import read_cases
from onlooker.store import Store
from onlooker.store.history_chain import Entry


def entries_seen_by(viewer: str, store: Store, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries without those about a case that is hidden from `viewer`, or about the agent of such a case."""
    sealed = [case for case in read_cases(store.db) if case.is_hidden_from(viewer)]
    hidden = {case.id for case in sealed} | {case.agent_id for case in sealed}
    for entry in entries:
        told = (part for value in entry.about.values() for part in (value if isinstance(value, list) else [value]))
        if not hidden.intersection(map(str, told)):
            yield entry
