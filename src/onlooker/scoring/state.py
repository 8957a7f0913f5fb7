"""What passes from one night to the next, as arrays that a file can hold, and back."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onlooker.errors import OnlookerError
from onlooker.scoring.baseline import Window
from onlooker.scoring.calibrate import Reference
from onlooker.scoring.history import History, Ring
from onlooker.scoring.learning import Learning
from onlooker.scoring.method import Method
from onlooker.scoring.outliers import Combinations

Arrays = dict[str, NDArray[np.generic]]
KEPT = (Ring, Window, Reference, Learning, Combinations)


@dataclass
class Names:
    """The numbers that agents, groups and roles have in the state; new ones are added at the end."""

    agents: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    @staticmethod
    def extend(known: list[str], seen: list[str]) -> NDArray[np.intp]:
        """Number of each of `seen`; those not known yet are appended in the order given."""
        number = {name: i for i, name in enumerate(known)}
        for name in seen:
            if name not in number:
                number[name] = len(known)
                known.append(name)
        return np.array([number[name] for name in seen], dtype=np.intp)


def to_arrays(history: History, names: Names, signals: tuple[str, ...]) -> Arrays:
    """Everything that judging the next night needs."""
    arrays: Arrays = {
        "names.agents": np.array(names.agents, dtype=np.str_),
        "names.groups": np.array(names.groups, dtype=np.str_),
        "names.roles": np.array(names.roles, dtype=np.str_),
        "names.signals": np.array(signals, dtype=np.str_),
    }
    for name, value in vars(history).items():
        if isinstance(value, KEPT):
            arrays |= {f"{name}.{part}": np.asarray(inner) for part, inner in vars(value).items() if kept(part)}
        elif isinstance(value, np.ndarray | int):
            arrays[name] = np.asarray(value)
    return arrays


def kept(part: str) -> bool:
    """Whether a part of the state is saved: not the method, nor what can be made anew."""
    return part != "method" and not part.startswith("_")


def names_of(arrays: Arrays) -> Names:
    """The names that a saved state uses."""
    return Names(*(arrays[f"names.{kind}"].tolist() for kind in ("agents", "groups", "roles")))


def from_arrays(
    arrays: Arrays, names: Names, signals: tuple[str, ...], looks_back: NDArray[np.bool_], method: Method
) -> History:
    """The state as it was, with room for the names that came since. Raises if it counts other signals."""
    saved = tuple(arrays["names.signals"].tolist())
    if saved != signals:
        raise OnlookerError(
            "the store was made with other signals: " + ", ".join(sorted(set(saved) ^ set(signals))),
            "Scan with the same columns as before, or begin a new store.",
        )
    history = History(len(names.agents), len(names.groups), looks_back, int(arrays["first_day"]), method, signals)
    for name, value in vars(history).items():
        if isinstance(value, KEPT):
            for part, inner in list(vars(value).items()):
                # A part that the version that saved it did not know yet begins as in a new log.
                if kept(part) and f"{name}.{part}" in arrays:
                    setattr(value, part, grown(arrays[f"{name}.{part}"], inner))
        elif isinstance(value, np.ndarray | int) and name in arrays:
            setattr(history, name, grown(arrays[name], value))
    return history


def grown(saved: NDArray[np.generic], room: object) -> object:
    """`saved` in an array of the shape of `room`, whose further places keep what a new agent begins with."""
    if not isinstance(room, np.ndarray):
        return type(room)(saved.item())  # type: ignore[call-arg]
    if saved.shape == room.shape:
        return saved.astype(room.dtype)
    result = room.copy()
    result[tuple(slice(0, length) for length in saved.shape)] = saved
    return result


def save(path: Path, arrays: Arrays) -> None:
    """Write a state file, as numpy's own `savez` but lightly compressed: most of a state is zeros."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, array, allow_pickle=False)


def load(path: Path) -> Arrays:
    """Read a state file."""
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
