"""Commands of a version that declares further columns: `python -m tests.store.versions.with_columns COLUMNS COMMANDS`.

COLUMNS is JSON, `{"VISITS": [["priority", "VARCHAR", false]]}`: name, SQL type and whether it is required, by table.
COMMANDS is JSON, a list of lists of arguments. Prints status and output of each, as JSON. Visits made here have the
priority "new".
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

from onlooker.schema import tables


def declare(columns: dict[str, list[list[str]]]) -> None:
    """Add columns to the declared tables, before any other module reads them."""
    for table, added in columns.items():
        declared = getattr(tables, table)
        further = tuple(tables.Column(name, kind, "added by a test", required) for name, kind, required in added)
        object.__setattr__(declared, "columns", declared.columns + further)


def produce(columns: dict[str, list[list[str]]]) -> None:
    """Let visits have what was added to VISITS, and logs be searched for what was added to EVENTS."""
    from onlooker.ingest.columns import aliases
    from onlooker.visits import build_visits as visits

    for name, *_ in columns.get("EVENTS", []):
        aliases()[name] = {"strong": [], "weak": []}

    for name, *_ in columns.get("VISITS", []):
        before = "standing, asserted_by\nFROM"
        assert before in visits.EXPLAINED
        visits.EXPLAINED = visits.EXPLAINED.replace(before, f"standing, asserted_by, 'new' AS {name}\nFROM")


def run(arguments: list[str]) -> tuple[int, str]:
    """Status and output of one command."""
    from onlooker.cli import run as onlooker

    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        return onlooker(arguments), said.getvalue()


def main() -> None:
    """Run the commands, one after the other."""
    columns, commands = (json.loads(text) for text in sys.argv[1:])
    declare(columns)
    produce(columns)
    print(json.dumps([run(arguments) for arguments in commands]))


if __name__ == "__main__":
    main()
