"""One normal form of ids and names, for logs, side tables, lists of customers and arguments alike.

Hidden characters go, any space is a space, letters and their marks are composed (Unicode NFC), and spaces around go.
Words that stand for nothing are nothing. In typed columns a whole float is a whole number. The setting `join_ids` goes
further: ids that differ in case, marks, doubled spaces or `.0` only are one, in small letters and without marks.
"""

from __future__ import annotations

import re
import unicodedata

from onlooker.ingest.quoting import SPACE, strings
from onlooker.schema.placeholders import OF_EXPORTS

ROUNDED = r"\d(\.\d+)?[eE]\+\d+"
"""A number as a spreadsheet or a float writes it: the last digits are lost."""
COLUMNS = ("agent_id", "customer_id", "ticket_id")
"""Columns of EVENTS that hold ids by which tables are joined."""
_HIDDEN, _SPACE = r"\p{Cf}", r"\p{Z}"


def id_sql(value: str, *, typed: bool = False) -> str:
    """SQL: the normal form of the text `value`, NULL for nothing; `typed` if whole floats are whole numbers."""
    return f"ingest_typed_id({value})" if typed else f"ingest_id({value})"


def folded_sql(value: str) -> str:
    """SQL: what ids are the same by that differ in case, marks or `.0` only."""
    return f"ingest_folded({value})"


def macros(join_ids: bool = False) -> dict[str, str]:
    """What the functions above call (see reading_macros): `join_ids` says what the normal form is, once for all tables.

    Nearly all ids are in the normal form already. A few cheap comparisons find those that may not be, and only these
    are normalised, which costs twenty times as much.
    """
    ranges = " OR ".join(f"(x >= '{first}' AND x < '{end}')" for first, end in _RANGES)
    return {
        "ingest_visible(x)": f"""CASE WHEN strlen(x) = length(x) THEN x ELSE
            regexp_replace(nfc_normalize(regexp_replace(x, '{_HIDDEN}', '', 'g')), '{_SPACE}', ' ', 'g') END""",
        "ingest_bare_id(x)": f"nullif(trim(ingest_visible(x), {SPACE}), '')",
        "ingest_nothing(x)": f"lower(x) IN ({strings(OF_EXPORTS)})",
        "ingest_careful_id(x)": "CASE WHEN ingest_nothing(ingest_bare_id(x)) THEN NULL ELSE ingest_bare_id(x) END",
        "ingest_folded(x)": r"""regexp_replace(regexp_replace(lower(strip_accents(x)), '\s+', ' ', 'g'),
            '^(-?\d+)\.0+$', '\1')""",
        "ingest_plain_id(x)": f"""CASE WHEN x < '!' OR x[-1] < '!' OR strlen(x) <> length(x)
            OR ((x < '0' OR {ranges}) AND strlen(x) <= {max(map(len, OF_EXPORTS))} AND ingest_nothing(x))
            THEN ingest_careful_id(x) ELSE x END""",
        "ingest_id(x)": "ingest_folded(ingest_plain_id(x))" if join_ids else "ingest_plain_id(x)",
        "ingest_typed_id(x)": r"""CASE WHEN suffix(x, '.0') THEN
            regexp_replace(ingest_careful_id(x), '^(-?\d+)\.0$', '\1') ELSE ingest_id(x) END""",
    }


_RANGES = (("N", "O"), ("U", "V"), ("n", "o"), ("u", "v"), ("<", "="), ("\\", "]"))
"""Where the words for nothing stand in the order of bytes, beside those below the digits."""


def normal_id(text: str, fold: bool = False) -> str:
    """The normal form of an id that is no column of a table, empty for nothing; as `id_sql` makes it."""
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    composed = unicodedata.normalize("NFC", visible)
    spaced = "".join(" " if unicodedata.category(character)[0] == "Z" else character for character in composed)
    trimmed = spaced.strip(" \t\n\r")
    if trimmed.lower() in OF_EXPORTS:
        return ""
    return folded(trimmed) if fold else trimmed


def folded(text: str) -> str:
    """As `folded_sql`."""
    parts = unicodedata.normalize("NFD", text)
    bare = "".join(character for character in parts if unicodedata.category(character) != "Mn")
    one_space = re.sub(r"\s+", " ", unicodedata.normalize("NFC", bare).lower())
    return re.sub(r"^(-?\d+)\.0+$", r"\1", one_space)
