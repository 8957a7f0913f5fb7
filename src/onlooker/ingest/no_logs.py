"""Side tables beside the logs, which are no logs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from onlooker.errors import UsageError
from onlooker.ingest.columns import plain_name
from onlooker.ingest.files import LogFile
from onlooker.ingest.log_content import has_column
from onlooker.ingest.sniffed import Sniff
from onlooker.ingest.survey import survey
from onlooker.schema.findings import InputFile

FEWEST = 5
"""Rows from which a column without a repeated value is taken for the key of a table."""
TELLING = {
    "tickets": ("closed",),
    "customers": ("tier", "vip", "region", "owner_agent", "canary"),
    "agents": ("team", "manager", "site", "zone", "role", "hire_date", "leave_date", "vendor"),
}
"""Side table -> columns of which it has one; a log that has them too repeats the key."""
STATES = frozenset(["status", "state", "priority", "subject"])
"""What tickets have beside these."""


def side_table_like(seen: Sniff) -> str:
    """The side table that a file looks like: a key that is never repeated, and no action; empty if none."""
    from onlooker.ingest.side_tables.spec import SIDES
    from onlooker.ingest.side_tables.staged_files import recognise_side

    if has_column(seen.names, "action") or {"timestamp", "agent_id"} <= set(seen.names):
        return ""  # these are the names that Onlooker gives to columns of logs alone
    for side in SIDES:
        telling = TELLING.get(side.name)
        if telling is None:
            continue
        try:
            mapping = recognise_side(side, "", seen.names, {})
        except UsageError:
            continue
        states = side.name == "tickets" and not STATES.isdisjoint(map(plain_name, seen.names))
        if (states or any(name in mapping for name in telling)) and _key(seen, mapping[side.key[0]]):
            return side.name
    return ""


def side_table_aside(file: LogFile, kind: str) -> tuple[str, InputFile]:
    """The note on a file that looks like a side table, and the account of it."""
    facts = survey(file.path)
    note = f"looks like a table of {kind}: not read as a log"
    said = f"{file.shown} looks like a table of {kind} and is not read as a log: --{kind} uses it as that."
    return said, InputFile(file.shown, facts.bytes, facts.sha256, 0, 0, "", "", "", note)


def without_given(files: Sequence[LogFile], tables: Sequence[str], notes: list[str]) -> list[LogFile]:
    """Without the files that were given as side tables, which `notes` names."""
    given = [file for file in files if is_one_of(file.path, tables)]
    notes += [f"{file.shown} was given as a side table: it is not read as a log." for file in given]
    return [file for file in files if file not in given]


def is_one_of(path: Path, others: Sequence[str | os.PathLike[str]]) -> bool:
    """Whether `path` is the same file as one of `others`, or lies in a folder among them."""
    real = path.resolve()
    return any(real == Path(other).resolve() or real.is_relative_to(Path(other).resolve()) for other in others)


def _key(seen: Sniff, column: str) -> bool:
    place = seen.names.index(column)
    values = [value for row in seen.sample if (value := row[place])]
    return len(values) >= FEWEST and len(set(values)) == len(values)
