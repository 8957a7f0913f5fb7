"""Whether a file of a folder is a log by its content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from onlooker.errors import UnusableInput
from onlooker.ingest.columns import REQUIRED, aliases, plain_name
from onlooker.ingest.sniff import sniff

NAMED = 5


def looks_like_log(path: Path) -> bool:
    """Whether a file with an unknown name is a log by its content: two of the required columns have known names."""
    try:
        seen = sniff(path, str(path))
    except (UnusableInput, OSError):
        return False
    if seen.format not in ("csv", "tsv", "jsonl", "json rows"):
        return True
    return sum(has_column(seen.names, name) for name in REQUIRED) >= 2


def passed_over(folder: str, files: Sequence[str]) -> str:
    """What must be said of the files of a folder that are no logs."""
    more = f" and {len(files) - NAMED:,} more" if len(files) > NAMED else ""
    return f"Not read in {folder}, since they are no logs: {', '.join(files[:NAMED])}{more}."


def has_column(names: Sequence[str], name: str) -> bool:
    """Whether one of a file's columns is known to be the column `name` of EVENTS."""
    known = aliases()[name]
    wanted = {plain_name(one) for one in (name, *known["strong"], *known["weak"])}
    return any(plain_name(column) in wanted or plain_name(column.rpartition(".")[2]) in wanted for column in names)
