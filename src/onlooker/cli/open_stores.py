"""Stores as commands open them, and how they show names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import click

if TYPE_CHECKING:
    from onlooker.cases import Case
    from onlooker.privacy import Names
    from onlooker.privacy.people_seen import PeopleSeen
    from onlooker.scanning.private_looks import Look
    from onlooker.store import Store


@contextmanager
def in_store(path: Path, mode: Any = "read") -> Iterator[Store]:
    """An open store; what goes wrong with it is told with names as they are shown."""
    from onlooker.store import Store

    with Store.open(path, mode) as store, names_of(store).in_errors():
        yield store


@contextmanager
def looking_up(path: Path, what: str, about: dict[str, Any], author: str | None) -> Iterator[Look]:
    """A look at a store, with a line of history about it; who may only read the store is told that there is none."""
    from onlooker.config import load
    from onlooker.scanning.private_looks import private_look

    with private_look(path, what, about, load({}), who=author) as look:
        say_unless(look.noted)
        yield look


def say_unless(noted: bool) -> None:
    """Say so where a look is not in the history."""
    if not noted:
        click.echo("note: you may only read this store, so this look is not in its history", err=True)


def names_of(store: Store) -> Names:
    """How names of the store are shown."""
    from onlooker.config import load
    from onlooker.privacy.names_in_store import names_in_store

    if store not in _NAMES:
        settings = load({})
        _NAMES[store] = names_in_store(store, settings.privacy, settings.pseudonym_key)
    return _NAMES[store]


_NAMES: WeakKeyDictionary[Store, Names] = WeakKeyDictionary()


def seen_in(store: Store) -> PeopleSeen:
    """Whose people are seen in the store."""
    from onlooker.config import load
    from onlooker.privacy.people_seen import people_seen

    settings = load({})
    return people_seen(store, settings.vendors, settings.sites)


def shown_case(names: Names, case: Case) -> Case:
    """A case with its names as they are shown: as they are once it was revealed."""
    return names.shown(case, revealed=case.revealed is not None)
