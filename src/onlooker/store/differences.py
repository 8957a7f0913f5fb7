"""What the files of a store have, beside what this version declares of a table.

A file is held against what was written. A declared column that it lacks came with a later version: if the column is
optional, its rows have null there; if it is required, a migration must say what they have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from onlooker.schema import tables
from onlooker.store.faults import StoreTooOld, damaged

DECLARED = {table.name: table for table in (tables.EVENTS, tables.VISITS, tables.AGENT_DAYS)}
ARROW_TYPES = {"BIGINT": "int64", "INTEGER": "int32", "VARCHAR": "string", "BOOLEAN": "bool"}
"""SQL type of a declared column -> its type in a file."""
BETWEEN_COLUMNS = re.compile(r", (?![^(<\[]*[)>\]])")
"""Types such as decimal128(10, 2) have commas of their own."""


class Written(Protocol):
    """A file as the catalogue knows it."""

    @property
    def name(self) -> str:
        """Path below the store's folder."""

    @property
    def columns(self) -> str:
        """Names and Arrow types of its columns; empty where the catalogue does not say."""


def read_columns(text: str) -> dict[str, str]:
    """The catalogue's text of a file's columns as name -> Arrow type."""
    return dict(part.split(" ", 1) for part in BETWEEN_COLUMNS.split(text)) if text else {}


def columns_of_files(root: Path, files: Iterable[Written]) -> list[dict[str, str]]:
    """The different sets of columns that `files` have; from the files themselves where the catalogue does not say."""
    texts = {file.columns or _in_file(root, file.name) for file in files}
    return [read_columns(text) for text in sorted(texts)]


def added_columns(table: str, written: Iterable[Mapping[str, str]]) -> str:
    """SQL of the declared columns that none of `written` has, as nulls: `, CAST(NULL AS T) AS "c"`, or nothing.

    Raises StoreTooOld if any lacks a required one.
    """
    sets = list(written)
    if text := unmigrated(table, sets):
        raise StoreTooOld(f"the store's table {text}", "Use the version that wrote the store; nothing was changed.")
    declared = DECLARED[table].columns if table in DECLARED else ()
    absent = [column for column in declared if not any(column.name in columns for columns in sets)]
    return "".join(f', CAST(NULL AS {column.type}) AS "{column.name}"' for column in absent)


def unmigrated(table: str, written: Iterable[Mapping[str, str]]) -> str:
    """A sentence on the required columns that some files lack, or nothing."""
    lacking = dict.fromkeys(name for columns in written for name in required_missing(table, columns))
    if not lacking:
        return ""
    return (
        f"{table} was written before this version required the columns {', '.join(lacking)}: "
        "a migration of the store must say what the old rows have there"
    )


def required_missing(table: str, columns: Mapping[str, str]) -> Iterator[str]:
    """The required columns of a table that `columns` do not have."""
    for column in DECLARED[table].columns if table in DECLARED else ():
        if column.required and column.name not in columns:
            yield column.name


def unlike_declared(table: str, columns: Mapping[str, str]) -> str:
    """What the columns of a file whose catalogue does not know them lack, or nothing."""
    if lacking := list(required_missing(table, columns)):
        return f"lacks the columns {', '.join(lacking)}"
    for column in DECLARED[table].columns if table in DECLARED else ():
        written, wanted = columns.get(column.name), ARROW_TYPES[column.type]
        if column.required and written != wanted:
            return f"has {column.name} as {written} instead of {wanted}"
    return ""


def _in_file(root: Path, name: str) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from onlooker.store.parquet_files import columns_of

    try:
        return columns_of(pq.read_schema(root / name))
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        raise damaged(root, f"{name} ({error})") from error
