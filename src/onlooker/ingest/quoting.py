"""Texts and names for the SQL that ingest writes: everything from a log or a path is hostile here too."""

from __future__ import annotations

from onlooker.engines.sql_text import literal
from onlooker.engines.sql_text import literals as strings
from onlooker.schema.placeholders import OF_DATABASES

__all__ = ["SPACE", "cleaned", "identifier", "literal", "strings"]

SPACE = "chr(32) || chr(9) || chr(10) || chr(13)"


def identifier(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def cleaned(value: str) -> str:
    """Trimmed text of the SQL expression `value`; what databases write for "nothing" is NULL."""
    return f"ingest_cleaned({value})"


_NOTHING = f"IN ({strings(OF_DATABASES)})"
MACROS = {
    "ingest_trimmed(x)": f"nullif(trim(x, {SPACE}), '')",
    # Trimming is dear, so it is done only where the first or last character asks for it.
    "ingest_cleaned(x)": f"""CASE WHEN x < '!' OR x[-1] < '!' OR x {_NOTHING}
        THEN CASE WHEN ingest_trimmed(x) {_NOTHING} THEN NULL ELSE ingest_trimmed(x) END ELSE x END""",
}
"""What `cleaned` calls (see reading_macros)."""
