"""Which column of a log is which column of EVENTS: by name, and by what the values look like."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from onlooker.errors import UnusableInput, UsageError
from onlooker.schema.tables import EVENTS

REQUIRED = ("timestamp", "agent_id", "customer_id")
NAMES = ("timestamp", *(name for name in EVENTS.names if name not in ("us", "day", "hour")))
"""What a log column can be mapped to. The instant goes by the name `timestamp`."""
EXAMPLE = "--map timestamp=viewed_at --map agent_id=employee --map customer_id=account"

Sample = list[tuple[str | None, ...]]
Parses = Callable[[Iterable[str]], bool]


@dataclass(frozen=True)
class _Log:
    shown: str
    names: tuple[str, ...]
    sample: Sample
    parses: Parses


@cache
def aliases() -> dict[str, Any]:
    """The recognised names per column of EVENTS, from formats/columns.toml."""
    text = files("onlooker.ingest").joinpath("formats/columns.toml").read_text("utf-8")
    return tomllib.loads(text)


def plain_name(name: str) -> str:
    """`userEmail`, `user_email` and `USER EMAIL` are one name."""
    return re.sub(r"[^a-z0-9@]", "", name.lower())


def check_wishes(wishes: Mapping[str, str], logs: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The user's --map, checked against EVENTS and the columns of all `logs` (file -> names)."""
    wanted = {"timestamp" if name == "us" else name: column for name, column in wishes.items()}
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        raise UsageError(f"--map: there is no {' or '.join(unknown)} to map to", f"There are: {', '.join(NAMES)}.")
    for one, other in combinations((name for name in REQUIRED if name in wanted), 2):
        if wanted[one] == wanted[other]:
            raise UsageError(f"--map: {wanted[one]} can't be both {one} and {other}", "Name a column for each.")
    present = {name for names in logs.values() for name in names}
    absent = [column for column in wanted.values() if column not in present]
    if absent and logs:
        there = ", ".join(dict.fromkeys(name for names in logs.values() for name in names))
        raise UsageError(f"--map: the log has no column {' or '.join(absent)}", f"Its columns: {there}.")
    return wanted


def recognise(
    shown: str, names: tuple[str, ...], sample: Sample, wishes: Mapping[str, str], parses: Parses
) -> dict[str, str]:
    """EVENTS column -> log column for one file.

    Raises UsageError where two columns are equally good, UnusableInput where a required one isn't found. `parses` tells
    whether some of the given values are timestamps.
    """
    mapping = {name: column for name, column in wishes.items() if column in names}
    taken = set(mapping.values())
    log = _Log(shown, names, sample, parses)
    for name in NAMES:
        if name not in mapping:
            free = [column for column in names if column not in taken]
            best = _best(log, name, free)
            if best is not None:
                mapping[name] = best
                taken.add(best)
    missing = [name for name in REQUIRED if name not in mapping]
    if missing:
        example = " ".join(f"--map {name}=COLUMN" for name in missing)
        raise UnusableInput(
            f"{shown}: no column recognised as {' or '.join(missing)} among: {', '.join(names)}",
            f"Name them, for example: {example}",
        )
    return {name: mapping[name] for name in NAMES if name in mapping}


def _best(log: _Log, name: str, free: list[str]) -> str | None:
    fitting: list[list[str]] = [_fit(log, group, name) for group in _groups(name, free)]
    for group in fitting:
        if len(group) > 1:
            choices = " or ".join(f"--map {name}={column}" for column in group)
            raise UsageError(f"{log.shown}: {' and '.join(group)} could each be {name}", f"Say which: {choices}")
        if group:
            return group[0]
    # Nothing passes by content, yet a column has the name: the rejects will say what is wrong with its values.
    named = [group for group in _groups(name, free) if group]
    return named[0][0] if named and name in REQUIRED else None


def _groups(name: str, free: list[str]) -> list[list[str]]:
    known = aliases()[name]
    exact = [column for column in free if column == name] or [c for c in free if plain_name(c) == plain_name(name)]
    strong = {plain_name(alias) for alias in known["strong"]}
    weak = {plain_name(alias) for alias in known["weak"]}
    return [
        exact[:1],
        [column for column in free if plain_name(column) in strong or _last(column) in strong | {plain_name(name)}],
        [column for column in free if plain_name(column) in weak],
    ]


def _last(column: str) -> str:
    """The end of a dotted JSON name: `event.timestamp` can be recognised by it, `target.id` can't."""
    return plain_name(column.rpartition(".")[2]) if "." in column else ""


def _fit(log: _Log, group: list[str], name: str) -> list[str]:
    """The columns of `group` whose values could be `name`."""
    fitting = []
    for column in group:
        place = log.names.index(column)
        values = [value for row in log.sample if (value := (row[place] or "").strip())]
        if log.sample and not values and name in REQUIRED:
            continue
        if name == "timestamp" and values and not log.parses(values[:100]):
            continue
        if name == "customer_id" and len(group) > 1 and len(values) > 20 and len(set(values)) == 1:
            continue
        fitting.append(column)
    return fitting
