"""Signals and patterns that the settings switch off."""

from __future__ import annotations

from collections.abc import Collection

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.errors import UsageError
from onlooker.features import COUNTS
from onlooker.patterns import PATTERNS
from onlooker.schema.misspelled import did_you_mean

NEEDED = "customers"
"""The signal that expectations and charts are drawn from: it stays."""
SIGNALS = frozenset(feature.name for feature in COUNTS if feature.scored) - {NEEDED}
OF_PATTERNS = frozenset(module.__name__.rsplit(".", 1)[-1] for module in PATTERNS)


def check_off(names: Collection[str]) -> str:
    """The names, listed. Raise UsageError for a name that is no signal or pattern, or that can't be switched off."""
    for one in names:
        if (placed := at_site(one)) and placed[0] in SIGNALS:
            raise UsageError(
                f"off: {one}: a signal is on or off for everybody, since all are compared with each other",
                f"Patterns can be off at a site: {', '.join(sorted(OF_PATTERNS))}.",
            )
    for name in sorted({placed[0] if (placed := at_site(one)) else one for one in names} - SIGNALS - OF_PATTERNS):
        if name == NEEDED:
            raise UsageError("off: customers can't be switched off", "Expectations and charts are drawn from it.")
        near = did_you_mean(name, SIGNALS | OF_PATTERNS)
        raise UsageError(
            f"off: there is no signal or pattern {name}" + (f"; {near}" if near else ""),
            "docs/signals.md has their names as headings; limits of hard rules have settings of their own.",
        )
    return ", ".join(names)


def at_site(name: str) -> tuple[str, str] | None:
    """Pattern and site of `odd_hours@Manila`; None for what is off everywhere."""
    pattern, at, site = name.partition("@")
    return (pattern.strip(), site.strip()) if at else None


def off_at_sites(
    engine: Engine, names: Collection[str], since: int, until: int
) -> dict[str, frozenset[tuple[str, int]]]:
    """Pattern -> agents and days that it says nothing about, since it is off at their site that day."""
    found: dict[str, frozenset[tuple[str, int]]] = {}
    for pattern, site in filter(None, map(at_site, names)):
        where = f"site = {literal(site)} AND day >= {since} AND day <= {until}"
        rows = engine.rows(f"SELECT agent_id, day FROM agent_days WHERE {where}")
        found[pattern] = found.get(pattern, frozenset()) | {(agent, int(day)) for agent, day in rows}
    return found


def about_off(names: Collection[str]) -> tuple[str, ...]:
    """A note on what is off, and where."""
    told = [f"{one[0]} at site {one[1]}" if (one := at_site(name)) else name for name in sorted(names)]
    return (f"Switched off by the settings, and raises nothing: {', '.join(told)}.",) if told else ()
