"""Patterns beside the sum: what no tidy-looking work cancels, each with a size in plain units and a floor.

A pattern judges the days of people by numbers that a person can check; it never adds to the evidence. It raises at most
one alert a night, whatever the sum says.
"""

from __future__ import annotations

from onlooker.patterns import (
    borrowed_tickets,
    high_volume,
    ids_in_sequence,
    lost_lines,
    many_exports,
    many_reveals,
    many_rows,
    odd_hours,
    searched_not_opened,
)
from onlooker.patterns.find_patterns import Hit, find_patterns
from onlooker.patterns.pattern import Given, Lost, Pattern

__all__ = ["PATTERNS", "Given", "Hit", "Lost", "Pattern", "find_patterns", "patterns"]

PATTERNS = (
    high_volume,
    many_rows,
    many_exports,
    many_reveals,
    searched_not_opened,
    odd_hours,
    ids_in_sequence,
    lost_lines,
    borrowed_tickets,
)


def patterns(given: Given) -> tuple[Pattern, ...]:
    """The patterns of a run, in the order in which an alert tells them."""
    return tuple(pattern for module in PATTERNS if (pattern := module.pattern(given)) is not None)
