"""The SQL macros of reading on DuckDB: what every log and side table needs, written once and called by name.

An engine puts a macro's text in the place of its call, so a call costs what the text would; statements stay short.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from onlooker.engines.protocol import Engine
from onlooker.ingest import actions, ids, quoting, times, validate

TOGETHER = 30
"""Cases in one macro; the next one goes on with the others."""


def define_macros(
    engine: Engine,
    *zones: times.Zone | None,
    verbs: Mapping[str, str] = MappingProxyType({}),
    join_ids: bool = False,
) -> None:
    """Put the macros that `times`, `actions`, `quoting` and `validate` call on the engine, and those of the `zones`.

    `verbs` are the user's own, each with its action. With `join_ids`, ids that differ in case, marks or `.0` only are
    one, wherever ids are read on this engine. Raises UsageError for an action that does not exist.
    """
    for texts in (quoting.MACROS, ids.macros(join_ids), times.macros(), actions.macros(verbs), validate.macros()):
        define(engine, texts)
    define_zones(engine, *zones)


def define_zones(engine: Engine, *zones: times.Zone | None) -> None:
    """Put the macros that `Zone.of_wall` and `Zone.of_instant` call on the engine."""
    for zone in zones:
        for name, (cases, otherwise) in (zone.cases() if zone else {}).items():
            define_cases(engine, name, "x", cases, otherwise)


def define(engine: Engine, texts: Mapping[str, str]) -> None:
    """Define macros: heading, as `name(x)`, -> SQL. One may call those before it."""
    for heading, text in texts.items():
        engine.rows(f"CREATE OR REPLACE TEMP MACRO {heading} AS {text}")


def define_cases(engine: Engine, name: str, arguments: str, cases: Sequence[str], otherwise: str) -> None:
    """Define `name(arguments)` as the first of `cases`, `WHEN ... THEN ...`, that holds, some of them in a macro."""
    parts = [cases[start : start + TOGETHER] for start in range(0, len(cases), TOGETHER)] or [()]
    for number, part in reversed(list(enumerate(parts))):
        text = f"CASE {' '.join(part)} ELSE {otherwise} END" if part else otherwise
        heading = f"{name}({arguments})" if number == 0 else f"{name}_{number + 1}({arguments})"
        define(engine, {heading: text})
        otherwise = heading
