"""A saved state whose signals are others than today's, or in another order: each signal keeps what is its own by name.

Which axis of an array goes by signals, and how many places each signal has there, is found by making the state for one
signal and for two: what is kept some day in addition is arranged as well, and there is no list to forget it in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onlooker.schema.days import AFTER_ALL
from onlooker.scoring.baseline import Window
from onlooker.scoring.calibrate import Reference
from onlooker.scoring.method import Method
from onlooker.scoring.outliers import Combinations
from onlooker.scoring.scoring_history import History
from onlooker.scoring.sliding_sums import Ring
from onlooker.scoring.weights.learning import Learning

Array = NDArray[np.generic]
KEPT = (Ring, Window, Reference, Learning, Combinations)
FROM_NAMES = frozenset({"visits", "has_share", "looks_back"})
"""What today's signals say of themselves."""


@dataclass(frozen=True)
class Part:
    """One thing that passes from night to night."""

    name: str
    value: object
    replace: Callable[[object], None]


def parts(history: History) -> Iterator[Part]:
    """All that is saved of `history`: arrays and whole numbers; not the method, nor what can be made anew."""
    for name, value in list(vars(history).items()):
        if isinstance(value, KEPT):
            for inner, content in list(vars(value).items()):
                if inner != "method" and not inner.startswith("_"):
                    yield Part(f"{name}.{inner}", content, setter(value, inner))
        elif isinstance(value, np.ndarray | int) and name not in FROM_NAMES:
            yield Part(name, value, setter(history, name))


def setter(owner: object, name: str) -> Callable[[object], None]:
    """Sets the attribute `name` of `owner`."""
    return lambda value: setattr(owner, name, value)


def signal_axes(method: Method) -> dict[str, tuple[int, int]]:
    """Array -> the axis that goes by signals, and the places that each signal has there."""
    one, two = (
        {part.name: np.asarray(part.value).shape for part in parts(History(0, 0, np.zeros(n, dtype=bool), 0, method))}
        for n in (1, 2)
    )
    return {
        name: (axis, two[name][axis] - length)
        for name, shape in one.items() for axis, length in enumerate(shape) if two[name][axis] != length
    }  # fmt: skip


def restore(history: History, saved: dict[str, Array], before: Sequence[str], signals: Sequence[str]) -> None:
    """Put what was saved for the signals `before` into a new `history` of `signals`.

    What came since begins as in a new log: further agents and groups, parts of the state that the version that saved
    it did not know. A further signal is unknown until it is counted, and has no weight; one that is gone is dropped.
    """
    moved = None if tuple(before) == tuple(signals) else placed(before, signals)
    axes = signal_axes(history.method) if moved else {}
    for part in list(parts(history)):
        if part.name in saved:
            by_signal = (*axes[part.name], *moved) if moved and part.name in axes else None
            part.replace(grown(saved[part.name], part.value, by_signal))
    if moved and history.combinations is not None:
        history.combinations.forget_trees()  # they name columns of the signals as these were
    further = [place for place, name in enumerate(signals) if name not in before]
    history.since[further] = AFTER_ALL
    history.learning.weights[further] = 0.0


def placed(before: Sequence[str], signals: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places among `before` of the signals that stay, and among `signals`."""
    stay = [name for name in signals if name in before]
    here, there = (np.array([order.index(name) for name in stay], dtype=np.intp) for order in (before, signals))
    return here, there


def grown(
    saved: Array, room: object, by_signal: tuple[int, int, NDArray[np.intp], NDArray[np.intp]] | None = None
) -> object:
    """`saved` in an array of the shape of `room`, whose further places keep what a new agent or signal begins with.

    `by_signal` is the axis that goes by signals, the places of each, and from where to where they move.
    """
    if not isinstance(room, np.ndarray):
        return type(room)(saved.item()) if by_signal is None else room  # type: ignore[call-arg]
    if saved.shape == room.shape and by_signal is None:
        return saved.astype(room.dtype)
    result = room.copy()
    into: list[slice | NDArray[np.intp]] = [slice(0, length) for length in saved.shape]
    if by_signal is not None:
        axis, block, here, there = by_signal
        saved = np.take(saved, blocks(here, block), axis)
        into[axis] = blocks(there, block)
    result[tuple(into)] = saved
    return result


def blocks(places: NDArray[np.intp], block: int) -> NDArray[np.intp]:
    """The places of signals of which each has `block` neighbouring ones."""
    return np.asarray((places[:, None] * block + np.arange(block)).ravel())
