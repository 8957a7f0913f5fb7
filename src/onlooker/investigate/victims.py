"""A list of customer ids as people have it: one a line, or a table with a column that holds them."""

from __future__ import annotations

import csv
import io

from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest.columns import aliases, plain_name


def read_ids(raw: bytes, shown: str) -> tuple[str, ...]:
    """The distinct customer ids of a list (`shown` is its name), in their order.

    A first line that names a customer column (as a log may) says which column holds them; without one it is the first.
    Raises UnusableInput if there is no id, UsageError where several columns could be meant.
    """
    text = raw.decode("utf-8-sig", errors="replace")
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)) if any(row)]
    column, begin = header(rows[0], shown) if rows else (0, 0)
    cells = (row[column].strip() for row in rows[begin:] if len(row) > column)
    ids = tuple(dict.fromkeys(cell for cell in cells if cell))
    if not ids:
        raise UnusableInput(f"{shown}: no customer id in it", "Give a file with one customer id a line.")
    return ids


def delimiter(text: str) -> str:
    """Tab or semicolon where the first line has it, else comma."""
    first = text.split("\n", 1)[0]
    return next((mark for mark in "\t;" if mark in first), ",")


def header(first: list[str], shown: str) -> tuple[int, int]:
    """The column of the ids, and the row they begin in."""
    known = aliases()["customer_id"]
    for names in (("customer_id",), known["strong"], (*known["weak"], "id", "victim", "victims", "victim id")):
        wanted = {plain_name(name) for name in names}
        found = [place for place, cell in enumerate(first) if plain_name(cell) in wanted]
        if len(found) > 1:
            raise UsageError(
                f"{shown}: {' and '.join(first[place] for place in found)} could each be the customer id",
                "Leave one of these columns in the file.",
            )
        if found:
            return found[0], 1
    if len(first) > 1:
        raise UsageError(
            f"{shown}: none of its columns is known to hold customer ids: {', '.join(first)}",
            "Name one customer_id, or give a file with one customer id a line.",
        )
    return 0, 0
