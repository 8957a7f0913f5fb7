"""Each SQL statement that an engine runs has a stage and a name, and can be looked at.

With ONLOOKER_SQL=DIR every statement is written to a file of its own, as `0007-visits.visit_marks.sql`: its number, the
stage, and the table or view that it makes or changes, or for a question the function that asks. A statement says
no more of a log than its SQL does; what is handed over beside it (rows, lists of files) is not written.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from onlooker.errors import UsageError

FOLDER = "ONLOOKER_SQL"
"""The environment variable that names the folder."""

LONGEST = 3000
"""Characters of a statement that can still be read; longer ones are split into named views and macros."""

_MAKES = re.compile(
    r"\s*(?:CREATE (?:OR REPLACE )?(?:TEMP )?(?:TABLE|VIEW|MACRO)|INSERT INTO|DELETE FROM|UPDATE|DROP (?:TABLE|VIEW))"
    r" (\w+)"
)
_NOT_NAMED = re.compile(r"<locals>\.|\.?<\w+>")
_LISTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|read_parquet\(\[((?:'(?:[^']|'')*'(?:, )?)+)\]""")
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
_FEW = 200
"""Characters of a list of files that may stay in a statement."""

_next: dict[Path, int] = {}


@dataclass(frozen=True)
class Statement:
    """What an engine is given to run."""

    stage: str
    """The room whose code hands it over: ingest, visits, features, scoring, ..."""
    name: str
    """The table or view that it makes or changes; of a question, the function that asks, as `read_panel.blocks`."""
    sql: str
    makes: bool
    """Whether the name is that of a table or view."""

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"stage {self.stage}, {'table' if self.makes else 'query'} {self.name}"


def handed_over(sql: str, makes: str | None = None) -> Statement:
    """The statement `sql` with its stage and name, found in the calling code; if folder asked for, written there.

    `makes` is the table or view that it makes, where `sql` does not begin with saying so.
    """
    stage, function = _caller()
    found = _MAKES.match(sql)
    made = makes or (found and found[1])
    statement = Statement(stage, made or function, sql, bool(made))
    if folder := os.environ.get(FOLDER):
        write(statement, Path(folder))
    return statement


def _caller() -> tuple[str, str]:
    """Room and function of the code that called the engine, from anywhere outside of `engines`."""
    frame = sys._getframe(1)
    while frame.f_back and _module(frame).startswith(("onlooker.engines.", "contextlib")):
        frame = frame.f_back
    module = _module(frame)
    function = _NOT_NAMED.sub("", frame.f_code.co_qualname).strip(".")
    _, _, inside = module.partition("onlooker.") if module.startswith("onlooker.") else ("", "", f"caller.{module}")
    room, _, below = inside.partition(".")
    return room, ".".join(part for part in (below, function) if part)


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def write(statement: Statement, folder: Path) -> None:
    """Write one statement into the folder, which only its owner may read. Raises UsageError if that can't be done."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = _next.get(folder) or 1 + max(map(_number, folder.glob("*.sql")), default=0)
        _next[folder] = number + 1
        name = re.sub(r"[^\w.]", "_", f"{statement.stage}.{statement.name}")
        new = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(folder / f"{number:04d}-{name}.sql", new, 0o600), "w", encoding="utf-8") as file:
            file.write(statement.sql.strip() + "\n")
    except OSError as error:
        raise UsageError(
            f"{FOLDER}={folder}: statements can't be written there: {error.strerror}", "Name a folder of your own."
        ) from error


def _number(file: Path) -> int:
    number = file.name.partition("-")[0]
    return int(number) if number.isdecimal() else 0


class FileLists:
    """Long lists of files, set aside from the statements that read them: a list is data, and hides the statement."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def apart(self, sql: str) -> tuple[str, dict[str, list[str]]]:
        """`sql` with a variable in the place of each long list of files, and the variables that are new."""
        if "read_parquet([" not in sql:
            return sql, {}
        new: dict[str, list[str]] = {}

        def named(found: re.Match[str]) -> str:
            if found[1] is None or len(found[1]) < _FEW:
                return found[0]
            if found[1] not in self._names:
                self._names[found[1]] = f"files_{len(self._names) + 1}"
                new[self._names[found[1]]] = list(_texts(found[1]))
            return f"read_parquet(getvariable('{self._names[found[1]]}')"

        return _LISTED.sub(named, sql), new


def _texts(literals: str) -> Iterable[str]:
    return (text.replace("''", "'") for text in _LITERAL.findall(literals))
