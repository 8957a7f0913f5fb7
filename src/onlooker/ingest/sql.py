"""Literals for the SQL that ingest writes: everything from a log or a path is hostile here too."""

from __future__ import annotations

from collections.abc import Iterable

SPACE = "chr(32) || chr(9) || chr(10) || chr(13)"


def literal(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def strings(values: Iterable[str]) -> str:
    """A SQL list of strings in brackets, for IN and for list arguments."""
    return ", ".join(literal(value) for value in values)


def cleaned(value: str) -> str:
    """Trimmed text of the SQL expression `value`; what databases write for "nothing" is NULL.

    Trimming is dear, so it is done only where the first or last character asks for it.
    """
    trimmed = f"nullif(trim({value}, {SPACE}), '')"
    nothing = "IN ('NULL', 'null', '\\N')"
    careful = f"CASE WHEN {trimmed} {nothing} THEN NULL ELSE {trimmed} END"
    return f"CASE WHEN {value} < '!' OR {value}[-1] < '!' OR {value} {nothing} THEN {careful} ELSE {value} END"
