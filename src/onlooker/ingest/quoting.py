"""Texts and names for the SQL that ingest writes: everything from a log or a path is hostile here too."""

from __future__ import annotations

from onlooker.engines.sql_text import literal
from onlooker.engines.sql_text import literals as strings

__all__ = ["SPACE", "cleaned", "identifier", "literal", "strings"]

SPACE = "chr(32) || chr(9) || chr(10) || chr(13)"


def identifier(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def cleaned(value: str) -> str:
    """Trimmed text of the SQL expression `value`; what databases write for "nothing" is NULL.

    Trimming is dear, so it is done only where the first or last character asks for it.
    """
    trimmed = f"nullif(trim({value}, {SPACE}), '')"
    nothing = "IN ('NULL', 'null', '\\N')"
    careful = f"CASE WHEN {trimmed} {nothing} THEN NULL ELSE {trimmed} END"
    return f"CASE WHEN {value} < '!' OR {value}[-1] < '!' OR {value} {nothing} THEN {careful} ELSE {value} END"
