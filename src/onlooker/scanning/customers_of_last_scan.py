"""Where a question names no customers table: that of the store's last scan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onlooker.config import Settings
from onlooker.store import Store


def with_customers(settings: Settings, store: Store) -> tuple[Settings, tuple[str, ...]]:
    """The settings with the customers table of the last scan where none is named, and what must be said of tiers."""
    if settings.customers:
        return settings, ()
    given: Mapping[str, Any] = next((run.record["settings"] for run in store.runs() if "settings" in run.record), {})
    tables = {name: given[name] for name in ("customers", "identities") if given.get(name)}
    missing = [path for path in tables.values() if not Path(path).exists()]
    if "customers" not in tables:
        return settings, ("No tiers: no customers table was given, here (--customers) or to the last scan.",)
    if missing:
        return settings, (f"No tiers: {missing[0]}, which the last scan was given, is not there. Name it again.",)
    return settings.model_copy(update=tables), ()
