"""The names of a log's columns: what can be mapped, which names are known, and what the user asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from onlooker.errors import UsageError
from onlooker.schema.tables import EVENTS

REQUIRED = ("timestamp", "agent_id", "customer_id")
NAMES = ("timestamp", *(name for name in EVENTS.names if name not in ("us", "day", "hour")), "clock")
"""What a log column can be mapped to. The instant goes by the name `timestamp`; `clock` is
the time of day where that column holds dates only."""


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
