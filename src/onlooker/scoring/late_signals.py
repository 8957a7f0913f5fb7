"""Signals that a store has not had from its first night on, in sentences: since when they count, and which are gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from onlooker.schema.days import AFTER_ALL, iso
from onlooker.scoring.scoring_history import History


def counted_since(history: History) -> dict[str, str | None]:
    """Signals that are not counted from the log's start -> ISO date since when they are; None if they never were."""
    return {
        history.names[i]: iso(int(history.since[i])) if history.since[i] < AFTER_ALL else None
        for i in np.flatnonzero(history.late)
    }


def about_new(history: History) -> Iterator[str]:
    """About signals that are counted and have no weight yet: since when, and from when on about they have evidence."""
    waiting = history.late & (history.since < AFTER_ALL) & ~history.learning.weights.any(axis=(1, 2))
    found: dict[tuple[int, int], list[str]] = {}
    for i in np.flatnonzero(waiting):
        found.setdefault((int(history.since[i]), first_weight(history, int(i))), []).append(history.names[i])
    for (since, weight), names in found.items():
        are, they = ("is", "it has") if len(names) == 1 else ("are", "they have")
        yield f"{named(names)} {are} counted since {iso(since)}; {they} evidence from about {iso(weight)}."


def first_weight(history: History, signal: int) -> int:
    """The first day after the history's on which the weights may be fitted with the signal in them."""
    method = history.method
    # Counted on one night, compared with that on the next one, in the fit of a later one.
    known = int(history.since[signal]) + (method.warm_up_days if history.looks_back[signal] else 0) + 2
    age = max(known, history.day + 1) - history.first_day
    return history.first_day - (-age // method.refit_days) * method.refit_days


def about_gone(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """About signals that the state `before` had and that are counted no longer."""
    if gone := [name for name in before if name not in now]:
        are = "is" if len(gone) == 1 else "are"
        yield f"{named(gone)} {are} no longer counted: what was learned of {pronoun(gone)} is dropped."


def about_replay(since: Mapping[str, str | None]) -> Iterator[str]:
    """About nights scored anew on which signals were unknown; `since` is that of `counted_since`."""
    found: dict[str | None, list[str]] = {}
    for name, date in since.items():
        found.setdefault(date, []).append(name)
    for date, names in found.items():
        before = f" before {date}" if date else ""
        was = "was" if len(names) == 1 else "were"
        yield f"{named(names)} {was} not counted on the nights scored anew{before}: unknown there, not zero."


def pronoun(names: Sequence[str]) -> str:
    """`it` or `them`."""
    return "it" if len(names) == 1 else "them"


def named(names: Sequence[str]) -> str:
    """`Signal a`, or `Signals a, b`."""
    return f"Signal{'s' * (len(names) > 1)} {', '.join(names)}"
