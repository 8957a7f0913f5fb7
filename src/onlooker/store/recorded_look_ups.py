"""Looking something up: who looked, at what and why stands in the history before anything is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onlooker.store.faults import StoreReadOnly
from onlooker.store.store import Store


def record_look(path: str | Path, what: str, about: Mapping[str, Any], why: str = "", who: str | None = None) -> bool:
    """Write to the history of the store at `path` that somebody looks; False where one may only read the store."""
    try:
        with Store.open(path, "decide") as store:
            store.record(what, about, why, who)
    except StoreReadOnly:
        return False
    return True


@contextmanager
def looked_up(
    path: str | Path, what: str, about: Mapping[str, Any], why: str = "", who: str | None = None
) -> Iterator[tuple[Store, bool]]:
    """A store open for reading, and whether the look is in its history; it is not where one may only read the store."""
    noted = record_look(path, what, about, why, who)
    with Store.open(path) as store:
        yield store, noted
