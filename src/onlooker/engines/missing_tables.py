"""Declared tables that an engine does not have yet, made empty."""

from __future__ import annotations

from collections.abc import Iterable

from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError
from onlooker.schema.tables import Table


def make_missing(engine: Engine, tables: Iterable[Table]) -> None:
    """Put those of `tables` that are not on the engine there, empty."""
    for table in tables:
        try:
            engine.columns(table.name)
        except EngineError:
            # A view, since an engine may write a table to disk.
            engine.view(table.name, table.nothing)
