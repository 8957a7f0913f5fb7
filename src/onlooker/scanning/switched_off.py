"""Signals and patterns that the settings switch off."""

from __future__ import annotations

from collections.abc import Collection

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
    for name in sorted(set(names) - SIGNALS - OF_PATTERNS):
        if name == NEEDED:
            raise UsageError("off: customers can't be switched off", "Expectations and charts are drawn from it.")
        near = did_you_mean(name, SIGNALS | OF_PATTERNS)
        raise UsageError(
            f"off: there is no signal or pattern {name}" + (f"; {near}" if near else ""),
            "docs/signals.md has their names as headings; limits of hard rules have settings of their own.",
        )
    return ", ".join(names)


def about_off(names: Collection[str]) -> tuple[str, ...]:
    """A note on what is off."""
    return (f"Switched off by the settings, and raises nothing: {', '.join(sorted(names))}.",) if names else ()
