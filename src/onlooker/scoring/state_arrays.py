"""What passes from one night to the next, as arrays that a file can hold, and back."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from onlooker.scoring.arrangement import parts, restore
from onlooker.scoring.method import Method
from onlooker.scoring.scoring_history import History

Arrays = dict[str, NDArray[np.generic]]
BEGINS_WITH_THE_LOG = frozenset(
    {"since", "learning.factors", "learning.factors_on"}
    | {f"past_{what}.{part}" for what in ("evidence", "active") for part in ("length", "values", "total")}
    | {f"combinations.tree_{part}" for part in ("column", "cut", "depth", "levels")}
)
"""Parts that a state may lack, since what a new log begins with is true of it, or says that nothing is known yet."""


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
    return {
        "names.agents": np.array(names.agents, dtype=np.str_),
        "names.groups": np.array(names.groups, dtype=np.str_),
        "names.roles": np.array(names.roles, dtype=np.str_),
        "names.signals": np.array(signals, dtype=np.str_),
        **{part.name: np.asarray(part.value) for part in parts(history)},
    }


def names_of(arrays: Arrays) -> Names:
    """The names that a saved state uses."""
    return Names(*(arrays[f"names.{kind}"].tolist() for kind in ("agents", "groups", "roles")))


def signals_of(arrays: Arrays) -> tuple[str, ...]:
    """The signals of a saved state, in its order."""
    return tuple(arrays["names.signals"].tolist())


def from_arrays(
    arrays: Arrays, names: Names, signals: tuple[str, ...], looks_back: NDArray[np.bool_], method: Method
) -> History:
    """The state as it was, with room for agents, groups and signals that came since; signals that are gone go."""
    history = History(len(names.agents), len(names.groups), looks_back, int(arrays["first_day"]), method, signals)
    restore(history, arrays, signals_of(arrays), signals)
    return history


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
